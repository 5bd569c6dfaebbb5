"""The grants that looks rest on: signed by two, in the log before the look, and wide enough for it."""

from collections.abc import Sequence
from datetime import datetime

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.said import Said
from aboveboard.core.errors import NotVerified
from aboveboard.core.verify.acts import Statements, check_act, texts
from aboveboard.core.verify.lines import ReadLine
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Governance, PackedAct

GRANTS = "grants"
OWN_RECORD = "own-record"
"""The purpose under which a person reads their own record; no grant is needed for that."""


def check_grants(read: Sequence[ReadLine | None], governance: Governance, known: Statements, checks: Checks) -> int:
    """Hold every permitted look from another entity against its grant; how many looks rest on one."""
    acts = {act.id: act for act in governance.acts}
    flaws = {act_id: _flaw(act, known) for act_id, act in acts.items()}
    looks = [line for line in read if line is not None and line.kind == EntryKind.LOOK]
    granted = 0
    for line in looks:
        if line.said.verdict == "refuse":
            continue
        with checks.part(GRANTS, line.index):
            if line.said.grant:
                granted += 1
                _check_look(line.said, acts, flaws, known)
            elif line.said.purpose != OWN_RECORD and line.said.entity != known.controller:
                raise NotVerified("another entity than the controller looked, and no grant is named")
    if granted:
        checks.settle(GRANTS, f"{granted} looks from other entities rest on grants of the controller, signed by two.")
    else:
        checks.settle(GRANTS, "No look of another entity was permitted.")
    return granted


def _flaw(act: PackedAct, known: Statements) -> str:
    try:
        check_act(act, known)
    except NotVerified as error:
        return error.sentence
    return "" if act.proposal.get("kind") == "grant" else "is not a grant"


def _check_look(look: Said, acts: dict[str, PackedAct], flaws: dict[str, str], known: Statements) -> None:
    act = acts.get(look.grant)
    if act is None:
        raise NotVerified("the grant it names is not shown")
    if flaws[look.grant]:
        raise NotVerified(f"the grant it names {flaws[look.grant]}")
    body = act.body
    if (body.get("controller"), body.get("entity"), body.get("purpose")) != (
        known.controller,
        look.entity,
        look.purpose,
    ):
        raise NotVerified("the grant it names was given to another entity, or for another purpose")
    if not set(look.categories) <= set(texts(body.get("categories"))):
        raise NotVerified("it released more than the grant it names")
    applied = known.applied.get(look.grant)
    if (
        applied is None
        or look.at < applied
        or not _moment(body, "valid_from") <= look.at < _moment(body, "valid_until")
    ):
        raise NotVerified("the grant it names did not hold at that time")
    if look.grant in known.revoked and look.at >= known.revoked[look.grant]:
        raise NotVerified("the grant it names had been ended before")


def _moment(body: object, name: str) -> datetime:
    text = body.get(name) if isinstance(body, dict) else None
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotVerified("the grant it names has no term")
    return moment

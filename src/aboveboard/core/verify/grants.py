"""The grants that looks rest on: signed by two, in the log before the look, and wide enough for it."""

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.said import Said
from aboveboard.core.errors import require
from aboveboard.core.verify.acts import Statements, act_behind, texts
from aboveboard.core.verify.lines import Read
from aboveboard.core.verify.parts import moment_of
from aboveboard.core.verify.report import Checks

GRANTS, REFUSED = "grants", "refuse"
OWN_RECORD = "own-record"
"""The purpose under which a person reads their own record; no grant is needed for that."""


def check_grants(read: Read, known: Statements, checks: Checks) -> None:
    """Hold every permitted look from another entity against its grant."""
    looks = [line for line in read if line is not None and line.kind == EntryKind.LOOK and line.said.verdict != REFUSED]
    granted = sum(bool(line.said.grant) for line in looks)
    for line in looks:
        with checks.part(GRANTS, line.index):
            if line.said.grant:
                _check_look(line.said, known)
            else:
                allowed = line.said.purpose == OWN_RECORD or line.said.entity == known.controller
                require(allowed, "another entity than the controller looked, and no grant is named")
    rest = f"{granted} looks from other entities rest on grants of the controller, signed by two."
    checks.settle(GRANTS, rest if granted else "No look of another entity was permitted.")
    if granted:
        checks.proved.append(f"{granted} looks of other entities were covered by a grant that two had signed before.")


def _check_look(look: Said, known: Statements) -> None:
    act, applied = act_behind(look.grant, "grant", known)
    body = act.body
    given = (body.get("controller"), body.get("entity"), body.get("purpose"))
    fits = given == (known.controller, look.entity, look.purpose)
    require(fits, "the grant it names was given to another entity, or for another purpose")
    require(set(look.categories) <= set(texts(body.get("categories"))), "it released more than the grant it names")
    start, end = (moment_of(body.get(name), "the grant it names has no term") for name in ("valid_from", "valid_until"))
    require(applied <= look.at and start <= look.at < end, "the grant it names did not hold at that time")
    require(all(line.at > look.at for line in known.on("grant.revoked", look.grant)), "the grant it names had ended")

"""A range over declared gaps made by hand: logs that ended, what was lost of them, acts of two, the next log."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.verify.asked import AFTER, BEFORE, Asked
from tests.support.packs import FIRST, NOW, ORIGIN, SECOND, SmallLog, act, governance_entry, key_id, key_of, look, sha
from tests.support.ranges import ASKED, RangeDraft, drafted

LOST = 3
"""Lines lost of each log that ended."""


@dataclass
class GapDraft:
    """A range and what it says of earlier logs before it is written and signed, to be changed by a test."""

    main: RangeDraft
    former: dict
    declared: dict
    earlier: dict[int, RangeDraft]
    extra: dict[str, bytes] = field(default_factory=dict)
    """What stands in the place of a file, or beside them."""
    without: set[str] = field(default_factory=set)

    def copy(self) -> "GapDraft":
        """A draft of its own, to be changed freely."""
        return deepcopy(self)

    def files(self) -> dict[str, bytes]:
        """Write all, and sign the manifest over it."""
        extra = {"former.json": canonical.encode(self.former), "declared.json": canonical.encode(self.declared)}
        for number, one in self.earlier.items():
            extra[f"former-{number}-range.json"] = canonical.encode(one.range)
            extra[f"former-{number}-lines-000.json"] = canonical.encode(one.lines)
        extra = {name: data for name, data in (extra | self.extra).items() if name not in self.without}
        return replace(self.main, extra=extra).files()


Body = dict[str, Any]
KINDS = (EntryKind.GOVERNANCE, EntryKind.CELL)


def declaring(body: Body, **how: Any) -> dict:
    """The act of two signatories that declares the gap; *how*: made otherwise than it should be."""
    return act(body, **{"kind": "declare-gap", "name": bytes([70 + body["number"]]) * 16, **how})


def over_gaps(
    asked: Asked = ASKED,
    *,
    gaps: int = 1,
    says: Callable[[Body], object] | None = None,
    signed: Callable[[Body], dict] = declaring,
    older: bool = False,
    late: bool = False,
    start: int = 0,
) -> GapDraft:
    """A range in which everything holds, back over *gaps* declared gaps to the first log.

    *says* may change what the first line of each later log says, and the act with it; *signed* makes the act.
    *older*: the newest earlier log has a line so old that those before it are not needed. *late*: another line stands
    before the one that says how the log before ended. *start*: the first line shown of each earlier log.
    """
    ended, acts, body = list[SmallLog](), list[dict](), Body()
    for number in range(1, gaps + 1):
        log = _begun(number, body, acts, old=older and number == gaps, late=late)
        log.fill(LOST)
        body = _body(log)
        if says is not None:
            says(body)
        acts.append(signed(body))
        ended.append(log)
    newest = _begun(gaps + 1, body, acts, late=late)
    newest.add(governance_entry("range.opened", {}, NOW + timedelta(hours=1) + AFTER))
    newest.end()
    needed = ended[-1:] if older else ended
    return GapDraft(
        drafted(newest, asked),
        {"format": "aboveboard-former/1", "logs": [{"log": log.number, "why": ""} for log in needed]},
        {"acts": acts, "lines": [line for log in (*ended, newest) for line in _governed(log)]},
        {log.number: _shown(log, asked, start) for log in needed},
    )


def _begun(number: int, before: Body, acts: list[dict], *, old: bool = False, late: bool = False) -> SmallLog:
    """A log as it begins, with one look from abroad and one from home in the hour; *old*: and one long before it."""
    log = SmallLog(number)
    if acts and late:
        log.add(governance_entry("key.noted", {}, NOW))
    if acts:
        _follow(log, before, acts[-1])
    else:
        _found(log)
    if old:
        log.add(look(NOW - BEFORE - timedelta(minutes=5)))
    log.add(replace(look(NOW + timedelta(minutes=20 * number - 5), entity="hq"), country="US"))
    log.add(look(NOW + timedelta(minutes=20 * number)))
    return log


def _found(log: SmallLog) -> None:
    log.add(governance_entry("cell.founded", {"controller": "cz"}, NOW - 3 * BEFORE))
    for number, staff in ((3, FIRST), (4, SECOND)):
        public = key_of(number).public_key().public_bytes_raw().hex()
        body = {"key": key_id(number), "staff": staff.hex(), "public_key": public}
        log.add(governance_entry("key.added", body, NOW - 3 * BEFORE))


def _follow(log: SmallLog, before: Body, made: dict) -> None:
    log.add(governance_entry("log.opened", before, NOW, kind=EntryKind.CELL))
    body = {"act": made["id"], "kind": made["proposal"]["kind"], "body_hash": sha(canonical.encode(made["body"]))}
    log.add(governance_entry("act.signed", {**body, "key": made["decision"]["key"]}))
    log.add(governance_entry("act.applied", body))


def _governed(log: SmallLog) -> list[dict]:
    """The lines of governance of a log, as they are shown."""
    known = [at for at, opening in enumerate(log.openings) if opening is not None]
    return [log.line(at, person=False) for at in known if log.leaves[at][1] in KINDS]


def _shown(log: SmallLog, asked: Asked, start: int) -> RangeDraft:
    made = drafted(log, asked, start, end=len(log.leaves) - LOST, timed={3})
    made.range["origin"] = origin_of(log.number)
    return made


def origin_of(number: int) -> str:
    """The origin of an earlier log."""
    return f"{ORIGIN}/{number}"


def _body(log: SmallLog) -> Body:
    size = len(log.leaves)
    return {
        "number": log.number, "last_origin": origin_of(log.number), "last_size": size,
        "last_root": log.subtree(0, size).hex(), "lost_from": size - LOST, "lost_to": size,
    }  # fmt: skip

"""Logs that ended with a declared gap, for a range that reaches back to them: their lines up to the lost ones.

What ties them is the first line of each later log, which names the last head of the one before; what declares them is
an act of two signatories. A log whose lines or files are not held any more is named with the reason, never passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aboveboard.apps.evidence.governance import acts_of, governance_lines, packed_act, relied_on
from aboveboard.apps.evidence.logs import Log, all_logs
from aboveboard.apps.evidence.pack import packed_governance
from aboveboard.apps.evidence.spans import AuditReader, Edges, known_edges, place_of_period
from aboveboard.apps.evidence.stretches import opened_lines, span_files
from aboveboard.apps.ledger.models import Gap
from aboveboard.core import canonical
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.former import ALL_LOST, DECLARED, FORMAT, FORMER, NO_FILES, NO_LINES, prefix
from aboveboard.core.verify.spans import ASKED


@dataclass(slots=True)
class Former:
    """What a range shows of earlier logs: files, lines and looks as asked for; of each log not shown, why."""

    files: dict[str, bytes] = field(default_factory=dict)
    lines: int = 0
    asked_for: int = 0
    why: dict[int, str] = field(default_factory=dict)


NOTHING = Former()


def former_logs(asked: Asked, entry_hash: bytes, note: bytes, *, now: datetime, sealed: bool, room: int) -> Former:
    """Open the earlier logs of the cell as far back as the period reaches; at most *room* lines of them.

    Raises:
        Invalid: when they hold more lines than that.
        NotVerified: when a line does not open; it was changed.
    """
    *ended, current = all_logs(note)
    gaps, found = {gap.number: gap for gap in Gap.objects.all()}, Former()
    for log in reversed(ended):
        reached = _take(found, log, gaps[log.number].kept, asked, entry_hash, now, sealed=sealed)
        if found.lines > room:
            raise Invalid("The period holds more lines than one range can show; ask for it in parts.")
        if reached:
            break
    logs = [{"log": number, "why": why} for number, why in sorted(found.why.items())]
    found.files[FORMER] = canonical.encode({"format": FORMAT, "logs": logs})
    found.files[DECLARED] = canonical.encode(_declared([*ended, current], gaps))
    return found


def _take(found: Former, log: Log, kept: int, asked: Asked, entry_hash: bytes, now: datetime, *, sealed: bool) -> bool:
    """Take the lines of one log into what is *found*; whether the period cannot reach further back."""
    found.why[log.number] = ""
    if not kept:
        found.why[log.number] = ALL_LOST
        return False
    held = replace(log, size=kept)
    reader = AuditReader(held)
    try:
        start, _ = place_of_period(reader, held, asked.since, asked.until)
        at_edge = known_edges(reader, start, kept, asked)
        lines, asked_for = opened_lines(reader, start, kept, asked, at_edge.indexes, sealed=sealed)
    except NotVerified as error:
        if error.code == "line":
            raise
        found.why[log.number] = NO_LINES
        return False
    try:
        files = span_files(lines, start, asked, ASKED, entry_hash, log, now)
    except (Invalid, NotVerified):
        found.why[log.number] = NO_FILES
        return False
    found.files |= {f"{prefix(log.number)}{name}": data for name, data in files.items()}
    found.lines, found.asked_for = found.lines + len(lines), found.asked_for + asked_for
    return _reached(log, start, at_edge)


def _reached(log: Log, start: int, at_edge: Edges) -> bool:
    return at_edge.old is not None or (start == 0 and log.number == 1)


def _declared(logs: list[Log], gaps: Mapping[int, Gap]) -> dict[str, Any]:
    """Give the lines that name the heads of earlier logs, and the acts that declared their gaps."""
    acts = acts_of(bytes(gap.act).hex() for gap in gaps.values())
    lines = []
    for log in logs:
        prover, size = log.prover(), gaps[log.number].kept if log.former else log.size
        try:
            own = [line for line in relied_on(governance_lines(log), acts) if line.index < size]
            lines += [packed_governance(line, prover) for line in own]
        except (Invalid, NotVerified):
            # Its files or lines are not held any more; what only it could show is said to be not proved.
            if not log.former:
                raise
    return {"acts": [packed_act(act) for act in acts], "lines": lines}

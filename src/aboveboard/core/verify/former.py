"""Logs of a cell that ended with a declared gap, as a range shows them beside the log that is signed now.

    former.json                which earlier logs a range would need, and of each that is not shown, why
    declared.json              the first line of each later log, which names the last head of the one before, and the
                               acts of two signatories that declared the gaps
    former-<n>-range.json      where the lines of log n lie, and
    former-<n>-lines-000.json  the lines, as in the range itself; they go on to where the lines of that log were lost

The root of an earlier log is not taken from anybody's word: the first line of the log behind it stands under that
log's own root, and says it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.text import HASH_SIZE
from aboveboard.core.verify import parts, shape, spans
from aboveboard.core.verify.acts import Statements, act_behind, statements_of
from aboveboard.core.verify.lines import OPENED_LOG, ReadLine, Tree, check_governance
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import PackedAct
from aboveboard.core.verify.spans import ShownLine, Span

FORMER, DECLARED, FORMAT = "former.json", "declared.json", "aboveboard-former/1"
NAME = "former"
DECLARING = "declare-gap"
NO_LINES, NO_FILES, ALL_LOST = "no-lines", "no-files", "all-lost"
"""Why an earlier log is not shown: its lines are not held any more; its published files are not; all were lost."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A log that ended, as the first line of the next one says."""

    log: int
    origin: str
    size: int
    root: bytes
    lost_from: int
    """From here on to the end its lines were lost."""
    elsewhere: int
    """Entries of a history of it that was signed elsewhere; 0 where there was none."""
    declared_at: datetime | None
    """When two signatories declared it, where that is proved."""

    @property
    def lost(self) -> int:
        """How many of its lines were lost."""
        return self.size - self.lost_from


@dataclass(frozen=True, slots=True)
class Told:
    """What a range says of earlier logs, read: each that ended, the lines shown of it, why others are not shown."""

    ended: Mapping[int, Ended]
    lines: Mapping[int, tuple[Span, tuple[ShownLine, ...]]]
    why: Mapping[int, str]


NOTHING = Told({}, {}, {})


def prefix(log: int) -> str:
    """Give what the names of the files of an earlier log begin with."""
    return f"former-{log}-"


def read_former(files: Mapping[str, bytes], main: Span, checkpoint: Checkpoint, checks: Checks) -> Told:
    """Read what the *files* of a range say of earlier logs than *main*, and hold it against the signed one."""
    if FORMER not in files:
        return NOTHING
    with checks.part(NAME):
        why = _why(files[FORMER])
        governance = shape.read(shape.GOVERNANCE, files.get(DECLARED, b""))
        roots = {main.log: Tree(checkpoint.size, checkpoint.root)}
        acts = check_governance(governance.lines, roots, checks)
        known = statements_of([line.said for line in acts if line.kind == EntryKind.GOVERNANCE], governance.acts)
        opening = [line for line in acts if line.kind == EntryKind.CELL and line.said.operation == OPENED_LOG]
        ended = [_ended(line, governance.acts, known) for line in opening]
        told = Told({one.log: one for one in ended}, {}, why)
        shown = {log: _shown(files, log, main, told, checks) for log in sorted(why) if not why[log]}
        return Told(told.ended, {log: one for log, one in shown.items() if one is not None}, why)
    return NOTHING


def _why(data: bytes) -> dict[int, str]:
    value = parts.object_of(parts.decoded(data))
    logs = [parts.object_of(one) for one in parts.array_of(value.get("logs"))]
    found = {parts.number_of(one.get("log")): parts.text_of(one.get("why")) for one in logs}
    if value.get("format") != FORMAT or not set(found.values()) <= {"", NO_LINES, NO_FILES, ALL_LOST}:
        raise Invalid("what it says of earlier logs is not of the format this verifier knows")
    return found


def _ended(line: ReadLine, acts: Sequence[PackedAct], known: Statements) -> Ended:
    body = dict(line.said.body)
    size, lost_from, lost_to = (parts.number_of(body.get(name)) for name in ("last_size", "lost_from", "lost_to"))
    if not lost_from <= lost_to == size or line.index != 0:
        raise Invalid("the first line of a log does not say which log ended, and where")
    return Ended(
        line.log - 1,
        parts.text_of(body.get("last_origin")),
        size,
        parts.hex_of(body.get("last_root"), HASH_SIZE),
        lost_from,
        parts.number_of(body.get("elsewhere_size", 0)),
        next((at for act in acts if (at := _declared(act, line, known)) is not None), None),
    )


def _declared(act: PackedAct, line: ReadLine, known: Statements) -> datetime | None:
    """When what the first *line* of the log says took effect, if two signatories declared it in *act*."""
    try:
        # Under one id two acts may be shown; only the text of the one whose signatures were checked counts.
        signed, applied = act_behind(act.id, DECLARING, known)
    except NotVerified:
        return None
    return applied if dict(signed.body) == dict(line.said.body) else None


def _shown(
    files: Mapping[str, bytes], log: int, main: Span, told: Told, checks: Checks
) -> tuple[Span, tuple[ShownLine, ...]] | None:
    """Read the lines of an earlier log and hold them against its last head."""
    own = {name.removeprefix(prefix(log)): data for name, data in files.items() if name.startswith(prefix(log))}
    with checks.part(NAME):
        if log not in told.ended:
            raise NotVerified(f"no line of a later log says how log {log} ended")
        ended, span = told.ended[log], spans.read_span(own.get(spans.RANGE, b""))
        lines = tuple(spans.read_lines(own, span))
        if (span.log, span.cell, span.opens, span.asked, span.entry) != (
            log, main.cell, main.opens, main.asked, main.entry,
        ):  # fmt: skip
            raise NotVerified(f"the lines of log {log} were not opened for this question")
        if span.end != ended.lost_from:
            raise NotVerified(f"the lines of log {log} do not reach to where its lines were lost")
        spans.check_place(span, lines, Checkpoint(ended.origin, ended.size, ended.root))
        return span, lines
    return None

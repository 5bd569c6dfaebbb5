"""A range of the log, checked: which looks of a period were recorded as asked for, and that no line was passed over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify import former, range_words, shape, spans
from aboveboard.core.verify.asked import AFTER, BEFORE, Asked, time_of
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.manifest import check_manifest
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.spans import ShownLine, Span

_Read = TypeVar("_Read")
SIGNED, FORM, PLACE, OPENED, COVERED = "checkpoint", "form", "range", "openings", "period"
TIME = "time"
NO_LOOKS = frozenset({1, 3, 4, 5, 6, 7, 9, 10})
"""Public kinds of lines that are no looks; a line of any other kind has to say that it is not among those asked for."""


@dataclass(slots=True)
class Counted:
    """What the lines of a range say: how many there are of each sort, and which are those asked for."""

    lines: int = 0
    looks: int = 0
    asked_for: list[tuple[int, datetime]] = field(default_factory=list)
    """Index and time of each look that is as asked."""
    withheld: dict[str, int] = field(default_factory=dict)
    """How many are not opened, by the reason given."""
    times: dict[int, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Before:
    """The logs before the one that signed the checkpoint, as far as the period reaches back; the newest first."""

    ended: list[former.Ended] = field(default_factory=list)
    shown: list[tuple[former.Ended, Span, Counted]] = field(default_factory=list)
    lost: list[former.Ended] = field(default_factory=list)
    """Of which lines were lost that could have been of the period."""
    missing: tuple[int, ...] = ()
    """Numbers of logs of which nothing is shown, and lines could have been of the period."""
    why: Mapping[int, str] = field(default_factory=dict)


def verify_range(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of a range, by name, trusting the keys in *trust* only; *since*: checkpoints kept earlier.

    Bad, missing and foreign files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed = signed_checkpoint(files, trust, checks)
    check_manifest(files, witnessed.checkpoint.origin if witnessed else None, trust, checks)
    read = read_range(files, checks)
    if witnessed is None or read is None:
        return Report(tuple(checks.done), (), range_words.not_proved(None, None, None))
    span, lines, earlier = read
    told = former.read_former(files, span, witnessed.checkpoint, checks)
    counted = check_span(span, lines, witnessed.checkpoint, checks)
    before = _before(span, counted, told, checks)
    check_growth(earlier, witnessed.checkpoint, trust, since, checks)
    proved = () if checks.failed else range_words.proved(span, counted, witnessed, before)
    return Report(tuple(checks.done), proved, range_words.not_proved(span, counted, witnessed, before))


def check_span(span: Span, lines: Sequence[ShownLine], checkpoint: Checkpoint, checks: Checks) -> Counted:
    """Hold the lines against the checkpoint and against what was asked."""
    with checks.part(PLACE):
        spans.check_place(span, lines, checkpoint)
    checks.settle(PLACE, f"The range shows every line from {span.start} to {span.end - 1} of the log.")
    counted = _counted(span, lines, OPENED, checks)
    checks.settle(OPENED, "Every opened field is what its line committed to, and enough is opened to tell.")
    with checks.part(COVERED):
        span.asked.covered_by(counted.times, span.start)
    checks.settle(COVERED, "The range begins before the period and ends behind it.")
    return counted


def _counted(span: Span, lines: Sequence[ShownLine], name: str, checks: Checks) -> Counted:
    counted = Counted(lines=len(lines))
    for index, line in enumerate(lines, span.start):
        with checks.part(name, index):
            _count(span, index, line, counted)
    return counted


def _before(span: Span, counted: Counted, told: former.Told, checks: Checks) -> Before:
    """Go back from the range through the logs that ended, to where nothing of the period can stand before."""
    before, asked = Before(), span.asked
    reached = span.start > 0 or _old_enough(asked, counted.times)
    for log in range(span.log - 1, 0, -1):
        if reached:
            break
        ended = told.ended.get(log)
        if ended is not None:
            before.ended.append(ended)
        if ended is None or (log not in told.lines and ended.lost_from):
            before.missing = tuple(range(1, log + 1))
            break
        times: dict[int, datetime] = {}
        if log in told.lines:
            of_log, lines = told.lines[log]
            found = _counted(of_log, lines, former.NAME, checks)
            before.shown.append((ended, of_log, found))
            times, reached = found.times, _old_enough(asked, found.times)
            if of_log.start and not reached:
                checks.no(former.NAME, f"No line of log {log} is old enough to leave out those before it.")
        if ended.lost and not any(at >= asked.until + AFTER for at in times.values()):
            before.lost.append(ended)
    before.why = told.why
    if told is not former.NOTHING:
        checks.settle(former.NAME, "What is said of earlier logs stands under their last heads, which this log names.")
    return before


def _old_enough(asked: Asked, times: Mapping[int, datetime]) -> bool:
    """Whether a line is so old that nothing of the period stands before it."""
    return any(at <= asked.since - BEFORE for at in times.values())


def signed_checkpoint(files: Mapping[str, bytes], trust: TrustPolicy, checks: Checks) -> WitnessedCheckpoint | None:
    """Read the checkpoint, if the log signed it and witnesses enough cosigned."""
    with checks.part(SIGNED):
        witnessed = trust.open_checkpoint(_file(files, shape.CHECKPOINT))
        origin, size = witnessed.checkpoint.origin, witnessed.checkpoint.size
        checks.settle(SIGNED, f"The log {origin} has signed a checkpoint over {size} entries.")
        return witnessed
    return None


def read_range(
    files: Mapping[str, bytes], checks: Checks
) -> tuple[Span, tuple[ShownLine, ...], tuple[shape.Earlier, ...]] | None:
    """Read the range, its lines, and the earlier checkpoints beside it."""
    with checks.part(FORM):
        span = _told_of(spans.RANGE, lambda: spans.read_span(_file(files, spans.RANGE)))
        earlier = _told_of(shape.CONSISTENCY, lambda: shape.read(shape.CONSISTENCY, _file(files, shape.CONSISTENCY)))
        lines = tuple(spans.read_lines(files, span))
        checks.settle(FORM, "Every file has the form it must have.")
        return span, lines, earlier
    return None


def _told_of(name: str, read: Callable[[], _Read]) -> _Read:
    """Read a file; what is wrong with it is told with its name."""
    try:
        return read()
    except Invalid as error:
        raise Invalid(f"the file {name} cannot be read: {error.sentence.rstrip('.')}") from None


def _count(span: Span, index: int, line: ShownLine, counted: Counted) -> None:
    kind, values = line.kind, line.values()
    if kind == EntryKind.INDEX and not _ends_a_batch(line.leaf, index):
        raise NotVerified("it is taken for an index of the lines before it, and is none")
    if TIME in values:
        counted.times[index] = time_of(values[TIME])
    if kind in NO_LOOKS:
        if line.why:
            counted.withheld[line.why] = counted.withheld.get(line.why, 0) + 1
        if span.opens == spans.ASKED and values.keys() - {TIME}:
            raise NotVerified("it is no look, and more is opened of it than its time")
        return
    counted.looks += 1
    if line.why:
        counted.withheld[line.why] = counted.withheld.get(line.why, 0) + 1
        return
    read, is_asked_for = span.asked.decided(values)
    if span.opens == spans.ASKED and values.keys() - set(read) - {TIME}:
        raise NotVerified("more is opened of it than was asked")
    if is_asked_for:
        counted.asked_for.append((index, counted.times[index]))


def _ends_a_batch(leaf: bytes, index: int) -> bool:
    found = IndexLeaf.decode_if(leaf)
    return found is not None and found.covered == index


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Invalid(f"the file {name} is missing")
    return files[name]

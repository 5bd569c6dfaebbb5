"""What a range proves and what it does not, in plain sentences; the second list is never empty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from aboveboard.core.tlog.trust import WitnessedCheckpoint
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.former import ALL_LOST, NO_FILES, NO_LINES
from aboveboard.core.verify.spans import KEY_GONE, SEALED, Span
from aboveboard.core.verify.words import UNWITNESSED

if TYPE_CHECKING:
    from aboveboard.core.verify.former import Ended
    from aboveboard.core.verify.ranges import Before, Counted

MOST_TOLD = 20
ALWAYS = (
    (
        "That every look left a line. A photographed screen, an export passed on, or a second record kept elsewhere"
        " leaves none; whoever runs the machines and holds the root key can read past the log."
    ),
    (
        "That what a line says is true. Country, entity and time are those the company recorded; its own entities vouch"
        " for workplaces, and a tunnel through another network hides where somebody sits."
    ),
    (
        "That a line of the period stands in the range whatever the company's clock did. The range begins and ends"
        " among lines with times outside the period, and no entry may wait longer than a minute beside others; receipts"
        " and witnesses' times show it when that is broken."
    ),
    "That a look was not recorded as something else. The kind of each line is public; what is no look was not opened.",
    "What came after the period, or stands in another log or another cell.",
)
_NOT_SHOWN: Mapping[str, str] = {
    NO_LINES: "the company says that it does not hold its lines any more",
    NO_FILES: "the company says that it does not hold the files any more that tie its lines to its last head",
    ALL_LOST: "the company says that all its lines were lost",
    "": "this range does not show it",
}
_WHY: Mapping[str, tuple[str, str]] = {
    KEY_GONE: (
        "What {} of the lines in the range say: the key of their month was destroyed, as the company says.",
        "except {} of which the month's key is gone",
    ),
    SEALED: (
        "What {} of the lines in the range say: they are sealed, because a law forbids telling for a time.",
        "except {} sealed",
    ),
}


def question(asked: Asked) -> str:
    """Say what was asked for, after the words "looks": "as from US by hq of T45"."""
    parts = [
        f"as from {asked.country}" if asked.country else "",
        f"by the entity {asked.entity}" if asked.entity else "",
        f"for the purpose {asked.purpose}" if asked.purpose else "",
        f"of the category {asked.category}" if asked.category else "",
    ]
    return " ".join(part for part in parts if part)


def proved(
    span: Span, counted: "Counted", witnessed: WitnessedCheckpoint, before: "Before | None" = None
) -> tuple[str, ...]:
    """Say what a range proves whose checks all hold; *before*: what it says of logs that ended with a declared gap."""
    shown = list(reversed(before.shown)) if before is not None else []
    asked, said = span.asked, []
    period = f"between {_moment(asked.since)} and {_moment(asked.until)}"
    which = " that released something" if asked.released else ""
    what = " ".join(part for part in ("recorded", question(asked), period) if part)
    beside = "".join(f", {one}" for one in _exceptions(counted, before))
    looks = [(index, at, f" of the log {ended.origin}") for ended, _, one in shown for index, at in one.asked_for]
    looks += [(index, at, "") for index, at in counted.asked_for]
    found = len(looks)
    if found == 0:
        said.append(f"No look{which} was {what}{beside}.")
    else:
        said.append(f"{found} {f'looks{which} were' if found > 1 else f'look{which} was'} {what}{beside}.")
        said += [f"Line {index}{where}: {_moment(at)}." for index, at, where in looks[:MOST_TOLD]]
        if found > MOST_TOLD:
            said.append(f"{found - MOST_TOLD} more.")
    said += [_whole(of_log, one, ended.origin) for ended, of_log, one in shown]
    said.append(_whole(span, counted, witnessed.checkpoint.origin))
    if span.log > 1 and span.start == 0 and (before is None or (before.missing and not before.why)):
        said.append("This log follows on one that ended with a declared gap; what was before stands in that one.")
    said += [_gap(ended) for ended in reversed(before.ended)] if before is not None else []
    said += [f"The witness {name} saw this log{_at(at)}." for name, at in sorted(witnessed.cosigned.items())]
    return tuple(said)


def _exceptions(counted: "Counted", before: "Before | None") -> list[str]:
    withheld = Counter(counted.withheld)
    for _, _, one in before.shown if before is not None else ():
        withheld.update(one.withheld)
    said = [_WHY[why][1].format(count) for why, count in sorted(withheld.items())]
    lost = sum(ended.lost for ended in before.lost) if before is not None else 0
    if lost:
        said.append(f"except {lost} {'lines' if lost > 1 else 'line'} lost with a declared gap")
    if before is not None and before.missing:
        said.append(f"except what earlier logs of this cell hold ({_numbers(before.missing)})")
    return said


def _whole(span: Span, counted: "Counted", origin: str) -> str:
    return (
        f"These are all {counted.lines} lines from {span.start} to {span.end - 1} of the log {origin},"
        f" {counted.looks} of them looks; who changes, removes or inserts one contradicts the checkpoint."
    )


def _gap(ended: "Ended") -> str:
    """Say how a log ended."""
    declared = "as its successor's first line says"
    if ended.declared_at is not None:
        declared = f"as two signatories declared on {ended.declared_at:%Y-%m-%d}"
    if not ended.lost:
        return f"The log {ended.origin} ended with {ended.size} entries signed, none of them lost, {declared}."
    return f"The log {ended.origin} ended with {ended.size} entries signed; {_lost(ended)} were lost, {declared}."


def _lost(ended: "Ended") -> str:
    return f"entries {ended.lost_from} to {ended.size - 1}"


def not_proved(
    span: Span | None,
    counted: "Counted | None",
    witnessed: WitnessedCheckpoint | None,
    before: "Before | None" = None,
) -> tuple[str, ...]:
    """Say what no range proves, and what this one does not."""
    more = [] if witnessed is not None and witnessed.cosigned else [UNWITNESSED]
    if span is not None and counted is not None:
        more += [_WHY[why][0].format(count) for why, count in sorted(counted.withheld.items())]
    return (*ALWAYS, *more, *(_not_proved_before(before) if before is not None else ()))


def _not_proved_before(before: "Before") -> list[str]:
    said = [
        f"What {_lost(ended)} of the log {ended.origin} say, and whether one of them was asked for: they were lost."
        for ended in reversed(before.lost)
    ]
    for _, of_log, one in reversed(before.shown):
        said += [f"Of log {of_log.log}: {_WHY[why][0].format(count)}" for why, count in sorted(one.withheld.items())]
    said += [
        f"What stood in log {log} of this cell, which ended with a declared gap: {_NOT_SHOWN[before.why.get(log, '')]}."
        for log in before.missing
    ]
    for ended in reversed(before.ended):
        if ended.declared_at is None:
            said.append(f"That two signatories declared how the log {ended.origin} ended: no act here shows it.")
        if ended.elsewhere:
            said.append(
                f"What another history of the log {ended.origin} says, which was signed over {ended.elsewhere} entries"
                " elsewhere."
            )
    if before.ended:
        said.append(
            "That nothing was written down, and lost before it was signed, at the end of a log: only what was signed"
            " left a trace."
        )
    return said


def _numbers(logs: Sequence[int]) -> str:
    return f"log {logs[0]}" if len(logs) == 1 else f"logs {logs[0]} to {logs[-1]}"


def _at(at: datetime | None) -> str:
    return f" at {_moment(at)}" if at is not None else ""


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"

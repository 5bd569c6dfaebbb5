"""What a range proves and what it does not, in plain sentences; the second list is never empty."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from aboveboard.core.tlog.trust import WitnessedCheckpoint
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.spans import KEY_GONE, SEALED, Span
from aboveboard.core.verify.words import UNWITNESSED

if TYPE_CHECKING:
    from aboveboard.core.verify.ranges import Counted

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


def proved(span: Span, counted: "Counted", witnessed: WitnessedCheckpoint) -> tuple[str, ...]:
    """Say what a range proves whose checks all hold."""
    asked, said = span.asked, []
    period = f"between {_moment(asked.since)} and {_moment(asked.until)}"
    which = " that released something" if asked.released else ""
    what = " ".join(part for part in ("recorded", question(asked), period) if part)
    beside = ", ".join(_WHY[why][1].format(count) for why, count in sorted(counted.withheld.items()))
    beside = f", {beside}" if beside else ""
    found = len(counted.asked_for)
    if found == 0:
        said.append(f"No look{which} was {what}{beside}.")
    else:
        said.append(f"{found} {f'looks{which} were' if found > 1 else f'look{which} was'} {what}{beside}.")
        said += [f"Line {index}: {_moment(at)}." for index, at in counted.asked_for[:MOST_TOLD]]
        if found > MOST_TOLD:
            said.append(f"{found - MOST_TOLD} more.")
    said.append(
        f"These are all {counted.lines} lines from {span.start} to {span.end - 1} of the log"
        f" {witnessed.checkpoint.origin}, {counted.looks} of them looks; who changes, removes or inserts one"
        " contradicts the checkpoint."
    )
    if span.log > 1 and span.start == 0:
        said.append("This log follows on one that ended with a declared gap; what was before stands in that one.")
    said += [f"The witness {name} saw this log{_at(at)}." for name, at in sorted(witnessed.cosigned.items())]
    return tuple(said)


def not_proved(span: Span | None, counted: "Counted | None", witnessed: WitnessedCheckpoint | None) -> tuple[str, ...]:
    """Say what no range proves, and what this one does not."""
    more = [] if witnessed is not None and witnessed.cosigned else [UNWITNESSED]
    if span is not None and counted is not None:
        more += [_WHY[why][0].format(count) for why, count in sorted(counted.withheld.items())]
    return (*ALWAYS, *more)


def _at(at: datetime | None) -> str:
    return f" at {_moment(at)}" if at is not None else ""


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"

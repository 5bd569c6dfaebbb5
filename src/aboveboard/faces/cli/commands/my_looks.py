"""Show one's own looks and changes."""

from typing import TYPE_CHECKING, Any

import click

from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Rows
from aboveboard.faces.cli.command import answering

if TYPE_CHECKING:
    from aboveboard.apps.evidence.own_looks import OwnLine
    from aboveboard.faces.cli.acting import Acting


@answering()
@click.option("--before", type=click.IntRange(min=0), help="Only lines with numbers under this one.")
@click.option("--most", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many lines.")
@click.option("--former", is_flag=True, help="Those in logs that ended with a declared gap, all of them.")
@acting
def command(*, before: int | None, most: int, former: bool, acting: "Acting") -> Answer:
    """List your own lines of the log, the newest first: when, what for, which categories, from where.

    They open under your key and hold nobody you looked at. Nobody else can list them, and listing them leaves no line.
    """
    from aboveboard.apps.evidence.own_looks import former_looks, own_looks

    if former:
        lines = former_looks(acting.staff)
        return Answer({"lines": [line_data(line) for line in lines]}, [_rows(lines)])
    found = own_looks(acting.staff, before=before, most=most)
    data = {"length": found.length, "unsigned": found.unsigned, "lines": [line_data(line) for line in found.lines]}
    words: list[str | Rows] = [_rows(found.lines)]
    if found.length:
        words.append(f"Your lines are numbers 0 to {found.length - 1}, without a gap.")
    if found.unsigned:
        words.append(f"{found.unsigned} of them wait for the log's signature.")
    return Answer(data, words)


def line_data(line: "OwnLine") -> dict[str, Any]:
    """Give the machine form of one line."""
    says = line.said
    return {
        "log": line.log,
        "number": line.number,
        "index": line.index,
        "entry": line.entry_hash.hex(),
        "at": says.at.isoformat(),
        "operation": says.operation,
        "role": line.role,
        "entity": says.entity,
        "country": says.country,
        "established_by": says.established,
        "purpose": says.purpose,
        "categories": list(says.categories),
        "refused": list(says.refused),
        "verdict": says.verdict,
    }


def _rows(lines: tuple["OwnLine", ...]) -> Rows:
    rows = [
        (
            str(line.number),
            f"{line.said.at:%Y-%m-%d %H:%M:%S}",
            line.said.operation,
            line.said.purpose,
            ",".join(line.said.categories),
            line.said.verdict,
            f"{line.said.entity} {line.said.country}",
        )
        for line in lines
    ]
    return Rows(("number", "at (UTC)", "what", "purpose", "categories", "verdict", "from"), rows)

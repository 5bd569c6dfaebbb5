"""Verify evidence, as a stranger does: no home, no database, no network."""

from pathlib import Path

import click

from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import Needs, answering


@answering(needs=Needs.NOTHING)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--trust",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The file of keys you trust: the log's, and your witnesses' (`aboveboard key trust`).",
)
@click.option(
    "--since",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A checkpoint you kept: the log must have only grown since. Again for more.",
)
def command(*, folder: Path, trust: Path, since: tuple[Path, ...]) -> Answer:
    """Check the evidence in FOLDER and say what is proved by it, and what is not."""
    from aboveboard.core.verify import verify_folder

    report = verify_folder(folder, trust, since)
    data = {
        "holds": report.holds,
        "checks": [
            {"name": check.name, "holds": check.holds, "sentence": check.sentence, "entry": check.entry}
            for check in report.checks
        ],
        "proved": list(report.proved),
        "not_proved": list(report.not_proved),
    }
    words = [f"{'holds' if check.holds else 'FAILS'}  {check.sentence}" for check in report.checks]
    words += ["", "The evidence holds." if report.holds else "The evidence does not hold."]
    if report.holds:
        words += ["", "What this proves:", *(f"- {sentence}" for sentence in report.proved)]
    words += ["", "What this does not prove:", *(f"- {sentence}" for sentence in report.not_proved)]
    return Answer(data, words, Exit.DONE if report.holds else Exit.FAILED)

"""Verify evidence, as a stranger does: no home, no database, no network."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import Needs, answering

if TYPE_CHECKING:
    from aboveboard.core.verify import Report
    from aboveboard.core.verify.refuting import Refutation


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
@click.option(
    "--refute",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of a denial: does the evidence prove that it was false?",
)
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A receipt you kept: does its entry stand among these lines, as was promised? Again for more.",
)
def command(
    *, folder: Path, trust: Path, since: tuple[Path, ...], refute: Path | None, receipts: tuple[Path, ...]
) -> Answer:
    """Check the evidence in FOLDER, or the denial in it, and say what is proved by it, and what is not."""
    from aboveboard.core.verify import verify_folder
    from aboveboard.core.verify.refuting import refute_folder, verify_denial_folder

    if refute is not None:
        return _held_against(refute_folder(refute, folder, trust, since))
    verified = verify_denial_folder if (folder / "denial").is_file() else verify_folder
    return _with_receipts(_said(verified(folder, trust, since)), folder, trust, receipts)


def _held_against(found: "Refutation") -> Answer:
    """Say whether a record refutes a denial; exit code 0 only where it does."""
    from aboveboard.core.verify.refuting import Outcome

    words: list[str] = []
    for name, report in (("denial", found.denial), ("evidence", found.pack)):
        words += [f"FAILS  {check.sentence} ({name})" for check in report.failures]
        words += [f"holds  The {name} verifies."] if report.holds else []
    words += ["", *found.sentences, "", _OUTCOMES[found.outcome.value]]
    data = {
        "outcome": found.outcome.value,
        "denial_holds": found.denial.holds,
        "evidence_holds": found.pack.holds,
        "sentences": list(found.sentences),
    }
    return Answer(data, words, Exit.DONE if found.outcome is Outcome.REFUTED else Exit.FAILED)


_OUTCOMES = {
    "refuted": "REFUTED: the denial was false when it was signed.",
    "open": "OPEN: the denial is false unless the record was erased in between.",
    "not-refuted": "NOT REFUTED by this evidence.",
    "unverified": "NOTHING IS PROVED: the denial or the evidence does not hold.",
}


def _said(report: "Report") -> Answer:
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


def _with_receipts(answer: Answer, folder: Path, trust: Path, receipts: tuple[Path, ...]) -> Answer:
    """Add what became of the receipts; a promise that was broken ends in the code of a failed check."""
    if not receipts:
        return answer
    from aboveboard.core.verify.folder import hold_receipts
    from aboveboard.core.verify.receipts import Outcome

    held = hold_receipts(folder, trust, receipts)
    told = [{"outcome": one.outcome.value, "sentence": one.sentence, "entry": one.index} for one in held]
    sound = all(one.outcome in (Outcome.KEPT, Outcome.OPEN) for one in held)
    words = [*answer.words, "", "Receipts:", *(f"- {one.outcome.value.upper()}: {one.sentence}" for one in held)]
    return Answer({**answer.data, "receipts": told}, words, answer.exit if sound else Exit.FAILED)

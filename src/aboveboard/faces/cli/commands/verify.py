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
@click.argument("shown", type=click.Path(path_type=Path, exists=True))
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
    "--entry",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The file with the entry that a single proof is about, where the proof does not bring it along.",
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
    *,
    shown: Path,
    trust: Path,
    since: tuple[Path, ...],
    entry: Path | None,
    refute: Path | None,
    receipts: tuple[Path, ...],
) -> Answer:
    """Check the evidence SHOWN, and say what is proved by it, and what is not.

    SHOWN is a pack or other evidence (a folder, or a ZIP), a mirrored log (a folder), or a single `.tlog-proof`.
    """
    from aboveboard.core.verify.archive import read_archive
    from aboveboard.core.verify.folder import verify_files
    from aboveboard.core.verify.refuting import refute_folder
    from aboveboard.core.verify.shown import verify_shown

    if refute is not None:
        return _held_against(refute_folder(refute, shown, trust, since))
    report = verify_shown(verify_files, read_archive, shown, trust, since, entry)
    return _with_receipts(_said(report), shown, trust, receipts)


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
    from aboveboard.core.verify.told import told, worded

    return Answer(told(report), worded(report), Exit.DONE if report.holds else Exit.FAILED)


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

"""Take a file of people in, say what would happen, or undo it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering

if TYPE_CHECKING:
    from aboveboard.apps.intake.importing import Imported
    from aboveboard.apps.intake.order import ImportOrder
    from aboveboard.faces.cli.acting import Acting

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@answering()
@click.argument("file", type=FILE, required=False)
@click.option("--entity", help="The controller whose data they become (cz).")
@click.option("--relation", help="customer, official, partner, or column:NAME.")
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@click.option("--source", help="Where the data come from, in a few words; every fact names it.")
@click.option("--notice", help="informed:VERSION@DATE, send, or exempt:CODE of Art. 14(5).")
@click.option("--collected-directly", is_flag=True, help="The people gave these data themselves (Art. 13).")
@click.option("--mapping", type=FILE, help="CSV of column, category and perhaps role, for columns nobody knows.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen.")
@click.option("--undo", type=int, metavar="NUMBER", help="Undo this import instead; the officer carries it out.")
@acting
def command(
    *,
    file: Path | None,
    entity: str | None,
    relation: str | None,
    purpose: str,
    source: str | None,
    notice: str | None,
    collected_directly: bool,
    mapping: Path | None,
    dry_run: bool,
    undo: int | None,
    acting: "Acting",
) -> Answer:
    """Take in the people of FILE: CSV, vCard or Popolo JSON.

    Every column is classified before a value is stored: kept where the purpose allows it, waiting in quarantine where
    a house default or guidance refuses it or nobody knows the column, not kept where the law refuses it. The report
    names columns, never values. The same file again changes nothing; one that was cut short goes on.
    """
    if undo is not None:
        return _undo(undo, purpose, acting)
    given = {"FILE": file, "--entity": entity, "--relation": relation, "--source": source, "--notice": notice}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise click.UsageError(f"An import needs {', '.join(missing)} too.")
    order = _order(Path(str(file)), str(entity), str(relation), purpose, str(source), str(notice), mapping, acting)
    order = replace(order, collected_directly=collected_directly)
    return _answer(_run(order, acting, dry_run=dry_run))


def _order(
    file: Path,
    entity: str,
    relation: str,
    purpose: str,
    source: str,
    notice: str,
    mapping: Path | None,
    acting: "Acting",
) -> "ImportOrder":
    from aboveboard.apps.accounts.queries import today
    from aboveboard.apps.intake.order import ImportOrder, parse_notice, parse_relation
    from aboveboard.core.terms import EntityId, PurposeId

    told = parse_notice(notice, today(acting.now))
    return ImportOrder(file, EntityId(entity), parse_relation(relation), PurposeId(purpose), source, told, mapping)


def _run(order: "ImportOrder", acting: "Acting", *, dry_run: bool) -> "Imported":
    """Run or rehearse it, with a count of rows where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from aboveboard.apps.intake.importing import rehearse_import, run_import
    from aboveboard.faces.cli.sequencing import Sequencing

    console, sequencing = Console(stderr=True), Sequencing()
    columns = (SpinnerColumn(), TextColumn("{task.completed} rows"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("import", total=None)

        def progress(rows: int) -> None:
            bar.update(task, completed=rows)
            if not dry_run:
                sequencing.now_and_then()

        do = rehearse_import if dry_run else run_import
        imported = do(order, by=acting.staff, now=acting.now, progress=progress)
    if not dry_run:
        sequencing.finish()
    return imported


def _answer(imported: "Imported") -> Answer:
    from aboveboard.faces.cli.imported import words_of
    from aboveboard.faces.cli.looks import refusal_data, refusal_words

    if imported.report is None:
        data = {
            "verdict": "refuse",
            "entry": imported.entry_hash.hex(),
            "refusals": [refusal_data(refusal) for refusal in imported.refusals],
        }
        return Answer(data, ["Nobody can be taken in so.", *refusal_words(imported.refusals)], Exit.REFUSED)
    words = words_of(imported.report)
    if imported.again:
        words = ["This file was taken in before, on the same terms; nothing was changed.", *words]
    return Answer({**imported.report, "again": imported.again}, words)


def _undo(number: int, purpose: str, acting: "Acting") -> Answer:
    from aboveboard.apps.intake.undo import undo_import
    from aboveboard.core.terms import PurposeId
    from aboveboard.faces.cli.looks import refusal_data, refusal_words
    from aboveboard.faces.cli.sequencing import Sequencing

    undone = undo_import(number, PurposeId(purpose), by=acting.staff, now=acting.now)
    Sequencing().finish()
    data = {
        "import": number,
        "undone": not undone.refusals,
        "erased": undone.erased,
        "kept": undone.kept,
        "refusals": [refusal_data(refusal) for refusal in undone.refusals],
    }
    if undone.refusals:
        return Answer(data, refusal_words(undone.refusals), Exit.REFUSED)
    erased = f"Import {number} is undone: {undone.erased} people who came with it alone are erased."
    kept = f"Of {undone.kept} others only what it said is taken back. The log keeps all of it."
    return Answer(data, [erased, kept])

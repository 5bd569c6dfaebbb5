"""Look at one person's record."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Shredded
from aboveboard.faces.cli.acting import acting, person_argument
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.looks import answer_of, categories_named, keep_receipt

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting


@answering()
@person_argument
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@click.option("--category", "categories", multiple=True, help="T01 to T98; again for more. Default: the contact tier.")
@click.option(
    "--receipt",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A new file for the log's signed promise that the look stands in it within a minute.",
)
@acting
def command(
    *, subject: bytes, purpose: str, categories: tuple[str, ...], receipt: Path | None, acting: "Acting"
) -> Answer:
    """Look at SUBJECT: the entry is committed for the log first, then values are shown.

    The person will see who looked, when, what for and from which country.
    """
    from aboveboard.apps.gate.asking import ask
    from aboveboard.apps.vault.queries import person_row
    from aboveboard.core.terms import Operation, SubjectId

    question = acting.question(Operation.CONSULT, (SubjectId(subject),), categories_named(categories), purpose)
    asked = ask(question)
    if receipt is not None:
        keep_receipt(asked.entry_hash, receipt, acting.now)
    if asked.gone:
        row = person_row(subject)
        on = row.erased_at or row.erasing_at if row else None
        raise Shredded(f"This person was erased{f' on {on:%Y-%m-%d}' if on else ''}; nobody can open it any more.")
    return answer_of(asked, asked.opened())

"""Write the evidence about a person into a folder."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.acting import acting, person_argument
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.looks import decided, refusal_words
from aboveboard.faces.cli.sequencing import have_signed

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting


@answering()
@person_argument
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the evidence.")
@click.option(
    "--purpose", default="data-protection-oversight", show_default=True, help="The id of a registered purpose."
)
@click.option(
    "--since",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An earlier checkpoint: the pack proves that the log only grew since. Again for more.",
)
@click.option("--html", is_flag=True, help="Write FOLDER.html too: the same as a page that checks itself.")
@acting
def command(
    *, subject: bytes, out: Path, purpose: str, since: tuple[Path, ...], html: bool, acting: "Acting"
) -> Answer:
    """Write everything about SUBJECT into a new folder: facts, looks, decisions, with proofs for each.

    What is committed about them is signed first, by this command where no sequencer runs. This is itself a look, and
    stands in the next pack. `aboveboard verify` checks the folder without this house; the page made with `--html`
    checks itself in a browser, without a network.
    """
    from aboveboard.apps.evidence.pack import prove, require_new
    from aboveboard.core.terms import PurposeId, SubjectId

    try:
        kept = [path.read_bytes() for path in since]
    except OSError:
        raise Invalid("A checkpoint given with --since cannot be read.") from None
    page = out.absolute().with_name(f"{out.name}.html") if html else None
    for path in filter(None, (out, page)):
        require_new(path)
    have_signed(SubjectId(subject))
    proved = prove(
        SubjectId(subject),
        out.absolute(),
        actor=acting.actor,
        purpose=PurposeId(purpose),
        place=acting.place,
        # Waiting for a signature may take a minute; the look is of this moment.
        now=datetime.now(UTC),
        since=kept,
    )
    data = {**decided(proved.asked.entry_hash, proved.asked.decision), "lines": proved.lines, "waiting": proved.waiting}
    if proved.folder is None:
        return Answer(data, refusal_words(proved.asked.decision.refusals), Exit.REFUSED)
    words = [f"{proved.lines} lines with their proofs lie in {proved.folder}."]
    if proved.waiting:
        words.append(f"{_entries(proved.waiting)} committed but not yet signed: the next pack shows them.")
    words.append(f"Anybody checks them with `aboveboard verify {proved.folder} --trust FILE`.")
    if page is not None:
        _write_page(page, proved.folder)
        words.append(f"The same lies in {page}, a page that checks itself in a browser.")
    return Answer({**data, "folder": str(proved.folder), "page": str(page) if page else None}, words)


def _write_page(page: Path, folder: Path) -> None:
    """Write the page beside the folder, readable to its owner only and never over another file."""
    from aboveboard.core.verify.folder import read_folder
    from aboveboard.faces.check.pages import evidence_page

    descriptor = os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(evidence_page(read_folder(folder)))


def _entries(count: int) -> str:
    return "1 newer entry about them is" if count == 1 else f"{count} newer entries about them are"

"""Write the evidence about a person into a folder."""

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
@acting
def command(*, subject: bytes, out: Path, purpose: str, since: tuple[Path, ...], acting: "Acting") -> Answer:
    """Write everything about SUBJECT into a new folder: facts, looks, decisions, with proofs for each.

    What is committed about them is signed first, by this command where no sequencer runs. This is itself a look, and
    stands in the next pack. `aboveboard verify` checks the folder without this house.
    """
    from aboveboard.apps.evidence.pack import prove, require_new
    from aboveboard.core.terms import PurposeId, SubjectId

    try:
        kept = [path.read_bytes() for path in since]
    except OSError:
        raise Invalid("A checkpoint given with --since cannot be read.") from None
    require_new(out)
    have_signed(SubjectId(subject))
    proved = prove(
        SubjectId(subject),
        out.absolute(),
        actor=acting.actor,
        purpose=PurposeId(purpose),
        place=acting.place,
        now=acting.now,
        since=kept,
    )
    data = {**decided(proved.asked.entry_hash, proved.asked.decision), "lines": proved.lines, "waiting": proved.waiting}
    if proved.folder is None:
        return Answer(data, refusal_words(proved.asked.decision.refusals), Exit.REFUSED)
    words = [f"{proved.lines} lines with their proofs lie in {proved.folder}."]
    if proved.waiting:
        words.append(f"{_entries(proved.waiting)} committed but not yet signed: the next pack shows them.")
    words.append(f"Anybody checks them with `aboveboard verify {proved.folder} --trust FILE`.")
    return Answer({**data, "folder": str(proved.folder)}, words)


def _entries(count: int) -> str:
    return "1 newer entry about them is" if count == 1 else f"{count} newer entries about them are"

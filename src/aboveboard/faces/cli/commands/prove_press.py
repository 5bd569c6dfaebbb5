"""Make counts for the press, with a checkpoint to keep."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.cosigned import waiting_words
from aboveboard.faces.cli.looks import refusal_data, refusal_words
from aboveboard.faces.cli.moments import MONTH
from aboveboard.faces.cli.sequencing import have_signed_entry

if TYPE_CHECKING:
    from aboveboard.apps.evidence.press import PressFile
    from aboveboard.faces.cli.acting import Acting


@answering()
@click.option("--from", "first", required=True, type=MONTH, help="The first month, as 2026-01.")
@click.option("--until", "last", required=True, type=MONTH, help="The last month, itself included.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the press file.")
@click.option(
    "--purpose", default="data-protection-oversight", show_default=True, help="For what you ask: a registered purpose."
)
@click.option(
    "--since",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An earlier checkpoint: the file proves that the log only grew since. Again for more.",
)
@acting
def command(
    *, first: datetime, last: datetime, out: Path, purpose: str, since: tuple[Path, ...], acting: "Acting"
) -> Answer:
    """Write into a new folder how often was looked from where, month by month, and a signed checkpoint.

    Nothing is about one person: a number below five is not told, and only months that are over are. Pages in English
    and Czech, and a table. Only the data protection officer can do this; it is itself decided and logged.
    """
    from aboveboard.apps.evidence.pack import require_new
    from aboveboard.apps.evidence.press import ask_for_press, count, months_between, write_press
    from aboveboard.core.terms import PurposeId

    months = months_between(first.date(), last.date(), acting.now)
    require_new(out)
    try:
        kept = [path.read_bytes() for path in since]
    except OSError:
        raise Invalid("A checkpoint given with --since cannot be read.") from None
    overseen = ask_for_press(months, actor=acting.actor, purpose=PurposeId(purpose), place=acting.place, now=acting.now)
    data = {"entry": overseen.entry_hash.hex(), "refusals": [refusal_data(one) for one in overseen.refusals]}
    if not overseen.allowed:
        return Answer(data, refusal_words(overseen.refusals), Exit.REFUSED)
    have_signed_entry(overseen.entry_hash)
    counted = count(months, now=acting.now, since=kept)
    write_press(counted, _renderings(counted), out.absolute(), kept)
    return Answer({**data, "folder": str(out)}, [f"The press file lies in {out}.", *waiting_words(out)])


def _renderings(counted: "PressFile") -> dict[str, bytes]:
    from django.utils import translation

    from aboveboard.faces.web.papers import LANGUAGES, rendered
    from aboveboard.faces.workbench.press_page import press_page

    made = {}
    for language in LANGUAGES:
        with translation.override(language):
            made[f"press.{language}.html"] = rendered(press_page(counted))
    return made

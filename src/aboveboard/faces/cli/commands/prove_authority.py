"""Make an evidence file for an authority about a period."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.acting import SubjectType, acting
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.cosigned import waiting_words
from aboveboard.faces.cli.looks import refusal_data, refusal_words
from aboveboard.faces.cli.moments import MOMENT
from aboveboard.faces.cli.sequencing import have_signed, have_signed_entry

if TYPE_CHECKING:
    from aboveboard.apps.evidence.authority import AuthorityFile
    from aboveboard.faces.cli.acting import Acting


@answering()
@click.option("--from", "since", required=True, type=MOMENT, help="The period's beginning, UTC.")
@click.option("--until", required=True, type=MOMENT, help="The period's end, UTC, itself excluded.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the file.")
@click.option(
    "--purpose", default="data-protection-oversight", show_default=True, help="For what you ask: a registered purpose."
)
@click.option("--person", type=SubjectType(), help="The one person the request is about: their pack, with values.")
@acting
def command(
    *, since: datetime, until: datetime, out: Path, purpose: str, person: bytes | None, acting: "Acting"
) -> Answer:
    """Write into a new folder what is held, who looked from where, what was passed on, and by which rules.

    Pages for people in English and Czech, JSON-LD in the words of the W3C Data Privacy Vocabulary, tables as CSV, and
    all lines of the period that prove it, opened but for whom they are about and who acted. Nobody is named and no
    value is shown, unless --person says whom the request is about: that is a look of its own, and the gate decides what
    of it is handed out. Only the data protection officer can do this; it is itself decided and logged.
    `aboveboard verify` checks the folder without this house.
    """
    from aboveboard.apps.evidence.authority import ask_for_authority, gather, person_of, write_authority
    from aboveboard.apps.evidence.pack import require_new
    from aboveboard.core.terms import PurposeId, SubjectId
    from aboveboard.core.verify.asked import Asked

    if since >= until:
        raise Invalid("The period ends before it begins; --until has to be later than --from.")
    require_new(out)
    asked = Asked(since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))
    who = {"actor": acting.actor, "purpose": PurposeId(purpose), "place": acting.place, "now": acting.now}
    overseen = ask_for_authority(asked, **who)  # type: ignore[arg-type]
    data: dict[str, object] = {
        "entry": overseen.entry_hash.hex(),
        "refusals": [refusal_data(one) for one in overseen.refusals],
    }
    if not overseen.allowed:
        return Answer(data, refusal_words(overseen.refusals), Exit.REFUSED)
    have_signed_entry(overseen.entry_hash)
    gathered = gather(asked, overseen, now=acting.now)
    if person is not None:
        have_signed(SubjectId(person))
        who["now"] = datetime.now(UTC)  # waiting for a signature may take a minute
        gathered = replace(gathered, person=person_of(SubjectId(person), **who))  # type: ignore[arg-type]
        data["person"] = "shown" if gathered.person else "refused"
    report = write_authority(gathered, _renderings(gathered), out.absolute())
    replay = gathered.replay
    told = {"looks": replay.looks, "same": replay.same, "contradictions": replay.contradictions}
    words = [f"The evidence file lies in {out}.", *report.proved, *waiting_words(out)]
    return Answer({**data, "folder": str(out), "replay": told, "proved": list(report.proved)}, words)


def _renderings(gathered: "AuthorityFile") -> dict[str, bytes]:
    """Give the pages for people in each language, and the file for programs."""
    from django.utils import translation

    from aboveboard.apps.evidence.dpv import json_ld
    from aboveboard.faces.web.papers import LANGUAGES, rendered
    from aboveboard.faces.workbench.authority_page import authority_page

    made = {"evidence.jsonld": json_ld(gathered)}
    for language in LANGUAGES:
        with translation.override(language):
            made[f"evidence.{language}.html"] = rendered(authority_page(gathered))
    return made

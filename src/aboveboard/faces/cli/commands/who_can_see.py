"""Who could see what of a person."""

from typing import TYPE_CHECKING, Any

import click

from aboveboard.faces.cli.acting import acting, person_argument
from aboveboard.faces.cli.answers import Answer, Exit, Rows
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.looks import decided, refusal_words

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting


@answering()
@person_argument
@click.option(
    "--purpose", default="data-protection-oversight", show_default=True, help="The id of a registered purpose."
)
@acting
def command(*, subject: bytes, purpose: str, acting: "Acting") -> Answer:
    """Tell who could see which categories of SUBJECT now, from where, by which rule or grant; no value is shown.

    This is itself a look, and stands in the log.
    """
    from aboveboard.apps.evidence.readers import who_can_see
    from aboveboard.core.terms import PurposeId, SubjectId, Verdict

    found = who_can_see(
        SubjectId(subject), actor=acting.actor, purpose=PurposeId(purpose), place=acting.place, now=acting.now
    )
    data = decided(found.asked.entry_hash, found.asked.decision)
    if found.asked.decision.verdict is Verdict.REFUSE:
        return Answer(data, refusal_words(found.asked.decision.refusals), Exit.REFUSED)
    sights: list[dict[str, Any]] = [
        {
            "entity": sight.entity,
            "role": sight.role.value,
            "country": sight.country,
            "established": sight.established.value,
            "staff": sight.staff,
            "purpose": sight.purpose,
            "categories": sorted(sight.categories),
            "transfer": sight.transfer.value,
            "grant": sight.grant.hex(),
        }
        for sight in found.sights
    ]
    columns = ("entity", "role", "country", "staff", "purpose", "categories", "transfer", "grant")
    rows = [[" ".join(one[name]) if name == "categories" else one[name] for name in columns] for one in sights]
    words: list[str | Rows] = [Rows(columns, rows)] if sights else ["Nobody could see anything of this person."]
    return Answer({**data, "sights": sights}, words)

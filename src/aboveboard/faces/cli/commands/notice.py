"""Notices owed to people who did not give their data themselves (Art. 14): counted, exported for writing, marked."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli.acting import SubjectType, acting
from aboveboard.faces.cli.answers import Answer, Exit, Rows
from aboveboard.faces.cli.command import group
from aboveboard.faces.cli.moments import DAY

if TYPE_CHECKING:
    from aboveboard.apps.intake.notices import Marked
    from aboveboard.faces.cli.acting import Acting

IMPORT = click.option("--import", "number", type=int, metavar="NUMBER", help="Only people of this import.")
PURPOSE = click.option("--purpose", required=True, help="What for: the id of a registered purpose.")


@group
def command() -> None:
    """Show who has not been told yet, write their addresses out, and mark notices as given."""


@command.command("list")
@click.option("--people", is_flag=True, help="Their opaque ids too.")
@IMPORT
@acting
def list_owed(*, people: bool, number: int | None, acting: "Acting") -> Answer:
    """Count who has not been told yet, by the last day on which their data are open."""
    from aboveboard.apps.intake.notices import owed, people_owed
    from aboveboard.core.errors import Denied
    from aboveboard.core.terms import Role

    if acting.actor.role is Role.OUTSIDER:
        raise Denied("Who has not been told yet is for the staff of this cell.")
    waiting = owed(acting.now)
    found = [{"open_until": w.open_until.isoformat(), "people": w.people, "locked": w.locked} for w in waiting]
    ids = [subject.hex() for subject in people_owed(number)] if people or number is not None else None
    rows = [(w.open_until, w.people, "locked" if w.locked else "open") for w in waiting]
    words: list[str | Rows] = [Rows(("open until", "people", "data are"), rows) if rows else "Everybody has been told."]
    words += ids or []
    return Answer({"owed": found, "people": ids}, words)


@command.command("done")
@click.argument("subjects", nargs=-1, type=SubjectType())
@click.option("--version", required=True, help="Which version of the notice they were given.")
@click.option("--on", required=True, type=DAY, help="The day they were given it.")
@IMPORT
@PURPOSE
@acting
def done(
    *, subjects: tuple[bytes, ...], version: str, on: datetime, number: int | None, purpose: str, acting: "Acting"
) -> Answer:
    """Keep that SUBJECTS, or everybody of one import who was waiting, were given the notice."""
    from aboveboard.apps.intake.notices import mark_given, people_owed
    from aboveboard.core.terms import PurposeId, SubjectId

    if bool(subjects) == (number is not None):
        raise click.UsageError("Say who: ids of people, or --import NUMBER.")
    people = people_owed(number) if number is not None else tuple(map(SubjectId, subjects))
    marked = mark_given(people, version, on.date(), PurposeId(purpose), by=acting.staff, now=acting.now)
    return _answer(marked, "informed", "are kept as informed")


@command.command("export")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@IMPORT
@PURPOSE
@acting
def export(*, out: Path, number: int | None, purpose: str, acting: "Acting") -> Answer:
    """Write names and addresses of who has not been told to the new file OUT; every look of it is in the log."""
    from aboveboard.apps.intake.notices import export_owed
    from aboveboard.core.terms import PurposeId

    marked = export_owed(out, number, PurposeId(purpose), by=acting.staff, now=acting.now)
    return _answer(marked, "written", "are written out")


def _answer(marked: "Marked", name: str, what: str) -> Answer:
    from aboveboard.faces.cli.looks import refusal_data, refusal_words

    data = {name: marked.people, "refusals": [refusal_data(refusal) for refusal in marked.refusals]}
    words = [f"{marked.people} people {what}.", *refusal_words(marked.refusals)]
    return Answer(data, words, Exit.DONE if marked.people or not marked.refusals else Exit.REFUSED)


@command.command("link")
@click.argument("subject", type=SubjectType())
@acting
def link(*, subject: bytes, acting: "Acting") -> Answer:
    """Make a link to SUBJECT's own page, to be sent with the notice; it is shown once and opens for fourteen days.

    Whoever has the link can read the page: send it to an address of the person and to nobody else. That it was made
    stands in the log as a look of the officer.
    """
    from django.conf import settings

    from aboveboard.apps.evidence.links import make
    from aboveboard.apps.gate.asking import ask
    from aboveboard.core.errors import Denied, Invalid
    from aboveboard.core.terms import CategoryId, Operation, Role, SubjectId, Verdict

    if acting.actor.role is not Role.DPO:
        raise Denied("Only the data protection officer makes links to a person's own page.")
    person, name = SubjectId(subject), frozenset({CategoryId("T01")})
    # A look of the officer, so that a link is never made unseen: whoever has it can read the page.
    asked = ask(acting.question(Operation.CONSULT, (person,), name, "data-protection-oversight"))
    if asked.gone or asked.decision.verdict is Verdict.REFUSE:
        raise Invalid("There is no such person, or they were erased.")
    address = settings.OPTIONS.base_url + make(person, acting.now)
    return Answer({"link": address}, [address])

"""People over the API: lists, search and one person in the contact tier; more is opened with a purpose."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from aboveboard.apps.crm import queries as crm
from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.gate.finding import MOST_FOUND, found_subjects
from aboveboard.apps.vault.queries import person_row
from aboveboard.core.catalogue.category import CONTACT_TIER
from aboveboard.core.terms import Operation, SubjectId, Verdict
from aboveboard.faces.api.answers import answer, id_of, people_of, person_of, purpose_for, refused
from aboveboard.faces.api.problems import NotHere, problem
from aboveboard.faces.api.shapes import Opening, People, PersonShape, Problem, Search
from aboveboard.faces.api.tokens import asker
from aboveboard.faces.web.asking import Asker

router = Router(tags=["people"])
PAGE = MOST_FOUND
PROBLEMS: dict[Any, Any] = {403: Problem, 404: Problem, 410: Problem, 503: Problem}


@router.get("/people", response={200: People, **PROBLEMS}, url_name="people")
def list_people(
    request: HttpRequest, organisation: int | None = None, page: int = 1, purpose: str = ""
) -> HttpResponse:
    """List the people of one's own accounts, or of one organisation, in the contact tier; one entry a page."""
    who = asker(request)
    subjects, more = _page_of(who, organisation, max(page, 1))
    asked = _look(who, subjects, purpose)
    people = people_of(asked, subjects)
    if subjects and not people and asked.decision.refusals:
        return refused(asked.decision, asked.question.purpose, asked.entry_hash, status=403)
    data = {"entry": asked.entry_hash.hex(), "people": people, "page": max(page, 1), "more": more}
    return answer(data, entry=asked.entry_hash)


@router.post("/people/search", response={200: People, **PROBLEMS}, url_name="search")
def search(request: HttpRequest, body: Search) -> HttpResponse:
    """Find people by name or address: fifty at most, no total, the same answer for none and none for you."""
    subjects = found_subjects(body.term)
    asked = _look(asker(request), subjects, body.purpose)
    data = {"entry": asked.entry_hash.hex(), "people": people_of(asked, subjects), "page": 1, "more": False}
    return answer(data, entry=asked.entry_hash)


@router.get("/people/{person}", response={200: PersonShape, **PROBLEMS}, url_name="person")
def read_person(request: HttpRequest, person: str, purpose: str = "") -> HttpResponse:
    """Give the contact tier of one person."""
    subject = SubjectId(id_of(person))
    return _answer_of(_look(asker(request), (subject,), purpose), subject)


@router.post("/people/{person}/open", response={200: PersonShape, **PROBLEMS}, url_name="open")
def open_person(request: HttpRequest, person: str, body: Opening) -> HttpResponse:
    """Open further categories of one person for a purpose."""
    subject = SubjectId(id_of(person))
    question = asker(request).question(Operation.CONSULT, (subject,), body.categories, body.purpose)
    return _answer_of(ask(question), subject)


def _look(who: Asker, subjects: tuple[SubjectId, ...], purpose: str) -> Asked:
    return ask(who.question(Operation.CONSULT, subjects, CONTACT_TIER, purpose_for(who, purpose)))


def _answer_of(asked: Asked, subject: SubjectId) -> HttpResponse:
    """Answer what was released, or why nothing was; whoever is not known is answered like whoever is hidden."""
    if asked.decision.verdict is not Verdict.REFUSE:
        return answer(person_of(asked, subject), entry=asked.entry_hash)
    if asked.gone:
        return gone(subject)
    if not asked.decision.refusals:
        raise NotHere
    return refused(asked.decision, asked.question.purpose, asked.entry_hash, status=403)


def gone(subject: SubjectId) -> HttpResponse:
    """Say since when a person's keys are shredded."""
    row = person_row(subject)
    since = row.erased_at or row.erasing_at if row else None
    sentence = "This person was erased; nobody can open what was held."
    return problem(410, "erased", sentence, since=since.date().isoformat() if since else None)


def _page_of(who: Asker, organisation: int | None, page: int) -> tuple[tuple[SubjectId, ...], bool]:
    start = (page - 1) * PAGE
    if organisation is not None:
        if crm.organisation(organisation) is None:
            raise NotHere
        found = crm.contacts_of(organisation, limit=start + PAGE + 1)[start:]
    elif who.actor.staff is None:
        raise NotHere
    else:
        found = [one for one, _name, _deals in crm.people_of(who.actor.staff, limit=PAGE + 1, offset=start)]
    return tuple(dict.fromkeys(found[:PAGE])), len(found) > PAGE

"""Recording and erasing over the API: each a deed of the gate, with its entry, or a refusal that says the way on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from aboveboard.apps.crm.actions import unlink_people
from aboveboard.apps.gate.deeds import erase as erase_at_gate
from aboveboard.apps.gate.recording_facts import record_all_from
from aboveboard.apps.ledger.key_copies import living_copies
from aboveboard.apps.vault.queries import categories_held, person_row
from aboveboard.core.terms import Operation, SubjectId, Verdict
from aboveboard.faces.api.answers import answer, id_of, purpose_for, refusals_of, refused
from aboveboard.faces.api.problems import NotHere, problem
from aboveboard.faces.api.recording import new_facts
from aboveboard.faces.api.shapes import Erased, FactsIn, Problem, Recorded
from aboveboard.faces.api.tokens import asker
from aboveboard.faces.api.views.people import gone

router = Router(tags=["facts"])
PROBLEMS: dict[Any, Any] = {403: Problem, 404: Problem, 410: Problem, 503: Problem}
CONFIRM = {"name": "X-Confirm", "in": "header", "required": True, "schema": {"type": "string", "const": "erase"}}


@router.post("/people/{person}/facts", response={201: Recorded, 422: Problem, **PROBLEMS}, url_name="facts")
def record(request: HttpRequest, person: str, body: FactsIn) -> HttpResponse:
    """Record facts; where nothing may be held, 422 says each rule, its source and what can be done."""
    subject, who = SubjectId(id_of(person)), asker(request)
    row = person_row(subject)
    if row is None:
        raise NotHere
    facts = new_facts(who, row, body.purpose, body.facts)
    question = who.question(Operation.RECORD, (subject,), [fact.category for fact in facts], body.purpose)
    performed = record_all_from(question, subject, facts, source=body.source)
    decision, entry = performed.decision, performed.entry_hash
    if performed.gone:
        return gone(subject)
    if decision.verdict is Verdict.REFUSE:
        return refused(decision, body.purpose, entry, status=422)
    recorded = sorted(decision.outcomes[subject].released)
    said = {"entry": entry.hex(), "verdict": decision.verdict.value, "recorded": recorded}
    return answer({**said, "refusals": refusals_of(decision, body.purpose)}, entry=entry, status=201)


@router.post(
    "/people/{person}/erase",
    response={200: Erased, 428: Problem, **PROBLEMS},
    url_name="erase",
    openapi_extra={"parameters": [CONFIRM]},
)
def erase(request: HttpRequest, person: str, purpose: str = "") -> HttpResponse:
    """Shred a person's keys for good; wants the header ``X-Confirm: erase``, since nobody can undo it."""
    if request.headers.get("X-Confirm") != "erase":
        return problem(428, "unconfirmed", "Erasing cannot be undone: send the header X-Confirm: erase.")
    subject, who = SubjectId(id_of(person)), asker(request)
    if person_row(subject) is None:
        raise NotHere
    held = categories_held(subject)
    performed = erase_at_gate(who.question(Operation.ERASE, (subject,), held, purpose_for(who, purpose)), subject)
    if performed.gone:
        return gone(subject)
    if performed.decision.verdict is Verdict.REFUSE:
        return refused(performed.decision, performed.question.purpose, performed.entry_hash, status=403)
    unlink_people([subject])
    copies = [{"id": copy.id, "expires_on": copy.expires_on} for copy in living_copies(who.at)]
    return answer({"entry": performed.entry_hash.hex(), "key_store_copies": copies}, entry=performed.entry_hash)

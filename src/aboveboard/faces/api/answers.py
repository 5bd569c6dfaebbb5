"""How the API answers: plain JSON made once, never kept by anybody, with the entry of the look in a header."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _

from aboveboard.apps.gate.asking import Asked
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.texts import explain
from aboveboard.core.terms import SubjectId
from aboveboard.faces.api.problems import NotHere, problem
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.saying import category_name, purpose_name

ENTRY_HEADER = "Aboveboard-Entry"
ID_SIZE = 16


def answer(data: object, *, entry: bytes = b"", status: int = 200) -> HttpResponse:
    """Answer with JSON; *entry* is named in a header wherever personal data are in it."""
    response = HttpResponse(orjson.dumps(data), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if entry:
        response.headers[ENTRY_HEADER] = entry.hex()
    return response


def refused(decision: Decision, purpose: str, entry: bytes, *, status: int) -> HttpResponse:
    """Answer a refusal: every rule that said no, its source and the way on; it stands in the log already."""
    response = problem(
        status,
        "refused",
        _("The rules say no. That it was asked, and refused, stands in the log."),
        entry=entry.hex(),
        refusals=refusals_of(decision, purpose),
    )
    response.headers[ENTRY_HEADER] = entry.hex()
    return response


def refusals_of(decision: Decision, purpose: str) -> list[dict[str, str]]:
    """Give every refusal with its category, once."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for outcome in decision.outcomes.values():
        for category, refusals in outcome.refused.items():
            for refusal in refusals:
                said = explain(refusal, category=category_name(category), purpose=purpose_name(purpose), translate=_)
                found[category, refusal.rule, refusal.reason] = {
                    "category": category,
                    "rule": refusal.rule,
                    "reason": refusal.reason,
                    "source": refusal.source.value,
                    "article": refusal.article,
                    "why": said.why,
                    "way_on": refusal.way_on,
                    "next": said.way_on,
                }
    return list(found.values())


def fact_of(one: OpenFact) -> dict[str, Any]:
    """Give an opened fact."""
    fact = one.fact
    return {
        "category": fact.category,
        "value": one.value,
        "purpose": fact.purpose,
        "basis": fact.basis,
        "expires_on": fact.expires_on,
    }


def person_of(asked: Asked, subject: SubjectId) -> dict[str, Any]:
    """Give one person as far as the look released something."""
    return {
        "id": subject.hex(),
        "entry": asked.entry_hash.hex(),
        "verdict": asked.decision.verdict.value,
        "facts": [fact_of(one) for one in asked.opened()],
        "refusals": refusals_of(asked.decision, asked.question.purpose),
    }


def people_of(asked: Asked, subjects: Iterable[SubjectId]) -> list[dict[str, Any]]:
    """Give those of *subjects* of whom something was released, in their order; of the others nothing."""
    lines: dict[SubjectId, list[dict[str, Any]]] = {}
    for one in asked.opened():
        lines.setdefault(SubjectId(one.fact.person), []).append(fact_of(one))
    return [{"id": subject.hex(), "facts": lines[subject]} for subject in subjects if subject in lines]


def id_of(text: str, size: int = ID_SIZE) -> bytes:
    """Read an opaque id of an address.

    Raises:
        NotHere: when it is none.
    """
    try:
        found = bytes.fromhex(text)
    except ValueError:
        raise NotHere from None
    if len(found) != size:
        raise NotHere
    return found


def purpose_for(asker: Asker, given: str) -> str:
    """Give the purpose named, or else the first that is open to the role.

    Raises:
        Invalid: when none is named and none is open.
    """
    if given:
        return given
    register = snapshot(now=asker.at).register
    open_to = sorted(purpose.id for purpose in register.purposes.values() if asker.actor.role in purpose.roles)
    if not open_to:
        raise Invalid("Name the purpose: none is open to this role by itself.")
    return open_to[0]

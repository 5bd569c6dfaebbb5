"""What a person asks of the gate: about their own record, for their own purpose, from the place of their network."""

from collections.abc import Iterable

from django.http import HttpRequest

from aboveboard.apps.gate.places import place_of_person
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.vault.queries import categories_held
from aboveboard.core.policy.question import Actor, Question
from aboveboard.core.terms import CategoryId, Operation, PurposeId, Role, SubjectId
from aboveboard.faces.web.asking import client_address, now

OWN_RECORD = PurposeId("own-record")


def own_question(
    request: HttpRequest, person: SubjectId, operation: Operation, categories: Iterable[str] | None = None
) -> Question:
    """Give the question of the person concerned about their own record; without *categories* about all of it."""
    at = now()
    actor = Actor(None, Role.PERSON, snapshot(now=at).register.controller)
    named = frozenset(map(CategoryId, categories_held(person) if categories is None else categories))
    return Question(actor, operation, (person,), named, OWN_RECORD, place_of_person(client_address(request)), at)

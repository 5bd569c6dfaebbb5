"""From a question to what it is decided on: governance, the persons as they are held, and a guard that both stand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aboveboard.apps.gate.places import put_anew
from aboveboard.apps.gate.snapshot import Snapshot, grants_verified, snapshot
from aboveboard.apps.ledger.actions import GOVERNED
from aboveboard.apps.vault import queries as vault
from aboveboard.core.policy.question import Question
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import Role, SubjectId


@dataclass(frozen=True, slots=True)
class Case:
    """Everything one question is decided on."""

    question: Question
    """As it was put; where governance has changed since, as it has to be put now."""
    snapshot: Snapshot
    register: Register
    """What is registered; for readers of another entity with their grants."""
    held: Mapping[bytes, vault.Held]
    """The persons who are known, by id, with their facts where those were asked for."""
    guard: str
    values: list[Any]

    @property
    def gone(self) -> tuple[SubjectId, ...]:
        """The subjects whose erasure has begun or is complete."""
        return tuple([s for s in self.question.subjects if s in self.held and self.held[s].gone])

    @property
    def total(self) -> int:
        """The sum of the persons' versions."""
        return sum([person.version for person in self.held.values()])

    def person(self, subject: SubjectId) -> vault.Held | None:
        """Give a subject as they are held; None for one who is unknown or gone."""
        person = self.held.get(subject)
        return None if person is None or person.gone else person


def case_for(question: Question, *, with_facts: bool = True) -> Case:
    """Gather what the rules need for *question*: one SELECT, and governance from memory."""
    version, held = vault.held(question.subjects, question.categories if with_facts else ())
    current = snapshot(version, now=question.asked_at)
    question = put_anew(question, current)
    guard, values = vault.version_guard(question.subjects, held)
    return Case(
        question,
        current,
        _register_for(question, current),
        held,
        f"{GOVERNED} AND {guard}",
        [current.version, *values],
    )


def _register_for(question: Question, current: Snapshot) -> Register:
    """Give the register; for readers of another entity with their grants, signatures verified now."""
    actor = question.actor
    if actor.role is Role.PERSON or actor.entity == current.register.controller:
        return current.register
    return replace(current.register, grants=grants_verified(actor.entity, actor.role))

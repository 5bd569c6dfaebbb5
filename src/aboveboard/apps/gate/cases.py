"""From a question to the facts the rules need, the sealed facts behind them, and a guard that both still stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aboveboard.apps.gate.places import put_anew
from aboveboard.apps.gate.snapshot import Snapshot, grants_verified, snapshot
from aboveboard.apps.ledger.actions import GOVERNED
from aboveboard.apps.vault import queries as vault
from aboveboard.apps.vault.permit import SealedFact
from aboveboard.apps.vault.standing import StandingChange
from aboveboard.core.policy.decide import weigh
from aboveboard.core.policy.question import FactHeld, Facts, Question, Standing
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import (
    CategoryId,
    LawfulBasis,
    PurposeId,
    Role,
    SpecialException,
    SubjectId,
)

SEALED_EVIDENCE = "sealed with the value"
"""Stands for the evidence of an exception when a fact is read; it was looked at when the fact was recorded."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is to be recorded about a subject: their standing if they are new, and what would be held."""

    standing: Standing | None
    facts: tuple[tuple[FactHeld, bool], ...]
    """Each with whether a text is cleared."""
    change: StandingChange | None = None
    """What changes of how a known person stands; the rules see them as they stand afterwards."""


@dataclass(slots=True)
class Case:
    """Everything one question is decided on."""

    question: Question
    """As it was put; where governance has changed since, as it has to be put now."""
    snapshot: Snapshot
    cases: Mapping[SubjectId, Mapping[CategoryId, Facts]]
    facts: Mapping[tuple[bytes, str], list[tuple[SealedFact, Facts]]]
    proposed: Mapping[SubjectId, list[Facts]]
    """Parallel to the facts proposed for each subject."""
    gone: tuple[SubjectId, ...]
    """Subjects whose erasure has begun or is complete."""
    guard: str
    values: list[Any]
    total: int
    """Sum of the persons' versions."""


def case_for(question: Question, proposed: Mapping[SubjectId, Proposed] | None = None) -> Case:
    """Gather what the rules need for *question*: one SELECT, and governance from memory."""
    version, held = vault.held(question.subjects, () if proposed else question.categories)
    current = snapshot(version, now=question.asked_at)
    question = put_anew(question, current)
    maker = _FactsMaker(question, _register_for(question, current))
    cases: dict[SubjectId, dict[CategoryId, Facts]] = {}
    facts: dict[tuple[bytes, str], list[tuple[SealedFact, Facts]]] = {}
    made: dict[SubjectId, list[Facts]] = {}
    for subject in question.subjects:
        person = held.get(subject)
        if person is not None and person.gone:
            continue
        if proposed is not None:
            made[subject] = maker.of_proposed(proposed[subject], person.standing if person else None)
            cases[subject] = maker.by_category(made[subject])
        elif person is not None:
            cases[subject] = maker.of_held(subject, person, facts)
    guard, values = vault.version_guard(question.subjects, held)
    return Case(
        question,
        current,
        cases,
        facts,
        made,
        tuple(s for s in question.subjects if s in held and held[s].gone),
        f"{GOVERNED} AND {guard}",
        [current.version, *values],
        sum(person.version for person in held.values()),
    )


def _register_for(question: Question, current: Snapshot) -> Register:
    """Give the register; for readers of another entity with their grants, signatures verified now."""
    actor = question.actor
    if actor.role is Role.PERSON or actor.entity == current.register.controller:
        return current.register
    return replace(current.register, grants=grants_verified(actor.entity, actor.role))


class _FactsMaker:
    """Makes `Facts`, giving the very same object for equal input, so that fifty equal people are decided once."""

    def __init__(self, question: Question, register: Register) -> None:
        self._question, self._register = question, register
        self._own = question.actor.role is Role.PERSON
        self._known: dict[tuple[object, ...], Facts] = {}
        self._changes: dict[tuple[int, StandingChange], tuple[Standing, Standing]] = {}

    def of_held(
        self, subject: SubjectId, person: vault.Held, facts: dict[tuple[bytes, str], list[tuple[SealedFact, Facts]]]
    ) -> dict[CategoryId, Facts]:
        found = []
        for fact in person.facts:
            key = (
                id(person.standing), fact.category, fact.purpose, fact.basis, fact.expires_on, fact.exception,
                fact.cleared,
            )  # fmt: skip
            made = self._known.get(key)
            if made is None:
                made = self._known[key] = self._facts(person.standing, _as_held(fact), cleared=fact.cleared)
            facts.setdefault((subject, fact.category), []).append((fact, made))
            found.append(made)
        return self.by_category(found)

    def of_proposed(self, proposed: Proposed, standing: Standing | None) -> list[Facts]:
        standing = self._changed(standing, proposed.change) if standing else proposed.standing
        if standing is None:
            return []
        found = []
        for held, cleared in proposed.facts:
            key = (id(standing), held, cleared)
            made = self._known.get(key)
            if made is None:
                made = self._known[key] = self._facts(standing, held, cleared=cleared)
            found.append(made)
        return found

    def by_category(self, found: Sequence[Facts]) -> dict[CategoryId, Facts]:
        """Give one case a category: of several the first that the rules let through, or the first of all."""
        cases: dict[CategoryId, Facts] = {}
        for facts in found:
            known = cases.setdefault(facts.fact.category, facts)
            if known is not facts and weigh(self._question, known) and not weigh(self._question, facts):
                cases[facts.fact.category] = facts
        return cases

    def _changed(self, standing: Standing, change: StandingChange | None) -> Standing:
        if change is None:
            return standing
        # The standing before stays referenced, so that no identity is given out twice.
        return self._changes.setdefault((id(standing), change), (standing, change.applied(standing)))[1]

    def _facts(self, standing: Standing, held: FactHeld, *, cleared: bool) -> Facts:
        return Facts(self._register, standing, held, own_record=self._own, cleared=cleared)


def _as_held(fact: SealedFact) -> FactHeld:
    return FactHeld(
        category=CategoryId(fact.category),
        purpose=PurposeId(fact.purpose),
        basis=LawfulBasis(fact.basis),
        source_given=bool(fact.source),
        expires_on=fact.expires_on,
        exception=SpecialException(fact.exception) if fact.exception else None,
        evidence=SEALED_EVIDENCE if fact.exception else "",
    )


def released(case: Case, outcomes: Mapping[SubjectId, frozenset[CategoryId]]) -> Sequence[tuple[SealedFact, Facts]]:
    """Give the sealed facts in the categories released for each subject."""
    return [
        pair
        for subject, categories in outcomes.items()
        for category in sorted(categories)
        for pair in case.facts.get((subject, category), ())
    ]

"""Weighing what is held: every person's facts by the rules, equal ones once.

Two persons whose plain columns are equal get the same answer to the same question on the same legal day, because the
rules look at nothing else. So what was answered is remembered with the governance it was answered under (`Snapshot`),
and forgotten with it. Two kinds of case depend on more than the day and are weighed each time: readers of another
entity, whose grants begin and end at a moment, and persons with a consent, which is given and withdrawn at one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aboveboard.apps.gate.cases import Case
from aboveboard.apps.vault.permit import SealedFact
from aboveboard.apps.vault.queries import Held
from aboveboard.core.policy.case import controller_country
from aboveboard.core.policy.deadlines import legal_day
from aboveboard.core.policy.decide import NOTHING_HELD, Judge, concluded, weigh
from aboveboard.core.policy.decision import Decision, Outcome
from aboveboard.core.policy.question import FactHeld, Facts, Question
from aboveboard.core.terms import CategoryId, LawfulBasis, PurposeId, Role, SpecialException, SubjectId

SEALED_EVIDENCE = "sealed with the value"
"""Stands for the evidence of an exception when a fact is read; it was looked at when the fact was recorded."""
_TOLD = SealedFact._fields.index("category")
MOST_QUESTIONS, MOST_SHAPES = 256, 4096
"""How much is remembered at most; whatever goes beyond starts anew."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules say of one person's facts; equal persons share one."""

    facts: tuple[Facts, ...]
    """Parallel to the sealed facts."""
    outcome: Outcome
    opens: tuple[int, ...]
    """Which of the sealed facts may be opened, by category."""

    def opened(self, sealed: Sequence[SealedFact]) -> list[SealedFact]:
        """Give those of the person's *sealed* facts that may be opened."""
        return [sealed[place] for place in self.opens]


def weigh_held(case: Case) -> tuple[Decision, Mapping[SubjectId, Weighed]]:
    """Decide the question of *case* on what is held; for each known person what was said of their facts."""
    question, weighing = case.question, _Weighing(case)
    weighed = {subject: weighing.of(person) for subject in question.subjects if (person := case.person(subject))}
    outcomes = {
        subject: known.outcome if (known := weighed.get(subject)) else NOTHING_HELD for subject in question.subjects
    }
    return concluded(question, outcomes, case.register), weighed


def facts_of(case: Case, subject: SubjectId) -> dict[CategoryId, list[tuple[SealedFact, Facts]]]:
    """Give each fact held about *subject* beside what the rules see of it, by category."""
    found: dict[CategoryId, list[tuple[SealedFact, Facts]]] = {}
    if (person := case.person(subject)) is not None:
        for fact, facts in zip(person.facts, _Weighing(case).of(person).facts, strict=True):
            found.setdefault(facts.fact.category, []).append((fact, facts))
    return found


class _Weighing:
    def __init__(self, case: Case) -> None:
        self._question, self._register = case.question, case.register
        self._judge = Judge(case.question)
        self._own = case.question.actor.role is Role.PERSON
        self._here: dict[object, Weighed] = {}
        self._remembered = _remembered(case) if case.register is case.snapshot.register else self._here

    def of(self, person: Held) -> Weighed:
        # Everything of the facts that `_as_held` hands on to the rules, and no more.
        shape = (person.columns, tuple([(fact[_TOLD:], not fact.source) for fact in person.facts]))
        known = self._remembered.get(shape) or self._here.get(shape)
        if known is None:
            known = self._weigh(person)
            kept = self._here if person.standing.consents else self._remembered
            if len(kept) >= MOST_SHAPES:
                kept.clear()
            kept[shape] = known
        return known

    def _weigh(self, person: Held) -> Weighed:
        facts = tuple(
            Facts(self._register, person.standing, _as_held(fact), own_record=self._own, cleared=fact.cleared)
            for fact in person.facts
        )
        cases = by_category(self._question, facts)
        outcome = self._judge.outcome(cases)
        passed = [
            place
            for place, one in enumerate(facts)
            if one.fact.category in outcome.released
            # What stood for its category has passed already; where there are several, each passes by itself.
            and (cases[one.fact.category] is one or not weigh(self._question, one))
        ]
        return Weighed(facts, outcome, tuple(sorted(passed, key=lambda place: facts[place].fact.category)))


def _remembered(case: Case) -> dict[object, Weighed]:
    """Give what was answered before to the same question about others, under the same governance and legal day."""
    question, known = case.question, case.snapshot.weighed
    key = (
        question.actor,
        question.operation,
        question.purpose,
        question.categories,
        question.place,
        legal_day(question.asked_at, controller_country(case.register)),
    )
    found = known.get(key)
    if found is None:
        if len(known) >= MOST_QUESTIONS:
            known.clear()
        found = known[key] = {}
    return found


def by_category(question: Question, found: Sequence[Facts]) -> dict[CategoryId, Facts]:
    """Give one case a category: of several the first that the rules let through, or the first of all."""
    cases: dict[CategoryId, Facts] = {}
    for facts in found:
        known = cases.setdefault(facts.fact.category, facts)
        if known is not facts and weigh(question, known) and not weigh(question, facts):
            cases[facts.fact.category] = facts
    return cases


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

"""The deeds: every change to what is held about a person, each through the gate, each with its entry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.consent import queries as consent_queries
from aboveboard.apps.gate.cases import SEALED_EVIDENCE, Proposed
from aboveboard.apps.gate.performing import Performed, perform
from aboveboard.apps.vault import actions as vault
from aboveboard.apps.vault import erasing
from aboveboard.apps.vault import queries as held
from aboveboard.core.entries import SYSTEM_ACTOR, Entry, EntryKind, SubjectLine
from aboveboard.core.policy.decide import rule_set_hash
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import FactHeld, Question
from aboveboard.core.terms import CategoryId, LawfulBasis, Operation, PurposeId, SpecialException, SubjectId, Verdict

NOTHING: Mapping[bytes, Sequence[str]] = {}


def fact_held(fact: vault.NewFact) -> FactHeld:
    """Give a new fact as the rules see it."""
    return FactHeld(
        category=CategoryId(fact.category),
        purpose=PurposeId(fact.purpose),
        basis=LawfulBasis(fact.basis),
        source_given=bool(fact.source),
        expires_on=fact.expires_on,
        exception=SpecialException(fact.exception) if fact.exception else None,
        evidence=fact.evidence or (SEALED_EVIDENCE if fact.exception else ""),
    )


def take_in(question: Question, people: Sequence[vault.NewPerson]) -> Performed:
    """Record new *people* with what the rules release of their facts; one entry for all of them.

    Somebody of whom nothing is released is not taken in.
    """
    memo: dict[tuple[object, ...], tuple[FactHeld, bool]] = {}

    def seen(fact: vault.NewFact) -> tuple[FactHeld, bool]:
        key = (
            fact.category,
            fact.purpose,
            fact.basis,
            bool(fact.source),
            fact.expires_on,
            fact.exception,
            fact.cleared,
            fact.evidence,
        )
        known = memo.get(key)
        if known is None:
            known = memo[key] = (fact_held(fact), fact.cleared)
        return known

    proposed = {
        SubjectId(person.id): Proposed(vault.standing_of_new(person), tuple(seen(fact) for fact in person.facts))
        for person in people
    }

    def deed(decision: Decision) -> Mapping[bytes, Sequence[str]]:
        admitted = []
        for person in people:
            allowed = decision.outcomes[SubjectId(person.id)].released
            if len(allowed) == len(proposed[SubjectId(person.id)].facts):
                admitted.append(person)
            elif allowed:
                admitted.append(replace(person, facts=tuple(f for f in person.facts if f.category in allowed)))
        return vault.take_in(admitted, question.asked_at)

    return perform(question, deed, proposed=proposed, kind=EntryKind.CREATED)


def record(question: Question, subject: SubjectId, facts: Sequence[vault.NewFact]) -> Performed:
    """Record *facts* about a known person, those the rules release."""
    proposed = {subject: Proposed(None, tuple((fact_held(fact), fact.cleared) for fact in facts))}

    def deed(decision: Decision) -> Mapping[bytes, Sequence[str]]:
        allowed = decision.outcomes[subject].released
        kept = [fact for fact in facts if fact.category in allowed]
        return {subject: vault.add_facts(subject, kept, question.asked_at)}

    return perform(question, deed, proposed=proposed)


def erase(question: Question, subject: SubjectId) -> Performed:
    """Erase a person (Art. 17): the decision is committed, then the steps of `vault.erasing` follow, to the end."""

    def deed(_decision: Decision) -> Mapping[bytes, Sequence[str]]:
        erasing.begin(subject, question.asked_at)
        return NOTHING

    performed = perform(question, deed)
    if performed.decision.verdict is not Verdict.REFUSE:
        erasing.finish(subject, question.asked_at, erased_entry)
    return performed


def finish_erasures(now: datetime | None = None) -> int:
    """Finish what a crash cut short, and forget the logs of those whose erase leaf is in the log; how many moved."""
    now = now or datetime.now(UTC)
    finished = sum(erasing.finish(person, now, erased_entry) is not None for person in erasing.unfinished())
    return finished + erasing.forget_logs()


def erased_entry(subject: bytes) -> Entry:
    """Give the entry that says a person's keys are gone."""
    return Entry(
        kind=EntryKind.ERASE,
        at=datetime.now(UTC),
        operation=Operation.ERASE.value,
        actor=SYSTEM_ACTOR,
        role="system",
        entity="",
        country="ZZ",
        established="unknown",
        purpose="erasure",
        verdict=Verdict.PERMIT.value,
        rules=rule_set_hash().hex(),
        subjects=(SubjectLine(subject, ()),),
        named=False,
    )


def restrict(question: Question, subject: SubjectId, *, lift: bool = False) -> Performed:
    """Restrict processing of a person's data (Art. 18), or lift the restriction."""

    def deed(_decision: Decision) -> Mapping[bytes, Sequence[str]]:
        vault.touch(subject, restricted_on=None if lift else today(question.asked_at))
        return NOTHING

    return perform(question, deed)


def inform(question: Question, subjects: Sequence[SubjectId]) -> Performed:
    """Keep that persons were given the notice (Arts 13, 14)."""

    def deed(_decision: Decision) -> Mapping[bytes, Sequence[str]]:
        for subject in subjects:
            vault.touch(subject, notice="informed", informed_on=today(question.asked_at), exemption="")
        return NOTHING

    return perform(question, deed)


def change_choices(question: Question, subject: SubjectId, change: Callable[[], object]) -> Performed:
    """Keep a consent, a withdrawal or an objection (of the room ``consent``), and what follows (Arts 7, 21)."""

    def deed(_decision: Decision) -> Mapping[bytes, Sequence[str]]:
        change()
        choices = held.encode_choices(consent_queries.consents_of(subject), consent_queries.objections_of(subject))
        vault.touch(subject, choices=choices)
        return NOTHING

    return perform(question, deed)

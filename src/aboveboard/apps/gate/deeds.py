"""The deeds: every change to what is held about a person, each through the gate, each with its entry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.consent import queries as consent_queries
from aboveboard.apps.gate.performing import Passes, Performed, perform
from aboveboard.apps.gate.proposing import Proposed
from aboveboard.apps.vault import actions as vault
from aboveboard.apps.vault import erasing
from aboveboard.apps.vault import queries as held
from aboveboard.apps.vault.adding import add_many
from aboveboard.apps.vault.leaving import leave, of_source
from aboveboard.apps.vault.standing import StandingChange
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
        evidence=fact.evidence,
    )


Beside = Callable[[Decision], None]
"""What another room writes in the same transaction, once it knows the decision."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What a file says more about a known person."""

    facts: tuple[vault.NewFact, ...]
    change: StandingChange | None = None


def proposals(people: Iterable[vault.NewPerson]) -> Mapping[SubjectId, Proposed]:
    """Give new people as the rules see them."""
    seen = _Seen()
    return {SubjectId(person.id): Proposed(vault.standing_of_new(person), seen.all(person.facts)) for person in people}


def additions_proposed(additions: Mapping[SubjectId, Addition]) -> Mapping[SubjectId, Proposed]:
    """Give what is said more about known people as the rules see it."""
    seen = _Seen()
    return {subject: Proposed(None, seen.all(more.facts), more.change) for subject, more in additions.items()}


class _Seen:
    """Gives the very same value for facts that differ in nothing the rules look at."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[FactHeld, bool]] = {}

    def all(self, facts: Iterable[vault.NewFact]) -> tuple[tuple[FactHeld, bool], ...]:
        return tuple([self._one(fact) for fact in facts])

    def _one(self, fact: vault.NewFact) -> tuple[FactHeld, bool]:
        key = (fact[0], *fact[2:])  # all but the value
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (fact_held(fact), fact.cleared)
        return known


def take_in(
    question: Question, people: Sequence[vault.NewPerson], beside: Beside | None = None, *, indexed: bool = False
) -> Performed:
    """Record new *people* with what the rules release of their facts; one entry for all of them.

    Somebody of whom nothing is released is not taken in. *indexed*: their search tokens are in the key store already.
    """
    proposed = proposals(people)

    def deed(decision: Decision, passes: Passes) -> Mapping[bytes, Sequence[str]]:
        admitted = []
        for person in people:
            through = passes(SubjectId(person.id))
            if all(through):
                admitted.append(person)
            elif any(through):
                kept = tuple(fact for fact, passed in zip(person.facts, through, strict=True) if passed)
                admitted.append(replace(person, facts=kept))
        digests = vault.take_in(admitted, question.asked_at, indexed=indexed)
        if beside is not None:
            beside(decision)
        return digests

    return perform(question, deed, proposed=proposed, kind=EntryKind.CREATED)


def add(question: Question, additions: Mapping[SubjectId, Addition], beside: Beside | None = None) -> Performed:
    """Record what is said more about known persons and not held yet; one entry for all of them."""

    def deed(decision: Decision, passes: Passes) -> Mapping[bytes, Sequence[str]]:
        kept: dict[bytes, list[vault.NewFact]] = {}
        for subject, more in additions.items():
            through = zip(more.facts, passes(subject), strict=False)
            if allowed := [fact for fact, passed in through if passed]:
                kept[subject] = allowed
        before = held.standings(list(kept))
        for person in kept:
            change = additions[SubjectId(person)].change
            vault.touch(person, **(change.columns(before[person]) if change else {}))
        digests = add_many(kept, question.asked_at)
        if beside is not None:
            beside(decision)
        return digests

    return perform(question, deed, proposed=additions_proposed(additions))


def record(question: Question, subject: SubjectId, facts: Sequence[vault.NewFact]) -> Performed:
    """Record *facts* about a known person, those the rules release."""
    proposed = {subject: Proposed(None, tuple((fact_held(fact), fact.cleared) for fact in facts))}

    def deed(_decision: Decision, passes: Passes) -> Mapping[bytes, Sequence[str]]:
        kept = [fact for fact, passed in zip(facts, passes(subject), strict=True) if passed]
        return {subject: vault.add_facts(subject, kept, question.asked_at)}

    return perform(question, deed, proposed=proposed)


def erase(question: Question, subject: SubjectId) -> Performed:
    """Erase a person (Art. 17): the decision is committed, then the steps of `vault.erasing` follow, to the end."""

    def deed(_decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        erasing.begin(subject, question.asked_at)
        return NOTHING

    performed = perform(question, deed)
    if performed.decision.verdict is not Verdict.REFUSE:
        erasing.finish(subject, question.asked_at, erased_entry)
    return performed


def take_back(question: Question, subjects: Sequence[SubjectId]) -> Performed:
    """Erase people whom an import brought by mistake, in one step for all; they may be taken in again."""

    def deed(decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        erasing.begin_taking_back([s for s in subjects if decision.outcomes[s].allowed], question.asked_at)
        return NOTHING

    performed = perform(question, deed)
    if performed.decision.verdict is not Verdict.REFUSE:
        erasing.finish_many(subjects, question.asked_at, erased_together)
    return performed


def withdraw(question: Question, source: bytes, beside: Beside | None = None) -> Performed:
    """Take back from known persons the facts that came from one *source* by mistake; the persons stay."""

    def deed(decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        allowed = [subject for subject in question.subjects if decision.outcomes[subject].released]
        leave(of_source(allowed, source))
        if beside is not None:
            beside(decision)
        return NOTHING

    return perform(question, deed)


def finish_erasures(now: datetime | None = None) -> int:
    """Finish what a crash cut short, and forget the logs of those whose erase leaf is in the log; how many moved."""
    now = now or datetime.now(UTC)
    finished = sum(erasing.finish(person, now, erased_entry) is not None for person in erasing.unfinished())
    return finished + erasing.forget_logs()


def erased_entry(subject: bytes) -> Entry:
    """Give the entry that says a person's keys are gone."""
    return erased_together([subject])


def erased_together(subjects: Sequence[bytes]) -> Entry:
    """Give the one entry that says the keys of several persons are gone."""
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
        subjects=tuple(SubjectLine(subject, ()) for subject in subjects),
        named=False,
    )


def restrict(question: Question, subject: SubjectId, *, lift: bool = False) -> Performed:
    """Restrict processing of a person's data (Art. 18), or lift the restriction."""

    def deed(_decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        vault.touch(subject, restricted_on=None if lift else today(question.asked_at))
        return NOTHING

    return perform(question, deed)


def inform(
    question: Question, subjects: Sequence[SubjectId], on: date | None = None, beside: Beside | None = None
) -> Performed:
    """Keep that persons were given the notice (Arts 13, 14), also where its term is over: so their data open again."""
    day = on or today(question.asked_at)

    def deed(decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        for subject in subjects:
            if decision.outcomes[subject].allowed:
                vault.touch(subject, notice="informed", informed_on=day, exemption="")
        if beside is not None:
            beside(decision)
        return NOTHING

    return perform(question, deed)


def change_choices(question: Question, subject: SubjectId, change: Callable[[], object]) -> Performed:
    """Keep a consent, a withdrawal or an objection (of the room ``consent``), and what follows (Arts 7, 21)."""

    def deed(_decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        change()
        choices = held.encode_choices(consent_queries.consents_of(subject), consent_queries.objections_of(subject))
        vault.touch(subject, choices=choices)
        return NOTHING

    return perform(question, deed)

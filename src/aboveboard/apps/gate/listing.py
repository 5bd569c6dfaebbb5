"""What else is held about a person, without a value: listed only within a look that was committed and released."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings

from aboveboard.apps.gate.asking import Asked, would_refuse
from aboveboard.apps.gate.cases import case_for
from aboveboard.apps.gate.weighing import facts_of
from aboveboard.apps.vault.permit import SealedFact
from aboveboard.apps.vault.queries import categories_held, source_texts
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.grants import needs_grant
from aboveboard.core.policy.question import Facts
from aboveboard.core.terms import CategoryId, PurposeId, SubjectId


@dataclass(frozen=True, slots=True)
class ClosedFact:
    """The facts of one category, closed: what they are, for what, on which basis, from where, until when."""

    category: CategoryId
    purpose: PurposeId
    basis: str
    sources: tuple[str, ...]
    expires_on: date | None
    """The first day on which the first of them may no longer be kept; None: while the relation or office lasts."""
    how_many: int
    refusals: tuple[Refusal, ...]
    """Why the rules would not open them for the purpose they were recorded for; empty: they would."""


def closed_facts(asked: Asked, subject: SubjectId) -> tuple[ClosedFact, ...]:
    """List what is held about *subject* beyond what the look was about.

    That something of a category is held says something about a person. So nothing is listed where the look
    released nothing, nor to another company: its grant names the categories it may know of.
    """
    outcome = asked.decision.outcomes.get(subject)
    if outcome is None or not outcome.released:
        return ()
    others = frozenset(map(CategoryId, categories_held(subject))) - asked.question.categories
    if not others:
        return ()
    case = case_for(replace(asked.question, subjects=(subject,), categories=others))
    if needs_grant(asked.question, case.snapshot.register):
        return ()
    held = [(category, found) for category, found in sorted(facts_of(case, subject).items())]
    sources = source_texts((fact.source for _, pairs in held for fact, _ in pairs), settings.OPTIONS.cell)
    return tuple(_closed(asked, category, pairs, sources) for category, pairs in held)


def opened_sources(facts: Sequence[SealedFact]) -> dict[bytes, str]:
    """Give the words of where opened facts came from."""
    return source_texts((fact.source for fact in facts), settings.OPTIONS.cell)


def _closed(
    asked: Asked, category: CategoryId, pairs: Sequence[tuple[SealedFact, Facts]], sources: dict[bytes, str]
) -> ClosedFact:
    weighed = [(fact, _refusals(asked, fact, facts)) for fact, facts in pairs]
    first, refusals = next(((fact, why) for fact, why in weighed if not why), weighed[0])
    ends = [fact.expires_on for fact, _ in pairs if fact.expires_on is not None]
    return ClosedFact(
        category,
        PurposeId(first.purpose),
        first.basis,
        tuple(dict.fromkeys(sources[fact.source] for fact, _ in pairs if fact.source in sources)),
        min(ends, default=None),
        len(pairs),
        refusals,
    )


def _refusals(asked: Asked, fact: SealedFact, facts: Facts) -> tuple[Refusal, ...]:
    """Weigh one fact for the purpose it was recorded for: the one it would be opened with."""
    categories = frozenset({CategoryId(fact.category)})
    return would_refuse(replace(asked.question, categories=categories, purpose=PurposeId(fact.purpose)), facts)

"""GDPR Article 7(4) and Recital 43: consent of an official in office is not free, but for events, access and travel."""

from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import Follows
from aboveboard.core.policy.case import held_now, purpose_of, served, today
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_guidance
from aboveboard.core.terms import Capacity, LawfulBasis

OFFICIAL = by_guidance(
    "consent_free",
    "official",
    "Art. 7(4); Recital 43; EDPB Guidelines 05/2020",
    "GDPR-7-4",
    "leave-it",
)


def consent_free(question: Question, facts: Facts) -> Refusal | None:
    """Refuse consent as the basis for an official, unless the catalogue lets the category rest on it.

    Where the capacity of the case decides, an official who is also a customer may consent as a customer.
    """
    if facts.fact.basis is not LawfulBasis.CONSENT:
        return None
    day = today(question, facts.register)
    category = catalogue().categories.get(facts.fact.category)
    if category is None or Capacity.OFFICIAL not in held_now(facts.standing, day):
        return None
    if category.rules[Capacity.OFFICIAL].consent_possible:
        return None
    purpose = purpose_of(question, facts)
    if category.follows is Follows.CASE and purpose is not None:
        others = [capacity for capacity in served(purpose, facts.standing, day) if capacity is not Capacity.OFFICIAL]
        if others:
            return None
    return OFFICIAL

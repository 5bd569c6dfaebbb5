"""GDPR Article 10: data about offences only where a law orders it."""

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import LawfulBasis, Special

NO_ORDER = by_law("offences_authorised", "no-order-of-law", "Art. 10", "GDPR-10", "leave-it")


def offences_authorised(question: Question, facts: Facts) -> Refusal | None:
    """Refuse data about offences that rest on anything but an order of law."""
    category = catalogue().categories.get(facts.fact.category)
    if category is None or category.special is not Special.ART_10:
        return None
    return None if facts.fact.basis is LawfulBasis.LEGAL_OBLIGATION else NO_ORDER

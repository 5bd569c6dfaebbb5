"""GDPR Article 87 and Act 133/2000 Coll. s. 13c(1): a birth number only by law, by consent, or for a claim."""

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.case import controller_country
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_guidance, by_law
from aboveboard.core.terms import LawfulBasis, Special, SpecialException

NO_ORDER = by_law(
    "national_id_authorised",
    "no-order-of-law",
    "Art. 87; Act 133/2000 Coll. s. 13c(1)",
    "CZ-133-2000-13c",
    "leave-it",
)
NOT_MODELLED = by_guidance("national_id_authorised", "law-not-modelled", "Art. 87", "CZ-133-2000-13c", "ask-officer")


def national_id_authorised(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a national identifier without an order of law, or, where Czech law is modelled, consent or a claim."""
    category = catalogue().categories.get(facts.fact.category)
    if category is None or category.special is not Special.NATIONAL_ID:
        return None
    fact = facts.fact
    if fact.basis is LawfulBasis.LEGAL_OBLIGATION:
        return None
    if controller_country(facts.register) != "CZ" or "CZ" not in facts.register.modelled:
        return NOT_MODELLED
    claim = fact.exception is SpecialException.LEGAL_CLAIMS and bool(fact.evidence)
    return None if fact.basis is LawfulBasis.CONSENT or claim else NO_ORDER

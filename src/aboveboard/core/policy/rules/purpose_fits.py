"""GDPR Articles 5(1)(b) and 6(4): a fact serves the purpose it was taken for, or one tested as compatible."""

from aboveboard.core.policy.case import purpose_of
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import LawfulBasis, Operation

_CITED = ("Arts 5(1)(b), 6(4)", "GDPR-5-1-b")
OTHER = by_law("purpose_fits", "recorded-for-another", *_CITED, "choose-purpose")
CONSENT_IS_FOR_ONE = by_law("purpose_fits", "consent-is-for-one", *_CITED, "ask-for-consent")


def purpose_fits(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a fact for a purpose it was not recorded for, unless a test or a law stands behind it.

    A purpose registered with a legal obligation may use what is held. Another needs a recorded test, and no
    test opens what rests on consent.
    """
    fact = facts.fact
    if fact.purpose == question.purpose:
        return None
    purpose = purpose_of(question, facts)
    if question.operation is Operation.RECORD or purpose is None:
        return OTHER
    if purpose.basis is LawfulBasis.LEGAL_OBLIGATION:
        return None
    if fact.purpose not in purpose.compatible_with:
        return OTHER
    return CONSENT_IS_FOR_ONE if fact.basis is LawfulBasis.CONSENT else None

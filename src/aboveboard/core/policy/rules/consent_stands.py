"""GDPR Article 7(1) and (3): consent can be shown, is for one purpose, and can be withdrawn at any time."""

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import LawfulBasis

MISSING = by_law("consent_stands", "missing", "Arts 6(1)(a), 7(1)", "GDPR-7-1", "ask-for-consent")
WITHDRAWN = by_law("consent_stands", "withdrawn", "Art. 7(3)", "GDPR-7-3", "leave-it")


def consent_stands(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a fact that rests on consent when none is on record for its purpose, or it was withdrawn."""
    fact = facts.fact
    if fact.basis is not LawfulBasis.CONSENT:
        return None
    refusal = MISSING
    for consent in facts.standing.consents:
        if consent.purpose != fact.purpose or consent.explicit_for not in (None, fact.category):
            continue
        if consent.given_at > question.asked_at:
            continue
        if consent.withdrawn_at is None or consent.withdrawn_at > question.asked_at:
            return None
        refusal = WITHDRAWN
    return refusal

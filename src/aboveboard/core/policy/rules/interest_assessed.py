"""GDPR Article 6(1)(f): a legitimate interest counts only with a recorded assessment that is not overdue."""

from aboveboard.core.policy.case import today
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import LawfulBasis

_CITED = ("Arts 5(2), 6(1)(f)", "GDPR-6-1-f")
MISSING = by_law("interest_assessed", "missing", *_CITED, "assess-interest")
OVERDUE = by_law("interest_assessed", "overdue", *_CITED, "assess-interest")


def interest_assessed(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a fact that rests on a legitimate interest nobody has assessed, or whose review is overdue."""
    if facts.fact.basis is not LawfulBasis.LEGITIMATE_INTEREST:
        return None
    purpose = facts.register.purposes.get(facts.fact.purpose)
    if purpose is None or purpose.assessment is None:
        return MISSING
    return None if purpose.assessment.stands_on(today(question, facts.register)) else OVERDUE

"""GDPR Articles 18(1)(d) and 21: while an objection stands, the purpose it is against stops."""

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

# Cited by Art. 18(1)(d), which was read in its official text; Art. 21 itself waits for that (GDPR-21-1 is K).
OBJECTED = by_law("not_objected", "objected", "Arts 18(1)(d), 21", "GDPR-18", "wait-for-officer")


def not_objected(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a purpose the person has objected to, also for facts that were recorded for it."""
    objections = facts.standing.objections
    if question.purpose in objections or facts.fact.purpose in objections:
        return OBJECTED
    return None

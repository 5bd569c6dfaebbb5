"""GDPR Article 5(1)(e): nothing is kept or read after its time."""

from aboveboard.core.policy.case import today
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

OVER = by_law("retention_runs", "time-is-over", "Art. 5(1)(e)", "GDPR-5-1-e", "leave-it")


def retention_runs(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a fact from the first day on which it may no longer be kept, whether or not it was erased yet."""
    expires_on = facts.fact.expires_on
    if expires_on is None or today(question, facts.register) < expires_on:
        return None
    return OVER

"""GDPR Article 14(2)(f): each fact names where it comes from."""

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

MISSING = by_law("source_given", "missing", "Art. 14(2)(f)", "GDPR-14-1", "give-source")


def source_given(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a fact without a source."""
    return None if facts.fact.source_given else MISSING

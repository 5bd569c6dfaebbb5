"""GDPR Articles 5(1)(c) and 9(1): text in which a detector found something waits for a human."""

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_house_default

WAITING = by_house_default("text_cleared", "waiting", "Arts 5(1)(c), 9(1)", "GDPR-9-1", "ask-signatory-to-clear")


def text_cleared(question: Question, facts: Facts) -> Refusal | None:
    """Refuse text that a detector has stopped and nobody has cleared yet."""
    return None if facts.cleared else WAITING

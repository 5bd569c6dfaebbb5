"""GDPR Article 15(1) and (4): the person concerned acts on their own record and on no other."""

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

OTHERS = by_law("own_record_only", "not-own-record", "Arts 5(1)(f), 15(4)", "GDPR-5-1-f", "open-own-page")


def own_record_only(question: Question, facts: Facts) -> Refusal | None:
    """Refuse the person concerned every record but their own; to their own no other rule applies."""
    return None if facts.own_record else OTHERS

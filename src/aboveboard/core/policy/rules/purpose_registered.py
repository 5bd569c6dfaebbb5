"""GDPR Articles 5(1)(b) and 30(1)(b): data serve a purpose the controller has registered, or none."""

from aboveboard.core.policy.case import purpose_of, today
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

_CITED = ("Arts 5(1)(b), 30(1)(b)", "GDPR-5-1-b")
UNKNOWN = by_law("purpose_registered", "unknown", *_CITED, "choose-purpose")
OTHER_CONTROLLER = by_law("purpose_registered", "other-controller", *_CITED, "choose-purpose")
ENDED = by_law("purpose_registered", "ended", *_CITED, "ask-signatory-for-purpose")


def purpose_registered(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a purpose that is not registered, is another controller's, or has ended."""
    purpose = purpose_of(question, facts)
    if purpose is None:
        return UNKNOWN
    if purpose.controller != facts.register.controller:
        return OTHER_CONTROLLER
    if purpose.ended_on is not None and purpose.ended_on <= today(question, facts.register):
        return ENDED
    return None

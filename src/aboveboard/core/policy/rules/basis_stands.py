"""GDPR Articles 5(1)(a) and 6(1): a fact rests on the one basis its purpose is registered with."""

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

_CITED = ("Arts 5(1)(a), 6(1)", "GDPR-6-1")
NO_PURPOSE = by_law("basis_stands", "purpose-gone", *_CITED, "ask-signatory-for-purpose")
OTHER_BASIS = by_law("basis_stands", "other-basis", *_CITED, "ask-signatory-for-purpose")


def basis_stands(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a fact whose purpose is not registered, or whose basis is not that of its purpose."""
    purpose = facts.register.purposes.get(facts.fact.purpose)
    if purpose is None:
        return NO_PURPOSE
    return None if facts.fact.basis is purpose.basis else OTHER_BASIS

"""GDPR Articles 5(1)(f), 29 and 32(4): only those read whose task it is, and running the machines is no such task."""

from aboveboard.core.policy.case import purpose_of
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.grants import needs_grant
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import Operation, Role

_CITED = ("Arts 5(1)(f), 29, 32(4)", "GDPR-5-1-f")
OPERATOR = by_law("role_may", "operator", *_CITED, "leave-to-staff")
OUTSIDER = by_law("role_may", "outsider", *_CITED, "leave-to-staff")
NOT_FOR_ROLE = by_law("role_may", "not-for-role", *_CITED, "choose-purpose")

_RIGHTS = frozenset({Operation.ERASE, Operation.RESTRICT})


def role_may(question: Question, facts: Facts) -> Refusal | None:
    """Refuse operator and outsider everything, and the controller's own staff purposes not meant for their role.

    For the staff of another entity the grant names the role. Erasing and restricting are carried out by the officer
    (Art. 39(1)); whoever sells to somebody does not make their record disappear.
    """
    role = question.actor.role
    if role is Role.OPERATOR:
        return OPERATOR
    if role is Role.OUTSIDER:
        return OUTSIDER
    if question.operation in _RIGHTS and role is not Role.DPO:
        return NOT_FOR_ROLE
    purpose = purpose_of(question, facts)
    if purpose is None or needs_grant(question, facts.register) or role in purpose.roles:
        return None
    return NOT_FOR_ROLE

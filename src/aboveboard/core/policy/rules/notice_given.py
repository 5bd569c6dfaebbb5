"""GDPR Articles 13 and 14: whoever is recorded is told in time, or the data lock."""

from aboveboard.core.policy.case import controller_country, today
from aboveboard.core.policy.deadlines import term_end
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.grants import needs_grant
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import READS, NoticeExemption, NoticeState, Operation

_NAME = "notice_given"
_WAY_ON = "send-notice"
AT_COLLECTION = by_law(_NAME, "not-told-at-collection", "Art. 13(1)", "GDPR-13-1", _WAY_ON)
MONTH_PASSED = by_law(_NAME, "month-passed", "Art. 14(3)(a)", "GDPR-14-3-a", _WAY_ON)
FIRST_CONTACT = by_law(_NAME, "before-first-contact", "Art. 14(3)(b)", "GDPR-14-3-b", _WAY_ON)
CONTACTED_UNTOLD = by_law(_NAME, "contacted-untold", "Art. 14(3)(b)", "GDPR-14-3-b", _WAY_ON)
FIRST_DISCLOSURE = by_law(_NAME, "before-first-disclosure", "Art. 14(3)(c)", "GDPR-14-3-c", _WAY_ON)
NO_CODE = by_law(_NAME, "exemption-without-code", "Art. 14(5)", "GDPR-14-5", _WAY_ON)
NOT_EXEMPT = by_law(_NAME, "exemption-does-not-fit", "Art. 13(4)", "GDPR-13-1", _WAY_ON)

_DISCLOSING = frozenset({Operation.DISCLOSE, Operation.TRANSFER})


def notice_given(question: Question, facts: Facts) -> Refusal | None:
    """Refuse to keep or use data of someone who has not been told and whose term is over."""
    standing = facts.standing
    if standing.notice is NoticeState.INFORMED:
        return None
    if standing.notice is NoticeState.EXEMPT:
        return _exempt(facts)
    if standing.collected_directly:
        return AT_COLLECTION
    if standing.contacted:
        return CONTACTED_UNTOLD
    # Art. 3(2)(c) and (4) of Regulation 1182/71: the last day still counts, to its last hour.
    last_day = term_end(standing.obtained_on, months=1, country=controller_country(facts.register))
    if today(question, facts.register) > last_day:
        return MONTH_PASSED
    if question.operation is Operation.USE:
        return FIRST_CONTACT
    disclosed = question.operation in _DISCLOSING or (
        question.operation in READS and needs_grant(question, facts.register)
    )
    return FIRST_DISCLOSURE if disclosed else None


def _exempt(facts: Facts) -> Refusal | None:
    exemption = facts.standing.notice_exemption
    if exemption is None:
        return NO_CODE
    # Art. 13 knows one exception only: whoever knows already need not be told again.
    if facts.standing.collected_directly and exemption is not NoticeExemption.ALREADY_INFORMED:
        return NOT_EXEMPT
    return None

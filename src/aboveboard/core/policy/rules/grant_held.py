"""GDPR Articles 5(1)(f), 25(2) and 29: another entity reads only by leave of the controller, named and for a time."""

from collections.abc import Mapping

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.grants import grant_for, needs_grant
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_house_default, by_law
from aboveboard.core.terms import READS

_NAME = "grant_held"
_CITED = ("Arts 5(1)(f), 25(2), 29", "GDPR-5-1-f")
NO_GRANT = by_law(_NAME, "no-grant", *_CITED, "ask-for-grant")
REVOKED = by_law(_NAME, "revoked", *_CITED, "ask-for-grant")
EXPIRED = by_law(_NAME, "expired", *_CITED, "ask-for-grant")
NOT_YET = by_law(_NAME, "not-yet", *_CITED, "wait-for-grant")
UNSIGNED = by_law(_NAME, "signature-does-not-hold", *_CITED, "ask-for-grant")
OUTSIDE = by_law(_NAME, "not-in-grant", *_CITED, "ask-for-grant")
READS_ONLY = by_law(_NAME, "reads-only", *_CITED, "leave-to-controller")
NO_OPINION = by_house_default(_NAME, "no-opinion", "Art. 38(1), (6)", "GDPR-38-6", "ask-officer")

_LACKS: Mapping[str, Refusal] = {
    refusal.reason: refusal for refusal in (NO_GRANT, REVOKED, EXPIRED, NOT_YET, UNSIGNED, NO_OPINION)
}


def grant_held(question: Question, facts: Facts) -> Refusal | None:
    """Refuse staff of another entity without a live, signed grant for this role, purpose and category."""
    if not needs_grant(question, facts.register):
        return None
    if question.operation not in READS:
        return READS_ONLY
    grant = grant_for(question, facts.register)
    if isinstance(grant, str):
        return _LACKS[grant]
    return None if facts.fact.category in grant.categories else OUTSIDE

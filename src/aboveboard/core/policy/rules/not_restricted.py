"""GDPR Article 18: restricted data are stored and otherwise left alone."""

from aboveboard.core.policy.case import purpose_of
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

RESTRICTED = by_law("not_restricted", "restricted", "Art. 18(2)", "GDPR-18", "wait-for-officer")
_STILL_ALLOWED = frozenset({"legal-claims", "restriction-review"})


def not_restricted(question: Question, facts: Facts) -> Refusal | None:
    """Refuse every use of a restricted person's data but legal claims and the examination itself."""
    if not facts.standing.restricted:
        return None
    purpose = purpose_of(question, facts)
    if purpose is not None and not _STILL_ALLOWED.isdisjoint(purpose.circumstances):
        return None
    return RESTRICTED

"""GDPR Articles 44-49: a look from a third country needs something it rests on, by entity and by place."""

from collections.abc import Mapping

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_guidance, by_house_default, by_law
from aboveboard.core.policy.transfers import resting_on

_NAME = "transfer_allowed"
NO_INSTRUMENT = by_law(_NAME, "no-instrument", "Arts 44, 46(1)", "GDPR-44", "ask-for-instrument")
NOT_LIVE = by_law(_NAME, "instrument-not-live", "Arts 44, 46(1)", "GDPR-44", "ask-for-instrument")
UNASSESSED = by_law(_NAME, "assessment-missing", "Art. 46(1); C-311/18", "GDPR-46", "assess-transfer")
OVERDUE = by_law(_NAME, "assessment-overdue", "Art. 46(1); C-311/18", "CJEU-C-311-18", "assess-transfer")
DEROGATION = by_guidance(_NAME, "derogation-not-for-this", "Art. 49(1)", "GDPR-49", "ask-for-instrument")
PLACE_OUTSIDE = by_house_default(_NAME, "place-outside", "Art. 32; EDPB 05/2021", "GDPR-44", "read-from-eea")
PLACE_UNKNOWN = by_house_default(_NAME, "place-unknown", "Art. 32; EDPB 05/2021", "GDPR-44", "read-from-eea")

_LACKS: Mapping[str, Refusal] = {
    refusal.reason: refusal
    for refusal in (NO_INSTRUMENT, NOT_LIVE, UNASSESSED, OVERDUE, DEROGATION, PLACE_OUTSIDE, PLACE_UNKNOWN)
}


def transfer_allowed(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a look from a third country that rests on no decision, live instrument or single derogation."""
    resting = resting_on(question, facts.register)
    return None if resting.tool is not None else _LACKS[resting.lacks]

"""GDPR Article 13(1) and Labour Code ss. 280, 316(3): no unit begins before its staff know how looks are recorded."""

from aboveboard.core.policy.case import today
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law

_CITED = ("Art. 13(1); Act 262/2006 Coll. ss. 280, 316(3)", "GDPR-13-1")
UNKNOWN = by_law("entity_live", "unknown-entity", "Arts 5(1)(f), 29", "GDPR-5-1-f", "ask-signatory")
NOT_LIVE = by_law("entity_live", "not-live", *_CITED, "finish-staff-notice")


def entity_live(question: Question, facts: Facts) -> Refusal | None:
    """Refuse everyone of an entity that is unknown, or whose staff notice and consultation are not complete."""
    entity = facts.register.entities.get(question.actor.entity)
    if entity is None:
        return UNKNOWN
    if entity.live_on is None or entity.live_on > today(question, facts.register):
        return NOT_LIVE
    return None

"""NUKIB warning of 3 September 2025: no session from mainland China, Hong Kong or Macao."""

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_guidance

WARNED = by_guidance(
    "place_not_warned",
    "warned-place",
    "NUKIB warning, 3 September 2025",
    "NUKIB-2025",
    "read-from-eea",
)


def place_not_warned(question: Question, facts: Facts) -> Refusal | None:
    """Refuse an act from a place, or by an entity of a place, that an authority warns of."""
    known = catalogue()
    place = question.place
    entity = facts.register.entities.get(question.actor.entity)
    countries = {place.country, place.workplace, place.network}
    if entity is not None:
        countries.add(entity.country)
    return WARNED if any(known.warned_of(country) for country in countries) else None

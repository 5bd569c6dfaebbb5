"""GDPR Article 5(1)(e): the first day on which a fact may no longer be kept."""

from collections.abc import Mapping
from datetime import date, timedelta

from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import Anchor, RetentionTerm
from aboveboard.core.policy.deadlines import calendar_end
from aboveboard.core.terms import Capacity, CategoryId, RetentionClass


def expires_on(
    category: CategoryId,
    capacity: Capacity,
    *,
    recorded_on: date,
    relation_ended_on: date | None = None,
    office_ended_on: date | None = None,
    event_on: date | None = None,
    case_ended_on: date | None = None,
    withdrawn_on: date | None = None,
) -> date | None:
    """Give the day from which a fact may no longer be kept, or None while what it waits for still lasts.

    An event whose day nobody gave counts as the day of recording, so the term never fails to begin.
    """
    days: Mapping[Anchor, date | None] = {
        Anchor.RECORDED: recorded_on,
        Anchor.RELATION_END: relation_ended_on,
        Anchor.OFFICE_END: office_ended_on,
        Anchor.EVENT_END: event_on or recorded_on,
        Anchor.CASE_END: case_ended_on,
        Anchor.WITHDRAWN: withdrawn_on,
    }
    term = retention_of(category, capacity)
    start = days.get(term.anchor)
    return None if start is None else first_day_after(term, start)


def retention_of(category: CategoryId, capacity: Capacity) -> RetentionTerm:
    """Give the term a category is kept for in a capacity."""
    known = catalogue()
    return known.retention[known.rule(category, capacity).retention]


def retention_class(category: CategoryId, capacity: Capacity) -> RetentionClass:
    """Give the retention class of a category in a capacity; one facts key is kept for each person and class."""
    return catalogue().rule(category, capacity).retention


def first_day_after(term: RetentionTerm, start: date) -> date:
    """Give the first day after *term* has run from *start*; an empty term is over on the day itself.

    Retention is counted by the calendar: it does not wait for a working day, which would keep data longer.
    """
    if not (term.years or term.months or term.days):
        return start
    return calendar_end(start, days=term.days, months=term.months, years=term.years) + timedelta(days=1)

"""Regulation 1182/71: legal terms end where the legal calendar says, and retention where the calendar says."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.deadlines import hours_end, is_working_day, legal_day, term_end
from aboveboard.core.policy.retention import expires_on, retention_class, retention_of
from aboveboard.core.terms import Capacity, CategoryId, CountryCode

CZECH, GERMAN, JAPANESE = (CountryCode(code) for code in ("CZ", "DE", "JP"))


@pytest.mark.parametrize(
    ("start", "term", "country", "end"),
    [
        (date(2026, 2, 10), {"months": 1}, CZECH, date(2026, 3, 10)),
        (date(2026, 8, 31), {"months": 1}, CZECH, date(2026, 9, 30)),
        (date(2028, 1, 31), {"months": 1}, CZECH, date(2028, 2, 29)),
        (date(2027, 1, 31), {"months": 1}, CZECH, date(2027, 3, 1)),
        (date(2026, 9, 14), {"months": 1}, CZECH, date(2026, 10, 14)),
        (date(2026, 9, 28), {"months": 1}, CZECH, date(2026, 10, 29)),
        (date(2026, 11, 24), {"months": 1}, CZECH, date(2026, 12, 28)),
        (date(2026, 3, 3), {"months": 1}, CZECH, date(2026, 4, 7)),
        (date(2026, 3, 3), {"months": 1}, JAPANESE, date(2026, 4, 3)),
        (date(2026, 4, 14), {"months": 1}, GERMAN, date(2026, 5, 15)),
        (date(2026, 4, 14), {"months": 1}, CZECH, date(2026, 5, 14)),
        (date(2025, 11, 20), {"months": 3}, CZECH, date(2026, 2, 20)),
        (date(2024, 2, 29), {"years": 1}, CZECH, date(2025, 2, 28)),
        (date(2026, 11, 2), {"days": 7}, CZECH, date(2026, 11, 9)),
        (date(2026, 11, 6), {"days": 2}, CZECH, date(2026, 11, 10)),
        (date(2026, 11, 5), {"days": 2}, CZECH, date(2026, 11, 9)),
        (date(2026, 11, 6), {"days": 1}, CZECH, date(2026, 11, 9)),
    ],
)
def test_a_term_ends_on_the_same_number_or_the_next_working_day(start, term, country, end):
    """Short months, leap days, weekends, and the holidays of the country concerned."""
    assert term_end(start, country=country, **term) == end


def test_a_term_in_hours_runs_through_the_weekend():
    """Seventy-two hours from a Friday evening end on Monday evening."""
    friday = datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert hours_end(friday, 72) == datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "country", "day"),
    [
        (datetime(2026, 1, 1, 22, 59, tzinfo=UTC), CZECH, date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 0, tzinfo=UTC), CZECH, date(2026, 1, 2)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), GERMAN, date(2026, 7, 2)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), JAPANESE, date(2026, 7, 1)),
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), CZECH, date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), CZECH, date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), CZECH, date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), CZECH, date(2026, 10, 25)),
        (datetime(2026, 1, 2, 1, 0, tzinfo=timezone(timedelta(hours=9))), CZECH, date(2026, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_of_the_country(moment, country, day):
    """Winter and summer time by the Union's rule; a country not modelled counts in UTC."""
    assert legal_day(moment, country) == day


def test_saturdays_sundays_and_holidays_are_no_working_days():
    """17 November is a holiday in Prague and an ordinary Tuesday in Berlin."""
    assert not is_working_day(date(2026, 11, 17), CZECH)
    assert is_working_day(date(2026, 11, 17), GERMAN)
    assert not is_working_day(date(2026, 11, 21), CZECH)
    assert not is_working_day(date(2026, 11, 22), JAPANESE)


RECORDED = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("category", "capacity", "known", "day"),
    [
        ("T01", Capacity.CUSTOMER, {}, None),
        ("T01", Capacity.CUSTOMER, {"relation_ended_on": date(2026, 5, 5)}, date(2029, 5, 6)),
        ("T01", Capacity.OFFICIAL, {"office_ended_on": date(2026, 5, 5)}, date(2027, 5, 6)),
        ("T01", Capacity.OFFICIAL, {"relation_ended_on": date(2026, 5, 5)}, None),
        ("T32", Capacity.OFFICIAL, {}, date(2031, 2, 1)),
        ("T21", Capacity.CUSTOMER, {}, date(2026, 3, 1)),
        ("T47", Capacity.CUSTOMER, {"event_on": date(2026, 6, 1)}, date(2026, 6, 16)),
        ("T47", Capacity.CUSTOMER, {}, date(2026, 2, 15)),
        ("T12", Capacity.CUSTOMER, {}, None),
        ("T12", Capacity.CUSTOMER, {"case_ended_on": date(2026, 6, 1)}, date(2036, 6, 2)),
        ("T41", Capacity.CUSTOMER, {"withdrawn_on": date(2026, 6, 1)}, date(2026, 6, 1)),
        ("T74", Capacity.PARTNER, {}, RECORDED),
        ("T13", Capacity.CUSTOMER, {"relation_ended_on": date(2026, 5, 5)}, None),
        ("T36", Capacity.OFFICIAL, {}, date(2027, 2, 1)),
    ],
)
def test_a_fact_expires_when_what_it_waits_for_has_happened_and_its_term_has_run(category, capacity, known, day):
    """From the end of relation, office, event or case, from recording or withdrawal, or not at all."""
    assert expires_on(CategoryId(category), capacity, recorded_on=RECORDED, **known) == day


def test_every_rule_of_the_catalogue_has_a_term():
    """No category can be kept without a class, so none is kept for ever by mistake."""
    for category in catalogue().categories.values():
        for capacity in Capacity:
            assert retention_class(category.id, capacity) == retention_of(category.id, capacity).id

"""Regulation 1182/71 Article 3: when a legal term ends, and on which day of the legal calendar a moment falls."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CountryCode

_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS = 12
_CENTRAL_EUROPE = frozenset({"CZ", "DE"})


def legal_day(moment: datetime, country: CountryCode) -> date:
    """Give the day on which *moment* falls by the legal time of *country*; UTC where that is not modelled.

    Central European Time, and summer time from the last Sunday of March to the last Sunday of October, both
    at 01:00 UTC (Directive 2000/84/EC).
    """
    moment = moment.astimezone(UTC)
    if country not in _CENTRAL_EUROPE:
        return moment.date()
    summer = _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10)
    return (moment + timedelta(hours=2 if summer else 1)).date()


@lru_cache(maxsize=4096)
def term_end(start: date, *, country: CountryCode, days: int = 0, months: int = 0, years: int = 0) -> date:
    """Give the last day of a term that runs from an event on *start*; the day of the event does not count.

    Months and years end on the same number, or the last day of a shorter month (Art. 3(2)(c)). A last day
    that is a Saturday, Sunday or public holiday moves to the next working day (Art. 3(4)). Two days or more
    hold at least two working days (Art. 3(5)).
    """
    end = calendar_end(start, days=days, months=months, years=years)
    while not is_working_day(end, country):
        end += _DAY
    if days >= 2 and not (months or years):  # noqa: PLR2004 - Art. 3(5)
        end = _with_two_working_days(start, end, country)
    return end


def calendar_end(start: date, *, days: int = 0, months: int = 0, years: int = 0) -> date:
    """Give the last day of a term counted by the calendar alone; such a term does not move."""
    whole = start.year * _MONTHS + start.month - 1 + months + years * _MONTHS
    year, month = divmod(whole, _MONTHS)
    end = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    return end + timedelta(days=days)


def hours_end(start: datetime, hours: int) -> datetime:
    """Give the end of a term in hours; it runs through nights, weekends and holidays (Art. 3(4))."""
    return start + timedelta(hours=hours)


def is_working_day(day: date, country: CountryCode) -> bool:
    """Say whether *day* is neither Saturday, Sunday nor a public holiday of *country* (Art. 2)."""
    return day.weekday() < _SATURDAY and day not in _public_holidays(country, day.year)


@lru_cache(maxsize=512)
def _public_holidays(country: CountryCode, year: int) -> frozenset[date]:
    return catalogue().public_holidays(country, year)


def _with_two_working_days(start: date, end: date, country: CountryCode) -> date:
    day, worked = start, 0
    while day < end or worked < 2:  # noqa: PLR2004 - Art. 3(5)
        day += _DAY
        worked += is_working_day(day, country)
    return day


@lru_cache(maxsize=64)
def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)

"""Public holidays, as Regulation 1182/71 Art. 2(1) wants them for the Member State concerned.

Czech holidays are those of Act 245/2000 Coll. German ones are those of the whole federation: a holiday of
one Land is not modelled, so a German term may end a day early here and never late.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from aboveboard.core.catalogue.category import Holiday


def easter_sunday(year: int) -> date:
    """Give Easter Sunday of *year* in the Gregorian calendar (the anonymous computus of 1876)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def holidays_in(holidays: Iterable[Holiday], country: str, year: int) -> frozenset[date]:
    """Give the public holidays of *country* in *year*; none for a country whose holidays are not modelled."""
    easter = easter_sunday(year)
    return frozenset(
        date(year, holiday.month, holiday.day)
        if holiday.from_easter is None
        else easter + timedelta(days=holiday.from_easter)
        for holiday in holidays
        if holiday.country == country
    )

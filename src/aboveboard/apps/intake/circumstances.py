"""What of a row decides about the rest of it: the capacity, how long an office was held, an official source named."""

import re
from collections.abc import Sequence
from datetime import date

from aboveboard.apps.intake.columns.classify import Classified
from aboveboard.apps.intake.columns.headings import plain
from aboveboard.apps.intake.columns.person import PersonDraft
from aboveboard.apps.intake.fates import Circumstances
from aboveboard.apps.intake.order import Relation, capacity_of
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.deadlines import calendar_end
from aboveboard.core.terms import Capacity

OFFICE = "T24"
_DAY = r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?"
SPAN = re.compile(rf"(?:{_DAY})? – ?(?:{_DAY})?\)?$")
SOURCE = re.compile(r"https://[^\s)\]}'\"]+")


class RowReader:
    """Reads the circumstances of each row of one file."""

    def __init__(self, columns: Sequence[Classified], relation: Relation, today: date) -> None:
        """Find the columns that say them.

        Raises:
            Invalid: when the file has no column of the relation's name.
        """
        self._capacity, self._today = relation.capacity, today
        self.relation_column = -1
        if relation.capacity is None:
            wanted = plain(relation.column)
            found = [at for at, column in enumerate(columns) if plain(column.column) == wanted]
            if not found:
                raise Invalid("The file has no column of the name given in --relation.")
            self.relation_column = found[0]
        self._offices = frozenset(at for at, column in enumerate(columns) if column.category == OFFICE)
        self._starts, self._ends = (
            frozenset(at for at in self._offices if plain(columns[at].column) == name)
            for name in ("startdate", "enddate")
        )
        self._sources = frozenset(
            at for at, column in enumerate(columns) if column.column.casefold().partition(".")[0] == "sources"
        )
        self._usual = {capacity: Circumstances(capacity, today) for capacity in Capacity}
        self._watches = bool(self._offices or self._sources)

    def read(self, draft: PersonDraft) -> tuple[Circumstances, str, bool]:
        """Give the circumstances of a row, the address of its official source, and whether its relation was unsaid."""
        capacity, unsaid = self._capacity, False
        if capacity is None:
            # Whoever is called by no word that is known counts as an official, which is the strictest.
            said = next((value for at, value in draft.values if at == self.relation_column), "")
            capacity = capacity_of(said)
            unsaid, capacity = capacity is None, capacity or Capacity.OFFICIAL
        if capacity is not Capacity.OFFICIAL or not self._watches:
            return self._usual[capacity], "", unsaid
        since, until = self._office(draft)
        source = self._source(draft)
        return Circumstances(capacity, since, until, has_source=bool(source)), source, unsaid

    def _source(self, draft: PersonDraft) -> str:
        for at, value in draft.values:
            if at in self._sources and (found := SOURCE.search(value)):
                return found[0]
        return ""

    def _office(self, draft: PersonDraft) -> tuple[date, date | None]:
        """Give since when, and until when an office was held; it is held while one membership has no end."""
        starts, ends, open_ended = [], [], False
        for at, value in draft.values:
            if at in self._starts:
                starts.append(_day(value, last=False))
            elif at in self._ends:
                ends.append(_day(value, last=True))
            elif at in self._offices and (span := SPAN.search(value)):
                starts.append(_whole(span.groups()[:3], last=False))
                end = _whole(span.groups()[3:], last=True)
                open_ended = open_ended or end is None
                ends.append(end)
        known_starts = [day for day in starts if day is not None and day <= self._today]
        known_ends = [day for day in ends if day is not None]
        until = max(known_ends) if known_ends and not open_ended else None
        return min(known_starts, default=self._today), until


def _day(text: str, *, last: bool) -> date | None:
    found = re.match(_DAY, text)
    return _whole(found.groups(), last=last) if found else None


def _whole(parts: Sequence[str | None], *, last: bool) -> date | None:
    """Give a day of year, month and day; where the later ones are missing, the first or last day that is meant."""
    year, month, day = (int(part) if part else 0 for part in parts)
    try:
        if not year:
            return None
        if day:
            return date(year, month, day)
        first = date(year, month or 1, 1)
        return calendar_end(first, months=1 if month else 12, days=-1) if last else first
    except ValueError:
        return None

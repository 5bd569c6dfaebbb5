"""A stretch of the log opened with K_audit: where a period lies in it, and each line as far as it was asked for.

The leaf's key never leaves this room: of an opened field blind and value are given, of every other its commitment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.evidence.lines import texts_of
from aboveboard.apps.evidence.logs import Log
from aboveboard.apps.ledger.actions import CELL
from aboveboard.core.entries.entry import CELL_OWNER, EntryKind
from aboveboard.core.entries.leaf import AUDIT_FIELDS, FIELDS, Leaf, OpenedAudit, leaf_key, open_audit
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Invalid, NotSignedYet, NotVerified
from aboveboard.core.verify.asked import AFTER, BEFORE, Asked, time_of
from aboveboard.core.verify.ranges import NO_LOOKS
from aboveboard.core.verify.spans import KEY_GONE, SEALED

SLACK = timedelta(minutes=10)
"""How much wider than it must be a range is cut, so that lines a little out of order lie inside."""
MOST = 800_000
"""Lines in one range, in eighty files of the hundred that a folder may hold; a longer period is asked for in parts."""
_STEP = 2000
TIME = "time"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line as the database holds it, with what K_audit opens of it."""

    index: int
    data: bytes
    audit: OpenedAudit | None
    """None for an index of the log, and where the key of the month is gone."""
    month: int

    @property
    def kind(self) -> int:
        """Give its public kind."""
        return self.data[1]

    @property
    def tells_time(self) -> bool:
        """Whether its time may be opened: it opens, and is not sealed."""
        return self.audit is not None and (self.kind == EntryKind.LOOK or self.kind in NO_LOOKS)

    def values(self) -> dict[str, str]:
        """Give the audit fields by name; nothing where they do not open."""
        return texts_of(self.audit) if self.audit is not None else {}

    def at(self) -> datetime:
        """Give its time; where it does not open, the beginning of its month."""
        if self.audit is not None:
            return time_of(self.audit.text(TIME))
        return datetime(self.month // 100, self.month % 100, 1, tzinfo=UTC)


class AuditReader:
    """Reads lines of one log and opens what K_audit opens."""

    def __init__(self, log: Log) -> None:
        """Fetch the keys of all months once."""
        self._log = log
        self._months = {part: key for (_, part), key in keys.store().keys(KeyKind.AUDIT, [CELL_OWNER]).items()}

    @property
    def follows(self) -> bool:
        """Whether the log follows on one that ended with a declared gap."""
        return self._log.number > 1

    def rows(self, start: int, end: int) -> Iterator[AuditRow]:
        """Give the lines from *start* to *end*, in order.

        Raises:
            NotVerified: when one is missing, or does not open; it was changed.
        """
        for first in range(start, end, _STEP):
            last = min(end, first + _STEP)
            found = self._fetch("seq >= %s AND seq < %s", [first, last], "")
            if [row[0] for row in found] != list(range(first, last)):
                raise NotVerified(f"Lines between {first} and {last} are gone; run `aboveboard doctor`.")
            yield from map(self._opened, found)

    def speaking(self, index: int) -> AuditRow | None:
        """Give the first line from *index* on that is about something; None behind the last."""
        found = self._fetch("seq >= %s AND seq < %s AND month > 0", [index, self._log.size], "LIMIT 1")
        return self._opened(found[0]) if found else None

    def _fetch(self, where: str, values: list[int], limit: str) -> list[tuple[int, bytes, int, bytes]]:
        table, more = "ledger_leaf", ""
        if self._log.former:
            table, more = "ledger_formerleaf", f"log = {self._log.number} AND "
        query = f"SELECT seq, data, month, audit FROM {table} WHERE {more}{where} ORDER BY seq {limit}"
        with connections[CELL].cursor() as cursor:
            cursor.execute(query, values)
            return [(int(seq), bytes(data), int(month), bytes(audit)) for seq, data, month, audit in cursor.fetchall()]

    def _opened(self, row: tuple[int, bytes, int, bytes]) -> AuditRow:
        index, data, month, sealed = row
        key = self._months.get(str(month))
        if key is None or not sealed:
            return AuditRow(index, data, None, month)
        try:
            leaf = Leaf.decode(data)
            audit = open_audit(settings.OPTIONS.cell, leaf, sealed, leaf_key(key, leaf.subject_label))
        except (Invalid, NotVerified):
            raise NotVerified(f"Entry {index} of the log does not open: it was changed.", code="line") from None
        return AuditRow(index, data, audit, month)


def place_of_period(reader: AuditReader, log: Log, since: datetime, until: datetime) -> tuple[int, int]:
    """Give start and end of the lines in which a period lies, generously.

    Raises:
        Invalid: when it is too long for one range.
        NotSignedYet: when the log does not reach far enough behind the period.
    """
    early, late = since - BEFORE, until + AFTER
    start, back = _first(reader, log.size, lambda row: row.at() > early - SLACK), 1
    while start > 0 and not _holds_old(reader, start, early):
        start, back = max(0, start - back), back * 2
    end = _first(reader, log.size, lambda row: row.at() >= late + SLACK)
    found = reader.speaking(end)
    end = log.size if found is None else found.index + 1
    if end - start > MOST:
        raise Invalid(f"The period holds more than {MOST} lines; ask for it in parts.")
    return start, end


def _holds_old(reader: AuditReader, start: int, early: datetime) -> bool:
    row = reader.speaking(start)
    return row is not None and _at_most(row, early)


def _first(reader: AuditReader, size: int, holds: Callable[[AuditRow], bool]) -> int:
    """Give the place of about the first line for which *holds*, in a log that is nearly in the order of times."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        row = reader.speaking(middle)
        if row is None or holds(row):
            high = middle
        else:
            low = row.index + 1
    return low


def edges(reader: AuditReader, start: int, end: int, asked: Asked) -> "Edges":
    """Give a line old enough, and one young enough, to show that the range from *start* to *end* covers the period.

    Raises:
        NotSignedYet: when the log does not reach far enough behind the period.
    """
    found = known_edges(reader, start, end, asked)
    if found.young is not None:
        return found
    raise NotSignedYet(
        f"The log has no signed line yet that is {AFTER.seconds // 60} minutes younger than the period; a line of the"
        " period could still come. Ask for an earlier end, or again in a moment."
    )


@dataclass(frozen=True, slots=True)
class Edges:
    """Lines whose times show how far a stretch reaches: one before the period, one behind it, where there are."""

    old: int | None
    young: int | None

    @property
    def indexes(self) -> frozenset[int]:
        """Give those there are."""
        return frozenset(one for one in (self.old, self.young) if one is not None)


def known_edges(reader: AuditReader, start: int, end: int, asked: Asked) -> Edges:
    """Find a line old enough and one young enough; at the beginning of the first log none has to be old."""
    rows, last = (reader.rows(start, end) if start or reader.follows else iter(())), end
    old = next((row.index for row in rows if _at_most(row, asked.since - BEFORE)), None)
    while last > start:
        first = max(start, last - _STEP)
        young = [row.index for row in reader.rows(first, last) if _at_least(row, asked.until + AFTER)]
        if young:
            return Edges(old, young[-1])
        last = first
    return Edges(old, None)


def _at_most(row: AuditRow, moment: datetime) -> bool:
    return row.tells_time and row.at() <= moment


def _at_least(row: AuditRow, moment: datetime) -> bool:
    return row.tells_time and row.at() >= moment


def line_of(row: AuditRow, asked: Asked, *, everything: bool, at_edge: bool, sealed: bool) -> tuple[list[Any], bool]:
    """Give a line as a range shows it, and whether it is a look that was asked for.

    At an edge the time is opened, which shows how far the range reaches; *sealed* looks are opened like others then.
    """
    if everything and row.audit is None and row.kind != EntryKind.INDEX:
        return [row.data.hex(), KEY_GONE], False
    names: set[str] = {TIME} if at_edge and row.tells_time else set()
    is_asked_for = False
    if row.kind not in NO_LOOKS:
        if row.audit is None or (row.kind != EntryKind.LOOK and not sealed):
            return [row.data.hex(), KEY_GONE if row.kind == EntryKind.LOOK else SEALED], False
        read, is_asked_for = asked.decided(row.values())
        names.update(read)
    if everything:
        names.update(row.values())
    return shown(row, names), is_asked_for


def shown(row: AuditRow, names: set[str]) -> list[Any]:
    """Give a line with these fields opened and the commitments of all others."""
    audit = row.audit
    if audit is None or not names:
        return [row.data.hex()]
    blinds, values, whole = dict(zip(AUDIT_FIELDS, audit.blinds, strict=True)), row.values(), audit.field_commitments()
    opened = {name: [blinds[name].hex(), values[name]] for name in AUDIT_FIELDS if name in names}
    return [row.data.hex(), opened, [one.hex() for name, one in zip(FIELDS, whole, strict=True) if name not in names]]

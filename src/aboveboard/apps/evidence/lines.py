"""A person's own lines: found by their labels, opened with their key, and told in the words of the log (Art. 15)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import today
from aboveboard.apps.evidence.logs import Log, Row, all_logs, chain_length
from aboveboard.apps.ledger.actions import CELL, signed_size
from aboveboard.apps.ledger.queries import settled
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import (
    AUDIT_FIELDS,
    Leaf,
    OpenedAudit,
    OpenedByPerson,
    open_audit,
    open_by_person,
    subject_field_key,
)
from aboveboard.core.entries.said import Said, said
from aboveboard.core.entries.sealed import CARRYING, DELAY_OWNER, keys_of_sealed, number_in
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.terms import SubjectId

_FIRST, _MORE = 64, 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line about a person, opened: what it says, and everything that proves it."""

    log: int
    index: int
    kind: EntryKind
    said: Said
    opened: OpenedByPerson
    audit: OpenedAudit
    leaf: bytes
    blind: bytes
    """Of the person's side."""
    sealed: tuple["Line", ...] = ()
    """Of a line that opens a sealed one: that one, or the line that carried it on, down to the look itself."""

    @property
    def look(self) -> Said | None:
        """What it says of a look: its own words, or those of the look that was sealed; None for other lines."""
        if self.kind is EntryKind.LOOK:
            return self.said
        return self.sealed[-1].said if self.sealed else None

    @property
    def number(self) -> int:
        """The person's own count of it, from 0 in each log."""
        return self.opened.side.number

    @property
    def reader(self) -> str:
        """Pairwise pseudonym of whoever acted; empty in units under five, where it would hide nobody."""
        return (self.sealed[-1] if self.sealed else self).opened.side.reader

    @property
    def entry_hash(self) -> bytes:
        """Name of the entry the line was made from."""
        return self.opened.side.entry_hash


@dataclass(frozen=True, slots=True)
class History:
    """A person's lines, oldest first, and the numbers of lines that the ledger counted and no longer holds."""

    lines: tuple[Line, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an entry stands: ``committed``, ``sequenced`` or ``signed``, and its lowest index once it has one."""

    state: str
    index: int | None = None
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class Folded:
    """Looks of one day for one purpose from one place by one reader, as the person reads them."""

    day: date
    purpose: str
    entity: str
    country: str
    established: str
    reader: str
    transfer: str
    grant: str
    categories: tuple[str, ...]
    refused: tuple[str, ...]
    count: int
    allowed: int
    """How many of them released something."""
    first_at: datetime
    last_at: datetime
    indexes: tuple[int, ...]
    sealed: bool = False
    """Kept from the person for a time by law."""


def history(subject: SubjectId, *, signed_only: bool = False, logs: Sequence[Log] | None = None) -> History:
    """Open every line about a person.

    Raises:
        Shredded: after their erasure.
        NotVerified: when a line does not open; it was changed.
    """
    return opened_with(subject, keys.store().key(KeyKind.LOG, subject), signed_only=signed_only, logs=logs)


def opened_with(
    subject: SubjectId, log_key: bytes, *, signed_only: bool = False, logs: Sequence[Log] | None = None
) -> History:
    """Open every line with a K_log that the caller holds."""
    lines: list[Line] = []
    missing: list[int] = []
    logs = all_logs() if logs is None else logs
    for log in logs:
        own = log_keys(log_key, log.number)
        expected = 0 if log.former else chain_length(subject)
        for number, row in _rows(log, own, expected):
            if row is None:
                missing.append(number)
            elif not signed_only or row.index < log.size:
                line = _line(log, own, row)
                if line.kind is EntryKind.OPENED:
                    line = replace(line, sealed=sealed_behind(line.said, log_key, logs))
                lines.append(line)
    return History(tuple(lines), tuple(missing))


def lines(subject: SubjectId) -> tuple[Line, ...]:
    """Give every line about a person, oldest first."""
    return history(subject).lines


def _rows(log: Log, own: LogKeys, expected: int) -> Iterator[tuple[int, Row | None]]:
    """Look the labels up in growing handfuls, until one is missing past the ledger's own count."""
    start, width = 0, _FIRST
    while True:
        labels = [label(own.label, number) for number in range(start, start + width)]
        found = log.rows(labels)
        for number, name in enumerate(labels, start):
            if name in found:
                yield number, found[name]
            elif number < expected:
                yield number, None
        if labels[-1] not in found and start + width >= expected:
            return
        start, width = start + width, _MORE


def _line(log: Log, own: LogKeys, row: Row) -> Line:
    cell = settings.OPTIONS.cell
    try:
        leaf = Leaf.decode(row.data)
        opened = open_by_person(cell, leaf, row.subject, own)
        audit = open_audit(cell, leaf, row.audit, opened.leaf_key)
        return Line(
            log.number,
            row.index,
            EntryKind(leaf.kind),
            said(texts_of(audit)),
            opened,
            audit,
            row.data,
            subject_field_key(own.opening, opened.side.number),
        )
    except (Invalid, NotVerified, ValueError):
        raise NotVerified(f"Entry {row.index} of the log does not open: it was changed.", code="line") from None


def sealed_behind(opening: Said, log_key: bytes, logs: Sequence[Log]) -> tuple[Line, ...]:
    """Give the line that *opening* opens, behind it what it carried on over a declared gap; the last is the look.

    Raises:
        NotVerified: when one is gone, or does not open for this person.
    """
    chain_key, by_number = keys.store().key(KeyKind.LOG, DELAY_OWNER), {log.number: log for log in logs}
    found: list[Line] = []
    said = opening
    while not found or (found[-1].said.operation == CARRYING and len(found) <= len(logs)):
        log, number = by_number.get(said.body.get("log", 0)), number_in(said.body, "number")
        if log is None:
            raise NotVerified("A sealed line stands in a log that this cell does not know.", code="line")
        chain = log_keys(chain_key, log.number)
        name = label(chain.label, number)
        row = log.rows([name]).get(name)
        if row is None:
            raise NotVerified(f"The sealed line number {number} is gone from the ledger.", code="line")
        found.append(_line(log, keys_of_sealed(chain, log_keys(log_key, log.number)), row))
        said = found[-1].said
    return tuple(found)


def texts_of(audit: OpenedAudit) -> dict[str, str]:
    """Give the audit fields of a line as texts, by name."""
    return {name: value.decode() for name, value in zip(AUDIT_FIELDS, audit.values, strict=True)}


def trace(entry_hash: bytes) -> Trace | None:
    """Tell how far an entry has come, for the trace bar; None where there is no such entry."""
    place = settled(entry_hash)
    if place is not None:
        return Trace("signed" if place.index < signed_size() else "sequenced", place.index, place.leaves)
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_pending WHERE entry_hash = %s", [entry_hash])
        return Trace("committed") if cursor.fetchone() else None


def folded(found: Iterable[Line]) -> tuple[Folded, ...]:
    """Fold looks by day, purpose, place and reader, the latest day first; other kinds of line are left out."""
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in found:
        says = line.look
        if says is not None:
            key = (
                today(says.at), says.purpose, says.entity, says.country, says.established, line.reader,
                says.transfer, says.grant, bool(line.sealed),
            )  # fmt: skip
            groups.setdefault(key, []).append(line)
    made = [_fold(group) for group in groups.values()]
    return tuple(sorted(made, key=lambda one: (one.day, one.last_at), reverse=True))


def _fold(group: Sequence[Line]) -> Folded:
    looks = [line.look for line in group if line.look is not None]
    first = looks[0]
    categories = {category for look in looks for category in look.categories}
    refused = {category for look in looks for category in look.refused}
    return Folded(
        day=today(first.at),
        purpose=first.purpose,
        entity=first.entity,
        country=first.country,
        established=first.established,
        reader=group[0].reader,
        transfer=first.transfer,
        grant=first.grant,
        categories=tuple(sorted(categories)),
        refused=tuple(sorted(refused - categories)),
        count=len(group),
        allowed=sum(bool(look.categories) for look in looks),
        first_at=min(look.at for look in looks),
        last_at=max(look.at for look in looks),
        indexes=tuple(sorted(line.index for line in group)),
        sealed=bool(group[0].sealed),
    )

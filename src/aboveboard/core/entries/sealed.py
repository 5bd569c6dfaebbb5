"""Lines that a law keeps from the person for a time: their public bytes, and what anybody counts of them (ADR 8).

    tail of a leaf of kind 8 (sealed), 9 (opened), 10 (renewed): number (u64be) || day (u32be, days since 1970-01-01)

Sealed lines of a log number 0, 1, 2 ...; a renewed one gets a later day, an opened one is over.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from struct import unpack
from typing import NamedTuple

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.envelope.keys import LogKeys
from aboveboard.core.envelope.mac import mac
from aboveboard.core.errors import Invalid, expect, require

DELAY_OWNER = bytes(15) + b"\x02"
"""Stands for the cell's own chain of sealed lines."""
TAILED = frozenset({EntryKind.SEALED, EntryKind.OPENED, EntryKind.RENEWED})
"""The kinds of leaf that end with a tail."""
TAIL_SIZE, TALLY_SIZE = 12, 32
OPENING, CARRYING, RENEWING = "delay.opened", "delay.carried", "delay.renewed"
"""Operations of the lines that open, carry into the next log, and renew."""
_FIRST_DAY = date(1970, 1, 1)
_OPENING_KEY = b"aboveboard/sealed/opening/v1"
_PERSON = b"aboveboard/delay/person/v1"


class Tail(NamedTuple):
    """The public bytes that a leaf of kind 8, 9 or 10 ends with."""

    number: int
    day: int
    """Days since 1970-01-01: the latest to open on; of an opened line, when it was opened."""

    def encode(self) -> bytes:
        """Give the 12 bytes."""
        return self.number.to_bytes(8, "big") + self.day.to_bytes(4, "big")

    @classmethod
    def decode(cls, data: bytes) -> "Tail":
        """Read the 12 bytes back; Invalid for another length."""
        expect(len(data) == TAIL_SIZE, "A sealed line does not end with its number and day.")
        return cls(*unpack(">QI", data))


class Tally(NamedTuple):
    """What an index leaf says of sealed lines: a function of the leaves before it.

    sealed (u64be) || opened (u64be) || late (u64be) || first (u32be) || last (u32be)
    """

    sealed: int = 0
    opened: int = 0
    late: int = 0
    """How many were opened after their day."""
    first: int = 0
    """The earliest day among those outstanding; 0 where none is."""
    last: int = 0
    """The latest day among those outstanding; 0 where none is."""

    @property
    def outstanding(self) -> int:
        """How many are sealed and not opened."""
        return self.sealed - self.opened

    def overdue_on(self, day: date) -> bool:
        """Tell whether an opening was due before *day*."""
        return 0 < self.first < day_number(day)

    def encode(self) -> bytes:
        """Give the 32 bytes."""
        counts = b"".join(count.to_bytes(8, "big") for count in (self.sealed, self.opened, self.late))
        return counts + self.first.to_bytes(4, "big") + self.last.to_bytes(4, "big")

    @classmethod
    def decode(cls, data: bytes) -> "Tally":
        """Read the 32 bytes back; other bytes, of a damaged file, make another tally."""
        return cls(*unpack(">QQQII", data[:TALLY_SIZE].ljust(TALLY_SIZE, b"\0")))


UNTOLD = Tally()
"""Of a log in which nothing was ever sealed."""


@dataclass(slots=True)
class SealedLines:
    """The sealed lines of a log as its leaves make them, taken up anywhere and brought further leaf by leaf."""

    sealed: int = 0
    opened: int = 0
    late: int = 0
    outstanding: dict[int, int] = field(default_factory=dict)
    """Number to latest day."""

    def take(self, data: bytes) -> None:
        """Take the next leaf, by its public bytes; one that neither seals, renews nor opens changes nothing.

        Raises:
            NotVerified: as `follow` does, and for one without its tail.
        """
        if data[1] in TAILED:
            require(len(data) > TAIL_SIZE, "A sealed line does not end with its number and day.", code="sealed")
            self.follow(data[1], Tail.decode(data[-TAIL_SIZE:]))

    def follow(self, kind: int, tail: Tail) -> None:
        """Take the next leaf that seals, renews or opens, by its kind and tail.

        Raises:
            NotVerified: for a number out of turn, one that is not outstanding, or a day that is not later.
        """
        day = self.outstanding.get(tail.number, 0)
        follows = day > 0 and (kind == EntryKind.OPENED or day < tail.day)
        if kind == EntryKind.SEALED:
            follows = tail.number == self.sealed and tail.day > 0
        require(follows, f"The sealed line number {tail.number} does not follow on those before it.", code="sealed")
        if kind == EntryKind.OPENED:
            del self.outstanding[tail.number]
            self.opened += 1
            self.late += tail.day > day
        else:
            self.outstanding[tail.number] = tail.day
            self.sealed += kind == EntryKind.SEALED

    def tally(self) -> Tally:
        """Give what an index leaf has to say at this place."""
        days = self.outstanding.values()
        return Tally(self.sealed, self.opened, self.late, min(days, default=0), max(days, default=0))


def tally_of(leaves: Iterable[bytes]) -> Tally:
    """Give the tally of all *leaves* from the first on.

    Raises:
        NotVerified: where a leaf does not follow on those before it.
    """
    lines = SealedLines()
    for data in leaves:
        lines.take(data)
    return lines.tally()


def day_number(day: date) -> int:
    """Count the days from 1970-01-01 to *day*."""
    return (day - _FIRST_DAY).days


def day_of(number: int) -> date:
    """Give the day that is *number* days after 1970-01-01.

    Raises:
        Invalid: past the year 9999.
    """
    try:
        return _FIRST_DAY + timedelta(days=number)
    except OverflowError:
        raise Invalid("A sealed line names a day that no calendar has.") from None


def utc_day(at: datetime) -> date:
    """Give the day of *at* in UTC, by which openings are due everywhere."""
    return at.astimezone(UTC).date()


def keys_of_sealed(cell_chain: LogKeys, person: LogKeys) -> LogKeys:
    """Give the keys of a sealed leaf: labelled by the cell's chain, sealed and opened under the person's K_log.

    The opening key is one of its own: the same number occurs in the person's chain as well, and no blind may hide two
    values.
    """
    return replace(person, label=cell_chain.label, opening=mac(person.opening, _OPENING_KEY))


def person_digest(nonce: bytes, person: bytes) -> str:
    """Give what an order says of the person: SHA-256("aboveboard/delay/person/v1" || nonce || id), in hexadecimals."""
    return hashlib.sha256(_PERSON + nonce + person).hexdigest()


def number_in(body: Mapping[str, object], name: str) -> int:
    """Give a number that the body of a line names.

    Raises:
        Invalid: when it names none.
    """
    value = body.get(name)
    if type(value) is int and value >= 0:
        return value
    raise Invalid(f"A line does not say the {name} of a sealed line.")

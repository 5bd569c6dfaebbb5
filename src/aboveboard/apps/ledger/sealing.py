"""Which looks are sealed, and the leaves that seal, renew and open: what the sequencer needs to know of orders (ADR 8).

A look is sealed when an order stood over its person and purpose at the look's own time; whatever is decided meanwhile
changes nothing about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.models import Delay
from aboveboard.core.entries.entry import Entry, EntryKind, microseconds
from aboveboard.core.entries.leaf import Leaf
from aboveboard.core.entries.sealed import DELAY_OWNER, TAILED, Tail, day_number, keys_of_sealed, number_in, utc_day
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.errors import Invalid

DAY_US = 86_400_000_000
COLUMNS = ("log", "number", "seq", "act", "person", "open_by", "step", "opened")
_STANDING = (
    "SELECT person, act, purposes, ordered_us, open_by, ended_us FROM ledger_delay"
    " WHERE ordered_us IS NOT NULL AND person IS NOT NULL AND open_by > %s"
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order in effect: for looks of which purposes, between which moments, and the latest day of opening."""

    act: bytes
    purposes: frozenset[str]
    from_us: int
    until_us: int
    open_by: int

    def covers(self, entry: Entry) -> bool:
        """Tell whether a look for this purpose at this time is sealed."""
        return entry.purpose in self.purposes and self.from_us <= microseconds(entry.at) < self.until_us


@dataclass(frozen=True, slots=True)
class SealedLeaf:
    """What is kept of a leaf that seals: its number, the order, the person, the latest day."""

    number: int
    act: bytes
    person: bytes
    open_by: int


class Sealing:
    """The orders that matter to one batch, and the cell's chain of sealed lines."""

    def __init__(self, entries: Sequence[Entry], log: int) -> None:
        """Fetch the orders, where the batch holds a look, and the key of the chain, where it can be needed."""
        looks = [entry.at for entry in entries if entry.kind is EntryKind.LOOK]
        carried = any(entry.kind is EntryKind.SEALED for entry in entries)
        self._orders = _orders(min(looks)) if looks else {}
        self._chain: LogKeys | None = None
        if self._orders or carried:
            store = keys.store()
            store.make_many([(KeyKind.LOG, DELAY_OWNER, "")])
            self._chain = log_keys(store.key(KeyKind.LOG, DELAY_OWNER), log)

    @property
    def active(self) -> bool:
        """Whether anything in the batch can be sealed; most batches are not asked line by line."""
        return self._chain is not None

    @property
    def owners(self) -> tuple[bytes, ...]:
        """Give whose chains are needed besides those of the persons."""
        return (DELAY_OWNER,) if self._chain else ()

    def order_for(self, entry: Entry, person: bytes) -> Order | None:
        """Give the order by which a look at *person* is sealed, the one that opens last; None for every other line."""
        if entry.kind is EntryKind.SEALED:
            return Order(bytes.fromhex(entry.body["act"]), frozenset(), 0, 0, _day_in(entry))
        if entry.kind is not EntryKind.LOOK or not self._orders:
            return None
        standing = [order for order in self._orders.get(person, ()) if order.covers(entry)]
        return max(standing, key=lambda order: order.open_by, default=None)

    def keys_for(self, person: LogKeys) -> LogKeys:
        """Give the keys of a sealed leaf about *person*."""
        if self._chain is None:
            raise Invalid("There is no chain of sealed lines in this batch.")
        return keys_of_sealed(self._chain, person)

    def tailed(self, leaf: Leaf, entry: Entry, number: int, order: Order | None) -> Leaf:
        """Give *leaf* with the public bytes that its kind has; *number* counts the chain it stands in."""
        if order is not None:
            return leaf._replace(kind=EntryKind.SEALED, tail=Tail(number, order.open_by))
        if entry.kind is EntryKind.OPENED:
            return leaf._replace(tail=Tail(number_in(entry.body, "number"), day_number(utc_day(entry.at))))
        if entry.kind is EntryKind.RENEWED:
            return leaf._replace(tail=Tail(number_in(entry.body, "number"), _day_in(entry)))
        return leaf


def kept_from(person: bytes, entries: Sequence[Entry]) -> list[bool]:
    """Tell of each entry about *person* whether it is a look that will be sealed, so that nobody tells of it before."""
    looks = [entry.at for entry in entries if entry.kind is EntryKind.LOOK]
    orders = _orders(min(looks)).get(person, []) if looks else []
    return [entry.kind is EntryKind.LOOK and any(order.covers(entry) for order in orders) for entry in entries]


def tailed_among(leaves: Iterable[bytes]) -> list[bytes]:
    """Pick the leaves that seal, renew or open."""
    return [data for data in leaves if data[1] in TAILED]


def keep(found: Sequence[tuple[int, SealedLeaf]], log: int) -> None:
    """Keep where each line was sealed, in the open transaction."""
    made = [(log, one.number, seq, one.act, one.person, one.open_by, b"", False) for seq, one in found]
    rows.insert("ledger_sealed", COLUMNS, made)


def _orders(since: datetime) -> Mapping[bytes, list[Order]]:
    """Give the orders that a look from *since* on can fall under, by person."""
    found: dict[bytes, list[Order]] = {}
    with connections[rows.CELL].cursor() as cursor:
        cursor.execute(_STANDING, [day_number(utc_day(since))])
        for person, act, purposes, ordered_us, open_by, ended_us in cursor.fetchall():
            until = open_by * DAY_US if ended_us is None else min(int(ended_us), open_by * DAY_US)
            order = Order(bytes(act), frozenset(purposes.split(",")), int(ordered_us), until, int(open_by))
            found.setdefault(bytes(person), []).append(order)
    return found


def _day_in(entry: Entry) -> int:
    return day_number(date.fromisoformat(entry.body["open_by"]))


def successors(orders: Iterable[Delay]) -> Mapping[bytes, bytes]:
    """Give, for each order that was renewed, the one that took its place."""
    return {bytes(row.renews): bytes(row.act) for row in orders if row.renews}


def act_chain(act: bytes, after: Mapping[bytes, bytes]) -> tuple[bytes, ...]:
    """Give an order and, one behind the other, those that renewed it."""
    chain = [act]
    while chain[-1] in after and len(chain) <= len(after):
        chain.append(after[chain[-1]])
    return tuple(chain)


def forget(people: Sequence[bytes]) -> None:
    """Forget, in the open transaction, about whom orders and sealed lines are: with K_log nobody finds them."""
    rows.execute_in("UPDATE ledger_delay SET person = NULL, nonce = NULL WHERE person {}", people)
    rows.execute_in("UPDATE ledger_sealed SET person = NULL WHERE person {}", people)

"""From claimed entries to leaves: counters, labels, commitments and openings for one leaf a person and entry."""

import os
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.sealing import Order, SealedLeaf, Sealing
from aboveboard.core.entries.entry import CELL_OWNER, Entry, SubjectLine
from aboveboard.core.entries.leaf import Openings, Parties, audit_values, make_leaf, pack
from aboveboard.core.entries.sealed import DELAY_OWNER, TAILED
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys, new_key
from aboveboard.core.envelope.labels import label
from aboveboard.core.envelope.seal import sealer
from aboveboard.core.tlog.merkle import leaf_hash

NO_HASH = b""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A pending row the sequencer has taken: its id, its name, and what it says."""

    id: bytes
    entry_hash: bytes
    entry: Entry


@dataclass(slots=True)
class MadeLeaf:
    """A leaf made for one person of an entry, not yet placed in the tree."""

    data: bytes
    hash: bytes
    label: bytes
    month: int
    openings: Openings
    entry_hash: bytes
    sealed: SealedLeaf | None = None
    """Of a look that is kept from the person for a time."""


def log_number() -> int:
    """Give the number of the log that is written now: one more than the last that ended with a declared gap."""
    with connections[rows.CELL].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM ledger_gap")
        return int(cursor.fetchone()[0]) + 1


def month_of(entry: Entry) -> int:
    """Give the month of K_audit for *entry*: year * 100 + month, UTC."""
    return entry.at.year * 100 + entry.at.month


class LeafMaker:
    """Makes the leaves of one batch and keeps the counters of everybody in it."""

    def __init__(self, claimed: Sequence[Claimed]) -> None:
        """Fetch the keys and counters of everybody in the *claimed* entries, with few queries."""
        subjects = {line.subject for item in claimed for line in _lines(item.entry)}
        actors = {item.entry.actor for item in claimed}
        store = keys.store()
        if CELL_OWNER in subjects:
            store.make_many([(KeyKind.LOG, CELL_OWNER, "")])
        store.make_many([(KeyKind.ACTOR, actor, "") for actor in actors if not store.has(KeyKind.ACTOR, actor)])
        found = store.keys(KeyKind.LOG, list(subjects))
        # K_log is gone only for a person whose erasure is complete. What still comes is written all the same, under
        # a key that nobody keeps: the entry counts for the audit, and nobody can say whose it was.
        self.log = log = log_number()
        self._sealing = Sealing([item.entry for item in claimed], log)
        self._people = {s: log_keys(found.get((s, "")) or new_key(), log) for s in subjects}
        self._forgotten = {b"s" + subject for subject in subjects if (subject, "") not in found}
        self._staff = {a: log_keys(key, log) for (a, _), key in store.keys(KeyKind.ACTOR, list(actors)).items()}
        self._seal_for = {b"a" + staff: sealer(known.seal) for staff, known in self._staff.items()}
        self._chains = _chains_of([*subjects, *self._sealing.owners], actors)
        self._audit = {m: store.cell_key(KeyKind.AUDIT, str(m)) for m in {month_of(item.entry) for item in claimed}}
        self._cell = settings.OPTIONS.cell
        self._slots = self._planned(claimed)
        self._order = _shuffled(self._slots)

    def labels(self) -> list[bytes]:
        """Give the labels of the leaves, in the order the leaves will stand in, before one of them is made."""
        return [self._slots[number].label for number in self._order]

    def leaves(self) -> list[MadeLeaf]:
        """Make every leaf of the batch, shuffled, so that neighbours say nothing of who stood together."""
        values: dict[tuple[object, object], tuple[tuple[bytes, ...], bytes]] = {}
        made: list[MadeLeaf] = []
        entry = None
        for slot in self._slots:
            if slot.item.entry is not entry:
                entry = slot.item.entry
                values.clear()
            line = slot.line
            kind = (line.categories, line.refused)
            if kind not in values:
                found = audit_values(entry, line)
                values[kind] = found, pack(found)
            made.append(self._leaf(slot, values[kind]))
        return [made[number] for number in self._order]

    def chains(self) -> list[tuple[bytes, int, bytes]]:
        """Give every counter as it stands after the batch; who has no K_log gets none, which would lead to a leaf."""
        return [(owner, *chain) for owner, chain in self._chains.items() if owner not in self._forgotten]

    def _planned(self, claimed: Iterable[Claimed]) -> list["_Slot"]:
        """Number every line of the batch in the order of its entries, and give each its label."""
        lengths = {owner: length for owner, (length, _) in self._chains.items()}
        sealing = self._sealing if self._sealing.active else None
        slots = []
        for item in claimed:
            entry, actor = item.entry, b"a" + item.entry.actor
            for line in _lines(entry):
                order = sealing.order_for(entry, line.subject) if sealing else None
                person = self._people[line.subject]
                if order is not None:
                    person = self._sealing.keys_for(person)
                chain = _chain_of(line, order)
                number, employee_number = lengths.get(chain, 0), lengths.get(actor, 0)
                lengths[chain], lengths[actor] = number + 1, employee_number + 1
                name = label(person.label, number)
                slots.append(_Slot(item, line, order, chain, person, number, employee_number, name))
        return slots

    def _leaf(self, slot: "_Slot", values: tuple[tuple[bytes, ...], bytes]) -> MadeLeaf:
        item, line, order, chain, person, number, employee_number, name = slot
        entry, month, actor = item.entry, month_of(item.entry), b"a" + item.entry.actor
        _, previous = self._chains.get(chain, (0, NO_HASH))
        parties = Parties(
            self._cell,
            person,
            number,
            name,
            previous,
            self._staff[entry.actor],
            employee_number,
            self._audit[month],
            self._seal_for[actor],
        )
        leaf, openings = make_leaf(entry, item.entry_hash, line, *values, parties)
        if order is not None or entry.kind in TAILED:
            leaf = self._sealing.tailed(leaf, entry, number, order)
        data = leaf.encode()
        hashed = leaf_hash(data)
        self._chains[chain] = (number + 1, hashed)
        self._chains[actor] = (employee_number + 1, NO_HASH)
        sealed = SealedLeaf(number, order.act, line.subject, order.open_by) if order else None
        return MadeLeaf(data, hashed, name, month, openings, item.entry_hash, sealed)


class _Slot(NamedTuple):
    """A line of the batch before its leaf is made: whose it is, in which chain, and its numbers there."""

    item: Claimed
    line: SubjectLine
    order: Order | None
    chain: bytes
    person: LogKeys
    number: int
    employee_number: int
    label: bytes


def _chain_of(line: SubjectLine, order: Order | None) -> bytes:
    """Name the chain a leaf stands in: the person's, or the cell's chain of sealed lines."""
    return b"s" + (line.subject if order is None else DELAY_OWNER)


def _shuffled(slots: Sequence[_Slot]) -> list[int]:
    """Shuffle the numbers of *slots*; sealed lines keep their order, in the places that the shuffle gave them."""
    order = list(range(len(slots)))
    random.Random(os.urandom(32)).shuffle(order)  # noqa: S311 - seeded from the operating system
    places = [place for place, at in enumerate(order) if slots[at].order is not None]
    for place, at in zip(places, sorted((order[place] for place in places), key=_number(slots)), strict=True):
        order[place] = at
    return order


def _number(slots: Sequence[_Slot]) -> Callable[[int], int]:
    return lambda at: slots[at].number


def _lines(entry: Entry) -> tuple[SubjectLine, ...]:
    """Give the people of *entry*; the cell itself where it is about nobody."""
    return entry.subjects or (SubjectLine(CELL_OWNER, ()),)


def _chains_of(subjects: Iterable[bytes], actors: Iterable[bytes]) -> dict[bytes, tuple[int, bytes]]:
    owners = [b"s" + subject for subject in subjects] + [b"a" + actor for actor in actors]
    query = "SELECT owner, length, previous FROM ledger_chain WHERE owner {}"
    return {bytes(owner): (length, bytes(previous)) for owner, length, previous in rows.select_in(query, owners)}

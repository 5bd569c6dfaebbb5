"""The one sequencer: claims whatever is committed, writes leaves and head in one transaction, then signs and publishes.

It reads the queue without a cursor: ids and times are not in commit order, so "greater than the last" would lose rows
for ever. A batch is durable before it is signed; signing first is how logs fork.
"""

import fcntl
import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction

from aboveboard.apps.ledger import elsewhere, rows, sealing, signers, witnesses
from aboveboard.apps.ledger.actions import CELL, open_pending_rows
from aboveboard.apps.ledger.index import IndexLeafMaker, open_index
from aboveboard.apps.ledger.leaves import Claimed, LeafMaker, MadeLeaf
from aboveboard.apps.ledger.publishing import Publisher, stored_head
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.errors import Conflict
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.tiles import Growth, TileBuilder

LEAF_COLUMNS = ("seq", "data", "subject_label", "month", "subject", "actor", "audit")
MOST_ROWS = 8000
MOST_LEAVES = 16_000
_ADVISORY_LOCK = 0x61626F7665  # "above"


@contextmanager
def sequencing() -> Iterator[None]:
    """Hold the one place of the sequencer for as long as the block lasts.

    Raises:
        Conflict: when another process holds it.
    """
    path = Path(settings.OPTIONS.home) / "sequencer.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another process is sequencing this cell.") from None
        if rows.is_postgresql():
            with connections[CELL].cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_LOCK])
                if cursor.fetchone() != (True,):
                    raise Conflict("Another machine is sequencing this cell.")
        try:
            yield
        finally:
            if rows.is_postgresql():
                with connections[CELL].cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
    finally:
        os.close(descriptor)


class Sequencer:
    """Sequences the pending entries of this cell; use inside `sequencing`."""

    def __init__(self) -> None:
        """Take up the log where it stands, publishing again what a crash left unpublished."""
        self._publisher = Publisher()
        self._require_one_history()
        self._publisher.catch_up()
        self._record()
        self._index = open_index()
        self._index.catch_up(stored_head()[0])

    def _require_one_history(self) -> None:
        """Refuse to sign where this log was signed elsewhere too; each witness is asked once for what it has seen."""
        elsewhere.settle()
        signed = self._publisher.published
        if signed is not None:
            verifiers = signers.own_verifiers(self._publisher.origin)
            elsewhere.look_for_evidence(witnesses.planned().addresses, verifiers, signed)

    def _record(self) -> None:
        """Record what is chosen of witnesses, under the keys that sign now."""
        witnesses.record(self._publisher.origin, self._publisher.signers, datetime.now(UTC))
        self._stated = [signer.key for signer in self._publisher.signers]

    def drain(self) -> int:
        """Sequence until the queue is empty; how many leaves were written."""
        total = 0
        while written := self.step():
            total += written
        return total

    def step(self) -> int:
        """Sequence one batch; how many leaves were written (0: nothing was pending)."""
        elsewhere.require_one_history()
        claimed = claim()
        if not claimed:
            self._index.settle()
            return 0
        with _no_cycles():
            return self._sequenced(claimed)

    def _sequenced(self, claimed: list[Claimed]) -> int:
        maker = LeafMaker(claimed)
        old_size = stored_head()[0]
        with self._index.growing(old_size, maker.labels()) as last:
            made = maker.leaves()
            with transaction.atomic(using=CELL, durable=True):
                self._publisher.require_extends(old_size)
                growth, leaves = write_batch(last, old_size, made, maker, claimed)
        # The batch is durable, nothing is signed yet. A crash here leaves a head without a checkpoint; start-up
        # signs and publishes it from the leaves.
        self._publisher.publish(old_size, growth, leaves)
        if self._stated != [signer.key for signer in self._publisher.signers]:
            self._record()
        return len(made)

    def run(self, stop: "StopSignal", tick_ms: int) -> None:
        """Sequence every *tick_ms* milliseconds until *stop* is set, then drain once more."""
        while not stop.is_set():
            if not self.step():
                stop.wait(tick_ms / 1000)
        self.drain()


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Keep the collector of cycles out of the block: a batch makes a million small values and no cycle among them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class StopSignal:
    """Tells a running sequencer to finish."""

    def __init__(self) -> None:
        """Start unset."""
        self._set = False

    def set(self) -> None:
        """Ask the sequencer to finish its batch and stop."""
        self._set = True

    def is_set(self) -> bool:
        """Tell whether it was asked."""
        return self._set

    def wait(self, seconds: float) -> None:
        """Sleep; a signal handler that sets this wakes it."""
        time.sleep(seconds)


def claim() -> list[Claimed]:
    """Take what is committed, in the order of the entries' times, up to a batch."""
    claimed: list[Claimed] = []
    leaves = 0
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT id, sealed, entry_hash FROM ledger_pending LIMIT %s", [MOST_ROWS])
        found = cursor.fetchall()
    entries = open_pending_rows((bytes(row_id), bytes(sealed)) for row_id, sealed, _ in found)
    for (row_id, _, entry_hash), entry in zip(found, entries, strict=True):
        claimed.append(Claimed(bytes(row_id), bytes(entry_hash), entry))
        leaves += max(1, len(entry.subjects))
        if leaves >= MOST_LEAVES:
            break
    claimed.sort(key=lambda item: (item.entry.at, item.entry.kind))
    return claimed


def write_batch(
    index_leaf: IndexLeafMaker, size: int, made: list[MadeLeaf], maker: LeafMaker, claimed: list[Claimed]
) -> tuple[Growth, list[bytes]]:
    """Append a batch and the index leaf behind it, in the open transaction; how the tree grew, and by which leaves."""
    edges = _held_head(size)
    write(size, made, maker, claimed)
    last = index_leaf(sealing.tailed_among(leaf.data for leaf in made)).encode()
    rows.insert("ledger_leaf", LEAF_COLUMNS, [(size + len(made), last, b"", 0, b"", b"", b"")])
    growth = TileBuilder(size, edges).extend([*(leaf.hash for leaf in made), leaf_hash(last)])
    with connections[CELL].cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_head SET size = %s, root = %s, edges = %s WHERE id = 1 AND size = %s",
            [growth.builder.size, growth.root, encode_edges(growth.builder.edges), size],
        )
        if cursor.rowcount != 1:
            raise _met()
    return growth, [*(leaf.data for leaf in made), last]


def _held_head(size: int) -> tuple[bytes, ...]:
    """Give the edges of the tree of *size* leaves, whose head nobody else moves before the transaction ends."""
    query = "SELECT edges FROM ledger_head WHERE id = 1 AND size = %s"
    with connections[CELL].cursor() as cursor:
        # A transaction of SQLite begins by taking the whole database.
        cursor.execute(query + (" FOR UPDATE" if rows.is_postgresql() else ""), [size])
        row = cursor.fetchone()
    if row is None:
        raise _met()
    return decode_edges(bytes(row[0]))


def _met() -> Conflict:
    return Conflict("Two sequencers met on one head; this one stops.")


def write(old_size: int, made: list[MadeLeaf], maker: LeafMaker, claimed: list[Claimed]) -> None:
    """Keep leaves, receipts and counters of a batch, and take its rows out of the queue, in the open transaction."""
    now = microseconds(datetime.now(UTC))
    first: dict[bytes, tuple[int, int]] = {}
    leaves = []
    for seq, leaf in enumerate(made, old_size):
        o = leaf.openings
        leaves.append((seq, leaf.data, leaf.label, leaf.month, o.subject, o.actor, o.audit))
        known = first.get(leaf.entry_hash)
        first[leaf.entry_hash] = (known[0], known[1] + 1) if known else (seq, 1)
    rows.insert("ledger_leaf", LEAF_COLUMNS, leaves)
    sealing.keep([(seq, leaf.sealed) for seq, leaf in enumerate(made, old_size) if leaf.sealed], maker.log)
    receipts = [(entry_hash, seq, count, now) for entry_hash, (seq, count) in first.items()]
    rows.insert("ledger_receipt", ("entry_hash", "seq", "leaves", "sequenced_us"), receipts)
    _keep_chains(maker.chains())
    rows.execute_in("DELETE FROM ledger_pending WHERE id {}", [item.id for item in claimed])


def _keep_chains(chains: list[tuple[bytes, int, bytes]]) -> None:
    update = " ON CONFLICT (owner) DO UPDATE SET length = excluded.length, previous = excluded.previous"
    with connections[CELL].cursor() as cursor:
        if rows.is_postgresql():
            owners, lengths, previous = (list(column) for column in zip(*chains, strict=True))
            cursor.execute(
                "INSERT INTO ledger_chain (owner, length, previous)"
                " SELECT * FROM unnest(%s::bytea[], %s::bigint[], %s::bytea[])" + update,
                [owners, lengths, previous],
            )
        else:
            cursor.executemany(
                "INSERT INTO ledger_chain (owner, length, previous) VALUES (%s, %s, %s)" + update, chains
            )


def encode_edges(edges: tuple[bytes, ...]) -> bytes:
    """Write the right edge of the tree for the head's row: each level behind its length (2 bytes)."""
    return b"".join(len(edge).to_bytes(2, "big") + edge for edge in edges)


def decode_edges(data: bytes) -> tuple[bytes, ...]:
    """Read what `encode_edges` wrote."""
    edges, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        edges.append(data[at + 2 : end])
        at = end
    return tuple(edges)

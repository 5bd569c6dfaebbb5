"""Writing into the ledger: an entry becomes a sealed pending row, in one durable statement."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.confirmed import require_confirmed
from aboveboard.apps.ledger.models import Cell, Head
from aboveboard.core.entries import Entry
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, seal_often, unseal_often
from aboveboard.core.errors import Conflict, Invalid, LedgerUnavailable
from aboveboard.core.tlog.merkle import EMPTY_ROOT

CELL = "vault"
"""The alias of the cell's database."""
STALE_AFTER_US = 60_000_000
"""A pending row older than this stops the gate: nobody is sequencing."""

OUTSIDE_HEAD = "head"
"""Name of the file outside the home that holds the last signed head."""
OUTSIDE_ELSEWHERE = "elsewhere"
"""Name of the file outside the home that shows that this log was signed elsewhere too (`ledger.elsewhere`)."""

GOVERNED = "(SELECT governance FROM ledger_cell WHERE id = 1) = %s"
_SOUND = (
    "NOT EXISTS (SELECT 1 FROM ledger_pending WHERE committed_us < %s)"
    " AND (SELECT size FROM ledger_head WHERE id = 1) >= %s"
    # After a declared gap a copy from before it would be long enough, but it stands under another origin.
    " AND EXISTS (SELECT 1 FROM ledger_cell WHERE id = 1 AND origin = coalesce(CAST(%s AS text), origin))"
)


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A sealed entry, ready to be inserted."""

    id: bytes
    sealed: bytes
    entry_hash: bytes
    committed_us: int


def pending_row(entry: Entry) -> PendingRow:
    """Seal *entry* under the cell's ledger key, bound to its row; ``entry_hash`` is SHA-256(nonce || entry)."""
    # Drawn at once: at each call to the system other threads go first.
    random, encoded = os.urandom(16 + 32 + 12), entry.encode()
    row_id, nonce, for_sealing = random[:16], random[16:48], random[48:]
    store, says = keys.store(), nonce + encoded
    key, entry_hash = store.cell_key(KeyKind.LEDGER), hashlib.sha256(says).digest()
    store.note_entry(entry_hash, says)
    sealed = seal_often(key, says, _place_of(row_id), nonce=for_sealing)
    return PendingRow(row_id, sealed, entry_hash, microseconds(datetime.now(UTC)))


def entry_hash_of(nonce: bytes, encoded: bytes) -> bytes:
    """Name an entry without telling it: SHA-256(nonce || entry)."""
    return hashlib.sha256(nonce + encoded).digest()


def open_pending(row_id: bytes, sealed: bytes) -> Entry:
    """Open a pending row."""
    return open_pending_rows([(row_id, sealed)])[0]


def open_pending_rows(rows_sealed: Iterable[tuple[bytes, bytes]]) -> list[Entry]:
    """Open many pending rows, each an id and what is sealed under it."""
    key, before = keys.store().cell_key(KeyKind.LEDGER), place(_PENDING, settings.OPTIONS.cell)
    return [
        Entry.decode(unseal_often(key, sealed, before + place(row_id))[32:], authentic=True)
        for row_id, sealed in rows_sealed
    ]


def pending_hash(row_id: bytes, sealed: bytes) -> bytes:
    """Make the entry hash of a pending row anew from what lies sealed in it."""
    plain = pending_plain(row_id, sealed)
    return entry_hash_of(plain[:32], plain[32:])


def pending_plain(row_id: bytes, sealed: bytes) -> bytes:
    """Give what lies sealed in a pending row: nonce (32) || entry.

    Raises:
        NotVerified: when it does not open there.
    """
    return unseal_often(keys.store().cell_key(KeyKind.LEDGER), sealed, _place_of(row_id))


def append(entry: Entry, *, governance: int | None = None) -> bytes:
    """Insert *entry* as pending in the transaction that is open on the cell; its entry hash.

    Raises:
        LedgerUnavailable: when it cannot be inserted, or nobody has sequenced for a minute.
        Conflict: when another version than *governance*, where one is given, is in force by now.
    """
    row = pending_row(entry)
    guard, values = ("1=1", []) if governance is None else (GOVERNED, [governance])
    if not _insert(row, guard, values):
        _require_sound(row.committed_us)
        if governance is not None:
            raise Conflict("The rules changed while this was written; try once more.")
        raise LedgerUnavailable("The cell is not founded yet; run `aboveboard init`.")
    return row.entry_hash


def append_if(entry: Entry, guard: str, values: Sequence[Any]) -> bytes | None:
    """Insert *entry* as pending and commit it, durably, only if *guard* (SQL) still holds; its entry hash or None.

    On return of a hash the entry is on disk. This must not run inside a transaction: a rollback would delete the
    evidence of what was already shown.

    Raises:
        LedgerUnavailable: when the database cannot commit, nobody has sequenced for a minute, or the witnesses' quorum
            is missing for longer than the operator allows.
    """
    if connections[CELL].in_atomic_block:
        raise Conflict("A look must be committed by itself; it was asked inside a transaction.")
    require_confirmed(datetime.now(UTC))
    row = pending_row(entry)
    if _insert(row, guard, values):
        return row.entry_hash
    _require_sound(row.committed_us)
    return None


def _insert(row: PendingRow, guard: str, values: Sequence[Any]) -> bool:
    if os.path.exists(f"{settings.OPTIONS.outside}/{OUTSIDE_ELSEWHERE}"):  # noqa: PTH110 - at every look, as below
        raise LedgerUnavailable(_ELSEWHERE)
    statement = (
        "INSERT INTO ledger_pending (id, sealed, entry_hash, committed_us) SELECT %s, %s, %s, %s"
        f" WHERE {_SOUND} AND {guard}"
    )
    oldest = row.committed_us - STALE_AFTER_US
    parameters = (row.id, row.sealed, row.entry_hash, row.committed_us, oldest, *_signed(), *values)
    try:
        return rows.change(statement, parameters) == 1
    except DatabaseError as error:
        raise LedgerUnavailable(f"The ledger cannot commit ({type(error).__name__}); no data is released.") from None


def _require_sound(now_us: int) -> None:
    with connections[CELL].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT min(committed_us) FROM ledger_pending), (SELECT size FROM ledger_head),"
            " (SELECT origin FROM ledger_cell)"
        )
        oldest, size, own_origin = cursor.fetchone()
    if oldest is not None and oldest < now_us - STALE_AFTER_US:
        raise LedgerUnavailable(
            "The ledger has not been sequenced for a minute, so nothing is released. Start `aboveboard serve` or"
            " `aboveboard sequence`."
        )
    signed, origin = _signed()
    if size is not None and (size < signed or own_origin != (origin or own_origin)):
        raise LedgerUnavailable(
            "The database holds fewer entries than were already signed: it has been set back, and nothing is released."
            " Run `aboveboard doctor`."
        )


def bump_governance() -> None:
    """Say that something a decision could depend on has changed, in the transaction that is open."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("UPDATE ledger_cell SET governance = governance + 1 WHERE id = 1")
        if cursor.rowcount != 1:
            raise Invalid("The cell is not founded yet; run `aboveboard init`.")
    # Once now and once when it is committed: whoever read between the two has read what is no longer so.
    _count_change()
    transaction.on_commit(_count_change, using=CELL)


_changes_here = 0


def _count_change() -> None:
    global _changes_here  # noqa: PLW0603 - a count of this process
    _changes_here += 1


def governance_changes_here() -> int:
    """Count the changes of governance made in this process; where the count stands still, none was made here."""
    return _changes_here


def found_cell(name: str, origin: str, now: datetime, *, sample: bool) -> None:
    """Lay down the cell's row and the empty tree; Conflict when the cell exists."""
    with transaction.atomic(using=CELL):
        if Cell.objects.exists():
            raise Conflict("This home already holds a cell.")
        Cell.objects.create(id=1, name=name, origin=origin, founded_at=now, sample=sample)
        Head.objects.create(id=1, size=0, root=EMPTY_ROOT, edges=b"")


@dataclass(slots=True)
class _SignedHead:
    """Size and origin of the last signed head outside, read again whenever its file changes."""

    stamp: tuple[int, int] = (0, 0)
    size: int = 0
    origin: str = ""


_known: dict[str, _SignedHead] = {}
_ELSEWHERE = (
    "A witness holds a checkpoint that this log's key has signed and that this database does not lead to; nothing is"
    " released. Run `aboveboard doctor`."
)
_NO_HEAD = (
    "The last signed head outside the home cannot be read, so nobody can tell whether the database was set back;"
    " nothing is released. Run `aboveboard doctor`."
)


def forget_signed_head() -> None:
    """Forget what was read of heads outside, so that the next look reads anew (between homes)."""
    _known.clear()


def signed_size() -> int:
    """Give the tree size of the last head signed, as it stands outside the home; 0 before the first."""
    return _signed()[0]


def _signed() -> tuple[int, str | None]:
    """Give size and origin of the last head signed; 0 and None before the first.

    Raises:
        LedgerUnavailable: when it cannot be read, or is gone although this process has seen it.
    """
    path = f"{settings.OPTIONS.outside}/{OUTSIDE_HEAD}"
    known = _known.setdefault(path, _SignedHead())
    try:
        status = os.stat(path)  # noqa: PTH116 - at every look; making a Path costs more than asking the disk
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != known.stamp:
            lines = Path(path).read_text(encoding="utf-8").splitlines()
            known.stamp, known.size, known.origin = stamp, int(lines[1]), lines[0]
    except FileNotFoundError:
        if known.size:
            raise LedgerUnavailable(_NO_HEAD) from None
        return 0, None
    except (OSError, ValueError, IndexError):
        raise LedgerUnavailable(_NO_HEAD) from None
    return known.size, known.origin


def _place_of(row_id: bytes) -> bytes:
    return place(_PENDING, settings.OPTIONS.cell, row_id)


_PENDING = b"aboveboard/pending/v1"

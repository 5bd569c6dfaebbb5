"""Whether an entry is committed and releases what is to be opened: looked up here, whoever claims it.

The client shows what the entry says (nonce and entry, of which its hash is made). That it is committed is seen in the
cell's own tables, over a connection that can only read: it waits, sealed under the ledger key, or has its receipt.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connections

from aboveboard.apps.keeper.remembered import Place
from aboveboard.apps.keys.port import SealedValue
from aboveboard.apps.ledger.actions import CELL, entry_hash_of, pending_plain
from aboveboard.core.entries import Entry
from aboveboard.core.errors import Invalid, KeyUnavailable, NotVerified
from aboveboard.core.terms import READS, Verdict

NONCE = 32
OLDEST = timedelta(minutes=1)
"""An entry older than this opens nothing any more: as long as an entry may wait for its place in the log."""
AHEAD = timedelta(seconds=5)
"""Clocks of two machines may differ so much."""


class NotReleased(KeyUnavailable):
    """No committed entry releases what was asked for; the code says why, the sentence names nobody."""

    code = "not_released"

    def __init__(self, why: str) -> None:
        """Keep *why*, one of a few fixed words."""
        super().__init__(f"The key service opens nothing here ({why}).", code=f"not_released.{why}")
        self.why = why


def read_only() -> None:
    """Let this process only read the cell, whatever it might be made to do; before its first connection.

    A database role of its own that may only read is better still; this holds where there is none.
    """
    given = connections.settings[CELL]
    options = given.setdefault("OPTIONS", {})
    if "sqlite3" in given["ENGINE"]:
        options["init_command"] = f"{options.get('init_command', '')} PRAGMA query_only=ON;"
    else:
        options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()


def released(entry_hash: bytes, plain: bytes, facts: Iterable[SealedValue], now: datetime) -> Entry:
    """Give the entry that releases every one of *facts*.

    Raises:
        NotReleased: when it is unknown, another one, not committed, too old, a refusal, or about others.
    """
    entry = _entry(entry_hash, plain)
    _require_recent(entry, now)
    if entry.verdict == Verdict.REFUSE or entry.operation not in {operation.value for operation in READS}:
        raise NotReleased("refused")
    allowed = {(line.subject, category) for line in entry.subjects for category in line.categories}
    if any((fact.person, fact.category) not in allowed for fact in facts):
        raise NotReleased("not-of-these")
    if not is_committed(entry_hash, plain):
        raise NotReleased("not-committed")
    return entry


def _entry(entry_hash: bytes, plain: bytes) -> Entry:
    try:
        if len(plain) <= NONCE or entry_hash_of(plain[:NONCE], plain[NONCE:]) != entry_hash:
            raise NotReleased("unknown")
        return Entry.decode(plain[NONCE:])
    except Invalid:
        raise NotReleased("unknown") from None


def _require_recent(entry: Entry, now: datetime) -> None:
    if not now - OLDEST <= entry.at <= now + AHEAD:
        raise NotReleased("too-old")


def is_committed(entry_hash: bytes, plain: bytes) -> bool:
    """Tell whether the entry that says *plain* waits in the cell, or has its place in the log."""
    waiting, stands = _found(entry_hash)
    return stands or any(_says(row_id, sealed, plain) for row_id, sealed in waiting)


def place_of(entry_hash: bytes) -> Place:
    """Tell where an entry is."""
    waiting, stands = _found(entry_hash)
    if stands:
        return Place.STANDS
    return Place.WAITS if waiting else Place.GONE


def _found(entry_hash: bytes) -> tuple[list[tuple[bytes, bytes]], bool]:
    _follow_the_file()
    with connections[CELL].cursor() as cursor:
        # What waits is asked first: an entry that is sequenced between the two questions is found by the second.
        cursor.execute("SELECT id, sealed FROM ledger_pending WHERE entry_hash = %s", [entry_hash])
        waiting = [(bytes(row_id), bytes(sealed)) for row_id, sealed in cursor.fetchall()]
        cursor.execute("SELECT 1 FROM ledger_receipt WHERE entry_hash = %s", [entry_hash])
        return waiting, cursor.fetchone() is not None


def _says(row_id: bytes, sealed: bytes, plain: bytes) -> bool:
    try:
        return pending_plain(row_id, sealed) == plain
    except NotVerified:
        return False


def _follow_the_file() -> None:
    """Open SQLite's file anew where another was laid in its place (a restore)."""
    connection = connections[CELL]
    if connection.vendor != "sqlite":
        return
    path = str(connection.settings_dict["NAME"])
    try:
        inode = Path(path).stat().st_ino
    except OSError:
        raise KeyUnavailable("The cell's database cannot be seen from the key service.") from None
    if getattr(connection, "_keeper_inode", inode) != inode:
        connection.close()
    connection._keeper_inode = inode  # type: ignore[attr-defined] # noqa: SLF001 - of this thread's connection

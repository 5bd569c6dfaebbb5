"""What was opened for which entry: so that nothing is opened twice, and an entry that vanished is noticed.

    opened (entry, fact)       -> kept until the entry is too old to open anything
    owed   (entry)             -> kept until its place in the log has been seen

A process that dies loses nothing of it; a machine that loses power may lose its last moments (synchronous NORMAL),
which costs at most a second opening of what was released already.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path

from aboveboard.core.entries.entry import microseconds
from aboveboard.core.errors import KeyUnavailable

FILE = "opened.sqlite3"
LOOKED_AFTER = timedelta(minutes=2)
"""An entry must wait or stand in the log for good: one that does neither after this long was taken away."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS opened (entry BLOB, fact BLOB, at INTEGER, PRIMARY KEY (entry, fact)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS opened_at ON opened (at)",
    "CREATE TABLE IF NOT EXISTS owed (entry BLOB PRIMARY KEY, at INTEGER) WITHOUT ROWID",
)


class Place(Enum):
    """Where an entry is."""

    WAITS = auto()
    STANDS = auto()
    GONE = auto()


class Remembered:
    """The memory of one key service, in the folder *home*."""

    def __init__(self, home: Path) -> None:
        """Open the file; it is made if it is not there."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(home / FILE, isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", *_SCHEMA):
            self._connection.execute(statement)

    def open_once(self, entry: bytes, facts: Iterable[bytes], at: datetime, oldest: timedelta) -> bool:
        """Keep that *facts* are opened for *entry*; False, and nothing kept, when one of them was before."""
        now = microseconds(at)
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                # Twice as long as an entry opens anything, because clocks differ.
                self._connection.execute("DELETE FROM opened WHERE at < ?", [now - 2 * (oldest // _MICROSECOND)])
                self._connection.executemany(
                    "INSERT INTO opened VALUES (?,?,?)", [(entry, fact, now) for fact in facts]
                )
                self._connection.execute("INSERT OR IGNORE INTO owed VALUES (?,?)", [entry, now])
            except sqlite3.IntegrityError:
                self._connection.execute("ROLLBACK")
                return False
            except sqlite3.Error as error:
                self._connection.execute("ROLLBACK")
                raise KeyUnavailable(
                    f"The key service cannot write down what it opens ({type(error).__name__})."
                ) from None
            self._connection.execute("COMMIT")
        return True

    def gone(self, at: datetime, place_of: Callable[[bytes], Place], most: int = 500) -> int:
        """Strike out entries that stand in the log by now; how many are neither there nor waiting any more."""
        owed = self.owed(at, most)
        places = {entry: place_of(entry) for entry in owed}
        with self._lock:
            standing = [(entry,) for entry, place in places.items() if place is Place.STANDS]
            self._connection.executemany("DELETE FROM owed WHERE entry = ?", standing)
        return sum(place is Place.GONE for place in places.values())

    def owed(self, at: datetime, most: int = -1) -> list[bytes]:
        """Give the entries that were opened for and should long stand in the log."""
        query = "SELECT entry FROM owed WHERE at < ? ORDER BY at LIMIT ?"
        with self._lock:
            rows = self._connection.execute(query, [microseconds(at - LOOKED_AFTER), most]).fetchall()
        return [bytes(entry) for (entry,) in rows]

    def forget_owed(self) -> int:
        """Strike out everything that is owed, on the operator's word; how many entries."""
        with self._lock:
            return self._connection.execute("DELETE FROM owed").rowcount

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


_MICROSECOND = timedelta(microseconds=1)

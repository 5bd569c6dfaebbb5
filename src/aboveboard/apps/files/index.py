"""The prefix tree over a log's labels, kept in SQLite, so that it needs no more memory when the log has grown.

page (key, page)     the pages of the tree (`core.tlog.growing`)
covered              how many leaves of the log the tree covers
sealed (number, day) the sealed lines that are not opened, and the latest day of each (`core.entries.sealed`)
tally                what an index leaf has to say of them
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from aboveboard.core.entries.sealed import UNTOLD, SealedLines, Tally

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS page (key TEXT NOT NULL PRIMARY KEY, page BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS covered (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO covered VALUES (1, 0)",
    "CREATE TABLE IF NOT EXISTS sealed (number INTEGER PRIMARY KEY, day INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS tally (id INTEGER PRIMARY KEY CHECK (id = 1), said BLOB NOT NULL)",
)
_AT_ONCE = 500
"""Keys in one query; SQLite takes a thousand parameters and more."""


class IndexFile:
    """The tree's store in SQLite; who can make it anew does not wait for the disk (*durable*)."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        """Open the file at *path*; it is made if it is not there."""
        self._connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        synchronous = "FULL" if durable else "NORMAL"
        # Most pages of the tree fit into a page of the file whole, the fullest spill over.
        for pragma in ("page_size=8192", "journal_mode=WAL", f"synchronous={synchronous}", "cache_size=-32768"):
            self._connection.execute(f"PRAGMA {pragma}")
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'page'").fetchone():
            with self.changing():
                for statement in _SCHEMA:
                    self._connection.execute(statement)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold a transaction: what is done in the block counts when it ends well, and not at all otherwise."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold what stands in the file now for as long as the block lasts, whatever is written meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    @property
    def covered(self) -> int:
        """How many leaves of the log the tree covers."""
        return int(self._connection.execute("SELECT size FROM covered").fetchone()[0])

    def cover(self, size: int) -> None:
        """Say how many leaves the tree covers from now on."""
        self._connection.execute("UPDATE covered SET size = ?", (size,))

    def clear(self) -> None:
        """Forget everything."""
        for table in ("page", "sealed", "tally"):
            self._connection.execute(f"DELETE FROM {table}")
        self.cover(0)

    # -- sealed lines ------------------------------------------------------------------------------------------------

    def tally(self) -> Tally:
        """Give what an index leaf has to say of sealed lines behind the leaves taken so far."""
        found = self._connection.execute("SELECT said FROM tally").fetchone()
        return Tally.decode(found[0]) if found else UNTOLD

    def take_sealed(self, leaves: Sequence[bytes]) -> None:
        """Take the next *leaves* that seal, renew or open; others may be left out.

        Raises:
            NotVerified: where one does not follow on those before it.
        """
        if not leaves:
            return
        said = self.tally()
        before = dict(self._connection.execute("SELECT number, day FROM sealed").fetchall())
        lines = SealedLines(said.sealed, said.opened, said.late, dict(before))
        for data in leaves:
            lines.take(data)
        after = lines.outstanding
        gone = [(number,) for number in before.keys() - after.keys()]
        self._connection.executemany("DELETE FROM sealed WHERE number = ?", gone)
        changed = [pair for pair in after.items() if before.get(pair[0]) != pair[1]]
        self._connection.executemany("INSERT OR REPLACE INTO sealed VALUES (?, ?)", changed)
        self._connection.execute("INSERT OR REPLACE INTO tally VALUES (1, ?)", (lines.tally().encode(),))

    # -- what a tree asks of its store (`core.tlog.growing.PrefixStore`) --------------------------------------------

    def pages(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Give the pages that are there."""
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            query = f"SELECT key, page FROM page WHERE key IN ({','.join('?' * len(some))})"
            found.update(self._connection.execute(query, some).fetchall())
        return found

    def put(self, pages: Mapping[str, bytes]) -> None:
        """Keep pages, in place of those before."""
        query = "INSERT INTO page VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET page = excluded.page"
        self._connection.executemany(query, pages.items())

"""The index of the log: the prefix tree over its labels, in a file of its own that can always be made anew.

    entry (label, seq)   every label of the log and the index of its leaf
    row (key, parts)     what the tree keeps of large parts (`core.tlog.growing`)
    covered              how many leaves of the log the tree covers

The database is the truth. The file is written in the same step, committed after the database: a crash between the two
leaves it behind, never ahead, and what is missing is replayed from the leaves. A file that is ahead, or does not make
the root in the log's last index leaf, belongs to another history and is made anew.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connections

from aboveboard.apps.ledger.rows import CELL
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import Entry

INDEX_FILE = "index.sqlite3"
_STEP = 8192
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS entry (label BLOB NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS part (key BLOB NOT NULL PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS covered (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO covered VALUES (1, 0)",
)


def index_path() -> Path:
    """Give the path of the index file."""
    return Path(settings.OPTIONS.home) / INDEX_FILE


class IndexFile:
    """The tree's store in SQLite; it is lost with no harm, so nobody waits for the disk."""

    def __init__(self, path: Path) -> None:
        """Open the file at *path*; it is made if it is not there."""
        self._connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-32768"):
            self._connection.execute(f"PRAGMA {pragma}")
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'covered'").fetchone():
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
        for table in ("entry", "part"):
            self._connection.execute(f"DELETE FROM {table}")
        self.cover(0)

    # -- what a tree asks of its store (`core.tlog.growing.PrefixStore`) --------------------------------------------

    def add(self, entries: Sequence[Entry]) -> None:
        """Keep new entries."""
        self._connection.executemany("INSERT INTO entry VALUES (?, ?)", entries)

    def between(self, low: bytes, high: bytes) -> list[Entry]:
        """Give the entries from *low* to *high*, in order."""
        query = "SELECT label, seq FROM entry WHERE label BETWEEN ? AND ? ORDER BY label"
        return self._connection.execute(query, (low, high)).fetchall()

    def row(self, key: bytes) -> bytes | None:
        """Give a row, or None."""
        found = self._connection.execute("SELECT row FROM part WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def put_row(self, key: bytes, row: bytes) -> None:
        """Keep a row in place of the one before."""
        self._connection.execute("INSERT OR REPLACE INTO part VALUES (?, ?)", (key, row))


def open_index() -> "Index":
    """Open the index of this home for growing; a file that cannot be read is made anew."""
    try:
        return Index(IndexFile(index_path()))
    except sqlite3.DatabaseError:
        for path in index_path().parent.glob(f"{INDEX_FILE}*"):
            path.unlink()
        return Index(IndexFile(index_path()))


def open_to_read() -> IndexFile:
    """Open the index of this home to prove from; an empty one where there is none that can be read."""
    try:
        return IndexFile(index_path() if index_path().exists() else Path(":memory:"))
    except sqlite3.DatabaseError:
        return IndexFile(Path(":memory:"))


def index_of(size: int) -> IndexFile:
    """Make the index of the first *size* leaves from the database, in memory.

    Raises:
        NotVerified: when they do not make the root that the last of them says.
    """
    made = IndexFile(Path(":memory:"))
    Index(made).catch_up(size)
    return made


class Index:
    """The index as the sequencer grows it."""

    def __init__(self, file: IndexFile) -> None:
        """Take the index up in *file*."""
        self._file, self._tree = file, PrefixTree(file)

    def catch_up(self, size: int) -> None:
        """Bring the index to a log of *size* leaves.

        Raises:
            NotVerified: when the leaves do not make the root that the last index leaf says.
        """
        with self._file.changing():
            if not self._taken_up(size):
                self._file.clear()
                if not self._taken_up(size):
                    raise NotVerified(
                        "The labels of the log do not make the index that its last line says; run `aboveboard doctor`."
                    )

    @contextmanager
    def growing(self) -> Iterator["Index"]:
        """Hold the index open while a batch becomes durable in the database; it counts once that is done."""
        with self._file.changing():
            yield self

    def extend(self, size: int, labels: Iterable[bytes]) -> IndexLeaf:
        """Add the *labels* of the leaves from *size* on; the leaf that has to stand behind them."""
        entries = list(zip(labels, count(size), strict=False))
        root = self._tree.extend(entries)
        covered = size + len(entries)
        self._file.cover(covered + 1)
        return IndexLeaf(root, covered)

    def _taken_up(self, size: int) -> bool:
        """Replay what the file does not cover; whether it belongs to this log."""
        start = self._file.covered
        if start > size:
            return False
        try:
            while start < size:
                end = min(size, start + _STEP)
                self._tree.extend([(label, seq) for seq, label in _labels(start, end) if label])
                start = end
        except sqlite3.IntegrityError:
            return False  # a label of another history stands in the file already
        self._file.cover(size)
        last = last_index_leaf(size)
        return last is None or last.root == self._tree.root()


def last_index_leaf(size: int) -> IndexLeaf | None:
    """Give the index leaf at the end of a log of *size* leaves; None where it ends otherwise."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_leaf WHERE seq = %s", [size - 1])
        row = cursor.fetchone()
    return IndexLeaf.decode_if(bytes(row[0])) if row else None


def _labels(start: int, end: int) -> list[tuple[int, bytes]]:
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT seq, subject_label FROM ledger_leaf WHERE seq >= %s AND seq < %s", [start, end])
        return [(int(seq), bytes(label)) for seq, label in cursor.fetchall()]

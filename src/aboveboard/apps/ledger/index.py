"""The index of the log: the prefix tree over its labels, in a file of its own that can always be made anew.

The database is the truth. The file (`apps.files.index`) is written in the same step, committed after the database: a
crash between the two leaves it behind, never ahead, and what is missing is replayed from the leaves. A file that is
ahead, or does not make the root and the tally in the log's last index leaf, belongs to another history and is made
anew. Large batches are hashed into it by a process of its own (`apps.files.index_apart`).
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connections

from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.files.index_apart import IndexApart
from aboveboard.apps.ledger.rows import CELL
from aboveboard.core.entries.leaf import LEAF_SIZE, IndexLeaf
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import Entry, Lookup

INDEX_FILE = "index.sqlite3"
MANY = 2000
"""From so many leaves on a batch is worth a process of its own."""
_STEP = 8192


def index_path() -> Path:
    """Give the path of the index file."""
    return Path(settings.OPTIONS.home) / INDEX_FILE


def open_index() -> "Index":
    """Open the index of this home for growing; a file that cannot be read is made anew."""
    try:
        file = IndexFile(index_path())
    except sqlite3.DatabaseError:
        for path in index_path().parent.glob(f"{INDEX_FILE}*"):
            path.unlink()
        file = IndexFile(index_path())
    return Index(file, IndexApart(index_path()))


def open_to_read() -> IndexFile:
    """Open the index of this home to prove from; an empty one where there is none that can be read."""
    try:
        return IndexFile(index_path() if index_path().exists() else Path(":memory:"))
    except sqlite3.DatabaseError:
        return IndexFile(Path(":memory:"))


def places_of(labels: Sequence[bytes]) -> dict[bytes, int]:
    """Give the places of the lines with these labels, also of those that the index does not cover yet.

    What the file says is held against the root in the log's own index leaf, so nobody hides a line by changing it.
    Where it does not fit, or cannot be read, every label of the log is gone through.
    """
    asked = set(labels)
    try:
        found, start = _shown_by_file(asked)
    except (NotVerified, sqlite3.DatabaseError):
        found, start = {}, 0
    while some := _labels(start, start + _STEP):
        found.update((label, seq) for seq, label in some if label in asked)
        start += _STEP
    return found


def _shown_by_file(labels: set[bytes]) -> tuple[dict[bytes, int], int]:
    """Prove from the file where these labels are, or that they are not; and how many leaves that speaks for."""
    with closing(open_to_read()) as file, file.reading():
        covered = file.covered
        said = last_index_leaf(covered)
        if said is None:
            return {}, 0
        shown = Lookup(PrefixTree(file).prove(labels), said.root)
    places = ((label, shown.index_of(label)) for label in labels)
    return {label: place for label, place in places if place is not None}, covered


def index_of(size: int) -> IndexFile:
    """Make the index of the first *size* leaves from the database, in memory.

    Raises:
        NotVerified: when they do not make the root that the last of them says.
    """
    made = IndexFile(Path(":memory:"))
    Index(made).catch_up(size)
    return made


IndexLeafMaker = Callable[[Sequence[bytes]], IndexLeaf]
"""Makes the leaf at the end of a batch, once it is told those leaves that seal, renew or open a line, in order."""


class Index:
    """The index as the sequencer grows it."""

    def __init__(self, file: IndexFile, apart: IndexApart | None = None) -> None:
        """Take the index up in *file*; large batches may be grown *apart* where somebody can."""
        self._file, self._tree, self._apart = file, PrefixTree(file), apart

    def catch_up(self, size: int) -> None:
        """Bring the index to a log of *size* leaves.

        Raises:
            NotVerified: when the leaves do not make the root that the last index leaf says.
        """
        with self._file.changing():
            if not self._taken_up(size):
                self._made_anew(size)

    @contextmanager
    def growing(self, size: int, labels: Sequence[bytes]) -> Iterator[IndexLeafMaker]:
        """Add the *labels* of the leaves from *size* on, while the block makes the batch durable in the database.

        The block is given what makes the leaf that has to stand behind them, and asks for it as late as it can. What
        was added counts when the block ends well; the file has it once `settle` has returned.
        """
        with ExitStack() as stack:
            apart = self._apart if len(labels) >= MANY else None
            began, kept = apart is not None and apart.begin(size, labels), False

            def leaf(tailed: Sequence[bytes]) -> IndexLeaf:
                grown = apart.grown(tailed) if apart is not None and began else None
                if grown is not None:
                    return IndexLeaf(grown[0], size + len(labels), grown[1])
                self.settle()
                stack.enter_context(self._file.changing())
                return self._extend(size, labels, tailed)

            if apart is not None and began:
                stack.callback(lambda: apart.end(keep=kept))
            yield leaf
            kept = True

    def settle(self) -> None:
        """Wait until the file has what was added last."""
        if self._apart is not None:
            self._apart.settle()

    def _extend(self, size: int, labels: Sequence[bytes], tailed: Sequence[bytes]) -> IndexLeaf:
        # A process that died between two batches left the file behind.
        if self._file.covered != size and not self._taken_up(size):
            self._made_anew(size)
        root = self._grown(size, list(zip(labels, count(size), strict=False)))
        covered = size + len(labels)
        self._file.take_sealed(tailed)
        self._file.cover(covered + 1)
        return IndexLeaf(root, covered, self._file.tally())

    def _grown(self, size: int, entries: Sequence[Entry]) -> bytes:
        try:
            return self._tree.extend(entries)
        except (Invalid, NotVerified):
            # A page in the file is not ours, and was met only now. The leaves know better.
            self._made_anew(size)
            return self._tree.extend(entries)

    def _made_anew(self, size: int) -> None:
        self._file.clear()
        if not self._taken_up(size):
            raise NotVerified(
                "The labels of the log do not make the index that its last line says; run `aboveboard doctor`."
            )

    def _taken_up(self, size: int) -> bool:
        """Replay what the file does not cover; whether it belongs to this log."""
        start = self._file.covered
        if start > size:
            return False
        try:
            while start < size:
                end = min(size, start + _STEP)
                self._tree.extend([(label, seq) for seq, label in _labels(start, end) if label])
                self._file.take_sealed(_tailed(start, end))
                start = end
        except (Invalid, NotVerified):
            return False  # a page, a label or a sealed line of another history stands in the file already
        self._file.cover(size)
        last = last_index_leaf(size)
        return last is None or (last.root, last.tally) == (self._tree.root(), self._file.tally())


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


def _tailed(start: int, end: int) -> list[bytes]:
    """Give the leaves that seal, renew or open a line: the only ones that are longer."""
    query = "SELECT data FROM ledger_leaf WHERE seq >= %s AND seq < %s AND length(data) > %s ORDER BY seq"
    with connections[CELL].cursor() as cursor:
        cursor.execute(query, [start, end, LEAF_SIZE])
        return [bytes(data) for (data,) in cursor.fetchall()]

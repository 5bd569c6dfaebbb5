"""What a mirror knows about its log, in SQLite beside the tiles: how far it holds it, checkpoints, refusals.

page, covered                  the index over the leaves held (`apps.files.index`); covered: how many are held
state (root)                   the root of the leaves held, so that a changed file of ours accuses nobody
checkpoint (role, size, note)  seen: the latest accepted, towards which is fetched; held: the one that is shown
refusal (kind, ours, theirs, sentence, at)
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from aboveboard.apps.mirror.index import SmallFile
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import EMPTY_ROOT
from aboveboard.core.tlog.note import SignedNote

FILE = "mirror.sqlite3"
MOST_REFUSALS = 1_000
_TABLES = (
    "CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY CHECK (id = 1), root BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS checkpoint (role TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL)",
    (
        "CREATE TABLE IF NOT EXISTS refusal (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, ours TEXT NOT NULL,"
        " theirs TEXT NOT NULL, sentence TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (kind, ours, theirs))"
    ),
)


class Kind(StrEnum):
    """Why a checkpoint was refused."""

    FORK = "fork"
    """Two signed histories: proved by both checkpoints and the entries held."""
    OLDER = "older"
    """A checkpoint that was passed already: a stale copy, or a log that was set back."""
    UNEXPLAINED = "unexplained"
    """What was served does not make the root that was signed, or does not lead to it from what is held."""
    INDEX = "index"
    """A wrong index: proved by the checkpoint and the entries below it."""


PROVED = frozenset({Kind.FORK, Kind.INDEX})


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint accepted, and the note it came in."""

    checkpoint: Checkpoint
    note: SignedNote


@dataclass(frozen=True, slots=True)
class Refusal:
    """A checkpoint refused, beside the latest one accepted before (empty: there was none)."""

    number: int
    kind: Kind
    ours: str
    theirs: str
    sentence: str
    at: datetime


class Memory(SmallFile):
    """The memory of a mirror; a change is on the disk when its block has ended."""

    def __init__(self, folder: Path, *, aside: str = "") -> None:
        """Open the memory in *folder*, an empty one where there is none; *aside* names a file that was put away."""
        super().__init__(folder / FILE, durable=True)
        self.folder, self.aside = folder, aside
        (folder / FILE).chmod(0o600)
        with self.changing():
            for statement in _TABLES:
                self._connection.execute(statement)
            self._connection.execute("INSERT OR IGNORE INTO state VALUES (1, ?)", (EMPTY_ROOT,))

    def require_readable(self) -> None:
        """Read what every fetch begins with.

        Raises:
            sqlite3.DatabaseError: when it cannot be read.
        """
        _ = self.held(), self.seen(), self.root, self.covered

    def start_anew(self) -> None:
        """Begin again with an empty memory; the file that was met damaged goes aside."""
        self.close()
        self.__init__(self.folder, aside=set_aside(self.folder))  # type: ignore[misc]

    def forget(self) -> None:
        """Forget the index and how far the log is held, not the checkpoints and refusals."""
        with self.changing():
            self.clear()
            self.hold(0, EMPTY_ROOT)

    @property
    def root(self) -> bytes:
        """The root of the leaves held."""
        return bytes(self._connection.execute("SELECT root FROM state").fetchone()[0])

    def hold(self, size: int, root: bytes) -> None:
        """Say that *size* leaves with this *root* are held, in the transaction that is open."""
        self.cover(size)
        self._connection.execute("UPDATE state SET root = ?", (root,))

    def seen(self) -> Known | None:
        """Give the latest checkpoint accepted."""
        return self._checkpoint("seen")

    def held(self) -> Known | None:
        """Give the checkpoint that is shown: every entry below it is held and replayed."""
        return self._checkpoint("held")

    def see(self, note: SignedNote) -> None:
        """Keep the latest checkpoint accepted."""
        self._keep("seen", note)

    def show(self, note: SignedNote) -> None:
        """Keep the checkpoint that is shown from now on."""
        self._keep("held", note)

    def refuse(
        self, kind: Kind, ours: SignedNote | None, theirs: SignedNote, sentence: str, *, after: int
    ) -> Refusal | None:
        """Keep a refusal beside the checkpoint it was held against; None where it is kept already.

        It gets a number above *after*, the highest that a folder has: what lies there is never written over.
        """
        query = "SELECT count(*) FILTER (WHERE kind = ?), coalesce(max(id), 0) FROM refusal"
        count, last = self._connection.execute(query, (kind,)).fetchone()
        if count >= MOST_REFUSALS:
            return None
        before = ours.encode() if ours else ""
        made = Refusal(max(last, after) + 1, kind, before, theirs.encode(), sentence, datetime.now(UTC))
        return made if self.take_up(made) else None

    def take_up(self, one: Refusal) -> bool:
        """Keep a refusal under the number it has; whether it was not kept yet."""
        row = (one.number, one.kind, one.ours, one.theirs, one.sentence, one.at.isoformat())
        with self.changing():
            added = self._connection.execute("INSERT OR IGNORE INTO refusal VALUES (?, ?, ?, ?, ?, ?)", row)
        return added.rowcount == 1

    def refusals(self) -> list[Refusal]:
        """Give every refusal, the oldest first."""
        rows = self._connection.execute("SELECT id, kind, ours, theirs, sentence, at FROM refusal ORDER BY id")
        return [
            Refusal(number, Kind(kind), ours, theirs, sentence, datetime.fromisoformat(at))
            for number, kind, ours, theirs, sentence, at in rows.fetchall()
        ]

    def _keep(self, role: str, note: SignedNote) -> None:
        row = (role, Checkpoint.parse(note.text).size, note.encode())
        with self.changing():
            self._connection.execute("INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)", row)

    def _checkpoint(self, role: str) -> Known | None:
        row = self._connection.execute("SELECT note FROM checkpoint WHERE role = ?", (role,)).fetchone()
        if row is None:
            return None
        note = SignedNote.parse(row[0])
        return Known(Checkpoint.parse(note.text), note)


def set_aside(folder: Path) -> str:
    """Put the memory in *folder* away under a name that is free, and give that name."""
    number = 1
    while (folder / f"{FILE}.damaged{number}").exists():
        number += 1
    name = f"{FILE}.damaged{number}"
    for ending in ("-wal", "-shm", ""):
        path = folder / f"{FILE}{ending}"
        if path.exists():
            path.rename(folder / f"{name}{ending}")
    return name

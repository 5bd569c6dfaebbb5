"""What a witness has seen, in SQLite: the latest checkpoint of each log, those before it, and pairs that contradict.

    latest (origin, size, root, note, cosigned)     note: text and the log's signatures; cosigned: our lines on it
    seen   (origin, size, root, note)               every checkpoint cosigned, the newest 200,000 of all logs
    clash  (origin, proved, ours, theirs, at)       two checkpoints that the log has signed

A clash is *proved* where both are of one size and have different roots: no log can explain that. Where a proof between
two sizes did not hold, the pair is kept too and proves nothing yet: a good checkpoint can be sent with a bad proof.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import Signature, SignedNote
from aboveboard.core.tlog.witness import Asked, Refused, Status, weigh

FILE = "witness.sqlite3"
MOST_SEEN = 200_000
MOST_CLASHES = 1_000
"""Of either sort. A log that contradicts itself more often is found out already, and nobody fills the disk."""
_SCHEMA = (
    (
        "CREATE TABLE IF NOT EXISTS latest (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,"
        " note TEXT NOT NULL, cosigned TEXT NOT NULL) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL,"
        " root BLOB NOT NULL, note TEXT NOT NULL, UNIQUE (origin, size))"
    ),
    (
        "CREATE TABLE IF NOT EXISTS clash (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, proved INTEGER NOT NULL,"
        " ours TEXT NOT NULL, theirs TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (origin, ours, theirs))"
    ),
)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest checkpoint of a log that this witness has cosigned."""

    checkpoint: Checkpoint
    note: SignedNote
    """With the log's signatures and this witness's."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two checkpoints of one log that contradict each other, or do until the log shows a proof."""

    origin: str
    proved: bool
    ours: str
    """The one this witness has cosigned."""
    theirs: str
    at: datetime


class Memory:
    """The memory of a witness; a process may share it among its threads, and several processes may share the file."""

    def __init__(self, folder: Path) -> None:
        """Open the memory in *folder*, an empty one where there is none."""
        self._lock = Lock()
        self._connection = sqlite3.connect(folder / FILE, timeout=20, isolation_level=None, check_same_thread=False)
        (folder / FILE).chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        with self._alone():
            for statement in _SCHEMA:
                self._connection.execute(statement)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def cosign(self, asked: Asked, cosigners: Sequence[Cosigner], now: datetime) -> tuple[Signature, ...] | Refused:
        """Decide, keep, and only then give our signatures on the checkpoint; or say why not.

        What is read is compared and written in one transaction that has the file for itself, so of two requests at
        once the later one meets what the earlier one left. On return of signatures all of it is on the disk.
        """
        with self._alone():
            latest = self._latest(asked.checkpoint.origin)
            self._notice_two_roots(asked, now)
            refused = weigh(asked, latest.checkpoint if latest else None)
            if refused is not None:
                unproved = refused.status is Status.NOT_CONSISTENT
                if latest and unproved and asked.checkpoint.size > latest.checkpoint.size:
                    self._keep_clash(asked, latest.note, now, proved=False)
                return refused
            lines = tuple(cosigner.cosign(asked.note.text, now) for cosigner in cosigners)
            self._keep(asked, "".join(line.encode() for line in lines))
        return lines

    def latest(self, origin: str) -> Latest | None:
        """Give the latest checkpoint cosigned for *origin*."""
        with self._lock:
            return self._latest(origin)

    def all_latest(self) -> list[Latest]:
        """Give the latest checkpoint of every log, by origin."""
        with self._lock:
            found = self._connection.execute("SELECT origin FROM latest ORDER BY origin").fetchall()
            known = [self._latest(origin) for (origin,) in found]
        return [latest for latest in known if latest is not None]

    def clashes(self) -> list[Clash]:
        """Give every pair kept, the oldest first."""
        with self._lock:
            rows = self._connection.execute("SELECT origin, proved, ours, theirs, at FROM clash ORDER BY id").fetchall()
        return [
            Clash(origin, bool(proved), ours, theirs, datetime.fromisoformat(at))
            for origin, proved, ours, theirs, at in rows
        ]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the file for one change: it is durable when the block has ended, or nothing of it is."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _latest(self, origin: str) -> Latest | None:
        row = self._connection.execute("SELECT note, cosigned FROM latest WHERE origin = ?", [origin]).fetchone()
        if row is None:
            return None
        note = SignedNote.parse(row[0] + row[1])
        return Latest(Checkpoint.parse(note.text), note)

    def _keep(self, asked: Asked, cosigned: str) -> None:
        checkpoint, note = asked.checkpoint, asked.note.encode()
        row = (checkpoint.origin, checkpoint.size, checkpoint.root, note)
        self._connection.execute("INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?)", [*row, cosigned])
        kept = self._connection.execute(
            "INSERT OR IGNORE INTO seen (origin, size, root, note) VALUES (?, ?, ?, ?)", row
        )
        if kept.rowcount and kept.lastrowid:
            self._connection.execute("DELETE FROM seen WHERE id <= ?", [kept.lastrowid - MOST_SEEN])

    def _notice_two_roots(self, asked: Asked, now: datetime) -> None:
        """Keep the pair where the log has signed another root for a size that was cosigned before."""
        where = [asked.checkpoint.origin, asked.checkpoint.size, asked.checkpoint.root]
        row = self._connection.execute(
            "SELECT note FROM seen WHERE origin = ? AND size = ? AND root <> ?", where
        ).fetchone()
        if row is not None:
            self._keep_clash(asked, SignedNote.parse(row[0]), now, proved=True)

    def _keep_clash(self, asked: Asked, ours: SignedNote, now: datetime, *, proved: bool) -> None:
        (count,) = self._connection.execute("SELECT count(*) FROM clash WHERE proved = ?", [proved]).fetchone()
        if count < MOST_CLASHES:
            row = (asked.checkpoint.origin, proved, ours.encode(), asked.note.encode(), now.astimezone(UTC).isoformat())
            self._connection.execute(
                "INSERT OR IGNORE INTO clash (origin, proved, ours, theirs, at) VALUES (?, ?, ?, ?, ?)", row
            )

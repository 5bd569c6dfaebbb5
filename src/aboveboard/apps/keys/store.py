"""The embedded key store: one SQLite file with wrapped keys and blind tokens, overwritten when shredded.

    wrapped_key (owner, kind, part) -> key under the root key, and the fingerprint of the root that wraps it
    token (token, subject)          -> the blind search index, rebuilt from the facts
    suppressed (token)              -> keyed tokens of the erased, so that a cell that was set back knows them again

A process uses one connection a thread; write-ahead log, synchronous FULL, secure_delete.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aboveboard.apps.keys.together import Together
from aboveboard.core.envelope.keys import KeyKind, fingerprint, new_key, unwrap, wrap
from aboveboard.core.errors import KeyUnavailable, NotVerified, Shredded

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL = bytes(16)
_CHUNK = 500
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS wrapped_key (
    owner BLOB NOT NULL, kind INTEGER NOT NULL, part TEXT NOT NULL, wrapped BLOB NOT NULL, root TEXT NOT NULL,
    PRIMARY KEY (owner, kind, part)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS token (
    token INTEGER NOT NULL, subject BLOB NOT NULL, PRIMARY KEY (token, subject)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS suppressed (
    token BLOB NOT NULL PRIMARY KEY, erased_on TEXT NOT NULL) WITHOUT ROWID""",
)


class KeyStore:
    """Wrapped keys and blind tokens of one cell, in the file at *path*."""

    def __init__(self, path: Path, cell: str, root_key: bytes) -> None:
        """Open the store of *cell* under *root_key*; the file is made if it is not there."""
        self.path, self.cell = path, cell
        self._root, self._root_name = root_key, fingerprint(root_key)
        self._own = threading.local()
        self._cell_keys: dict[tuple[KeyKind, str], bytes] = {}
        self._indexing = Together(self._index)
        with self._writing() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)

    # -- keys ---------------------------------------------------------------------------------------------------

    def key(self, kind: KeyKind, owner: bytes, part: str = "") -> bytes:
        """Give one key.

        Raises:
            Shredded: when there is none (any more).
        """
        row = self._all("SELECT wrapped FROM wrapped_key WHERE owner=? AND kind=? AND part=?", (owner, kind, part))
        if not row:
            raise Shredded("The key of what was asked for has been shredded, or was never made.")
        return self._unwrap(row[0][0], kind, owner, part)

    def keys_of(self, kind: KeyKind, owner: bytes) -> dict[str, bytes]:
        """Give every key of *kind* that *owner* has, by part."""
        rows = self._all("SELECT part, wrapped FROM wrapped_key WHERE owner=? AND kind=?", (owner, kind))
        return {part: self._unwrap(wrapped, kind, owner, part) for part, wrapped in rows}

    def keys(self, kind: KeyKind, owners: Sequence[bytes]) -> dict[tuple[bytes, str], bytes]:
        """Give every key of *kind* that *owners* have, by owner and part; who has none is missing."""
        found = {}
        for start in range(0, len(owners), _CHUNK):
            chunk = owners[start : start + _CHUNK]
            # A join with the owners named takes two thirds of the time of `IN`. All keys come in one row, because
            # after every row the driver lets other threads go first.
            query = (
                f"WITH named(owner) AS (VALUES {','.join(['(?)'] * len(chunk))})"
                " SELECT group_concat(hex(k.owner) || ':' || hex(part) || ':' || hex(wrapped))"
                " FROM named CROSS JOIN wrapped_key AS k ON k.owner=named.owner AND k.kind=?"
            )
            together: str | None = self._all(query, (*chunk, int(kind)))[0][0]
            for one in together.split(",") if together else ():
                owner, part, wrapped = map(bytes.fromhex, one.split(":"))
                name = part.decode()
                found[owner, name] = self._unwrap(wrapped, kind, owner, name)
        return found

    def make(self, kind: KeyKind, owner: bytes, part: str = "") -> bytes:
        """Give the key of *owner*, made on first use; two makers at once get the same."""
        self.make_many([(kind, owner, part)])
        return self.key(kind, owner, part)

    def make_many(self, wanted: Iterable[tuple[KeyKind, bytes, str]]) -> None:
        """Make those of the *wanted* keys that do not exist, in one durable transaction."""
        rows = [
            (
                owner,
                int(kind),
                part,
                wrap(self._root, new_key(), self.cell, kind, owner, part),
                self._root_name,
            )
            for kind, owner, part in wanted
        ]
        with self._writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO wrapped_key VALUES (?,?,?,?,?)", rows)

    def put_many(self, fresh: Iterable[tuple[KeyKind, bytes, str, bytes]], tokens: Iterable[tuple[int, bytes]]) -> None:
        """Keep keys made elsewhere for new owners, and their tokens, in one durable transaction."""
        rows = [
            (owner, int(kind), part, wrap(self._root, key, self.cell, kind, owner, part), self._root_name)
            for kind, owner, part, key in fresh
        ]
        with self._writing() as connection:
            connection.executemany("INSERT INTO wrapped_key VALUES (?,?,?,?,?)", rows)
            connection.executemany("INSERT OR IGNORE INTO token VALUES (?,?)", sorted(tokens))

    def cell_key(self, kind: KeyKind, part: str = "") -> bytes:
        """Give a key of the cell itself, made on first use and kept in memory."""
        known = self._cell_keys.get((kind, part))
        if known is None:
            known = self._cell_keys[kind, part] = self._cell_key(kind, part)
        return known

    def _cell_key(self, kind: KeyKind, part: str) -> bytes:
        try:
            return self.key(kind, CELL, part)
        except Shredded:
            return self.make(kind, CELL, part)

    def actor_key(self, staff: bytes) -> bytes:
        """Give K_actor of an employee, made on first use."""
        try:
            return self.key(KeyKind.ACTOR, staff)
        except Shredded:
            return self.make(KeyKind.ACTOR, staff)

    def shred(self, owner: bytes, kind: KeyKind, part: str | None = None, tokens: Iterable[int] = ()) -> int:
        """Shred the keys of *owner* (one part or all) with the search tokens given; how many went.

        On return the rows are overwritten and the write-ahead log holds nothing of them.
        """
        with self._writing() as connection:
            if part is None:
                done = connection.execute("DELETE FROM wrapped_key WHERE owner=? AND kind=?", (owner, kind))
            else:
                where = "DELETE FROM wrapped_key WHERE owner=? AND kind=? AND part=?"
                done = connection.execute(where, (owner, kind, part))
            connection.executemany("DELETE FROM token WHERE token=? AND subject=?", [(t, owner) for t in tokens])
        self.settle()
        return done.rowcount

    def shred_many(self, owners: Sequence[bytes], kind: KeyKind, tokens: Iterable[tuple[int, bytes]] = ()) -> int:
        """Shred every key of *kind* that *owners* have, with the search tokens given; how many went."""
        with self._writing() as connection:
            where = "DELETE FROM wrapped_key WHERE owner=? AND kind=?"
            done = connection.executemany(where, [(owner, kind) for owner in owners])
            connection.executemany("DELETE FROM token WHERE token=? AND subject=?", list(tokens))
        self.settle()
        return done.rowcount

    def shred_parts(
        self, parts: Iterable[tuple[bytes, str]], kind: KeyKind, tokens: Iterable[tuple[int, bytes]]
    ) -> int:
        """Shred single keys of *kind* by owner and part, with the search tokens given; how many went."""
        with self._writing() as connection:
            where = "DELETE FROM wrapped_key WHERE owner=? AND kind=? AND part=?"
            done = connection.executemany(where, [(owner, kind, part) for owner, part in parts])
            connection.executemany("DELETE FROM token WHERE token=? AND subject=?", list(tokens))
        self.settle()
        return done.rowcount

    def settle(self) -> None:
        """Move everything out of the write-ahead log and empty it, so that no shredded key lies there."""
        for _ in range(50):
            busy = self._all("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
            if not busy:
                return
        raise KeyUnavailable("The key store is in use; the shredded key was deleted, its log not yet emptied.")

    def owners(self, kind: KeyKind) -> "Iterator[bytes]":
        """Give every owner that has a key of *kind*."""
        for (owner,) in self._connection().execute("SELECT DISTINCT owner FROM wrapped_key WHERE kind=?", (kind,)):
            yield owner

    def has(self, kind: KeyKind, owner: bytes) -> bool:
        """Tell whether *owner* has any key of *kind*."""
        return bool(self._all("SELECT 1 FROM wrapped_key WHERE owner=? AND kind=? LIMIT 1", (owner, kind)))

    # -- the blind index ----------------------------------------------------------------------------------------

    def index(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Add tokens of subjects to the search index, together with what other threads add at the same time."""
        self._indexing.add(rows)

    def _index(self, rows: list[tuple[int, bytes]]) -> None:
        with self._writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO token VALUES (?,?)", rows)

    def unindex(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Take tokens of subjects out of the search index."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM token WHERE token=? AND subject=?", list(rows))

    def tokens_after(self, after: tuple[int, bytes], most: int) -> list[tuple[int, bytes]]:
        """Give at most so many tokens with their subjects, in the order of the index, behind *after*."""
        query = "SELECT token, subject FROM token WHERE (token, subject) > (?, ?) ORDER BY token, subject LIMIT ?"
        return [(token, bytes(subject)) for token, subject in self._all(query, (*after, most))]

    def find(self, tokens: Sequence[int], limit: int) -> list[bytes]:
        """Give at most *limit* subjects that have all *tokens*."""
        if not tokens:
            return []
        query = "SELECT subject FROM token WHERE token=?"
        query += " AND subject IN (SELECT subject FROM token WHERE token=?)" * (len(tokens) - 1)
        return [row[0] for row in self._all(f"{query} LIMIT ?", (*tokens, limit))]

    def subjects_of(self, tokens: Sequence[int]) -> dict[int, list[bytes]]:
        """Give the subjects of each of *tokens*; a token nobody has is missing."""
        found: dict[int, list[bytes]] = {}
        for start in range(0, len(tokens), _CHUNK):
            chunk = tokens[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            for token, subject in self._all(f"SELECT token, subject FROM token WHERE token IN ({marks})", chunk):
                found.setdefault(token, []).append(subject)
        return found

    def has_token(self, tokens: Sequence[int], subject: bytes) -> bool:
        """Tell whether *subject* is found under any of *tokens*."""
        query = "SELECT 1 FROM token WHERE token=? AND subject=?"
        return any(self._all(query, (token, subject)) for token in tokens)

    def phones_indexed(self) -> bool:
        """Tell whether every telephone number held is in the index: stores of an older program begin without them."""
        return bool(self._all("PRAGMA user_version")[0][0])

    def say_phones_indexed(self) -> None:
        """Keep that every telephone number held is in the index."""
        with self._writing() as connection:
            connection.execute("PRAGMA user_version=1")

    # -- the erased ---------------------------------------------------------------------------------------------

    def suppress(self, tokens: Iterable[bytes], on: date) -> None:
        """Keep suppression tokens of an erased person."""
        with self._writing() as connection:
            rows = [(token, on.isoformat()) for token in tokens]
            connection.executemany("INSERT OR IGNORE INTO suppressed VALUES (?,?)", rows)

    def suppressed(self) -> list[tuple[bytes, date]]:
        """Give every suppression token, with the day of the erasure."""
        found = self._all("SELECT token, erased_on FROM suppressed")
        return [(bytes(token), date.fromisoformat(day)) for token, day in found]

    def unindex_beginning(self, heads: Sequence[bytes]) -> int:
        """Take every token out whose subject begins with one of *heads* (4 bytes); it reads the whole index."""
        marks = ",".join("?" * len(heads))
        with self._writing() as connection:
            return connection.execute(f"DELETE FROM token WHERE substr(subject, 1, 4) IN ({marks})", heads).rowcount

    # -- the file -----------------------------------------------------------------------------------------------

    def rotate_root(self, new_root: bytes, batch: int = 2000) -> int:
        """Wrap every key anew under *new_root*; after a crash the same call goes on. How many were wrapped."""
        done, name = 0, fingerprint(new_root)
        query = "SELECT owner, kind, part, wrapped FROM wrapped_key WHERE root<>? LIMIT ?"
        while rows := self._all(query, (name, batch)):
            fresh = []
            for owner, kind, part, wrapped in rows:
                key = self._unwrap(wrapped, KeyKind(kind), owner, part)
                fresh.append((wrap(new_root, key, self.cell, KeyKind(kind), owner, part), name, owner, kind, part))
            with self._writing() as connection:
                connection.executemany(
                    "UPDATE wrapped_key SET wrapped=?, root=? WHERE owner=? AND kind=? AND part=?", fresh
                )
            done += len(fresh)
        self._root, self._root_name = new_root, name
        self.settle()
        return done

    def backup(self, target: Path) -> None:
        """Copy the store to *target*, consistently."""
        with closing(sqlite3.connect(target)) as copy:
            self._connection().backup(copy)

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            self._own.connection = None

    def _unwrap(self, wrapped: bytes, kind: KeyKind, owner: bytes, part: str) -> bytes:
        try:
            return unwrap(self._root, wrapped, self.cell, kind, owner, part)
        except NotVerified:
            raise KeyUnavailable("The root key does not fit the key store; put the right one back.") from None

    def _all(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._connection().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise KeyUnavailable(f"The key store does not answer ({type(error).__name__}).") from None

    @contextmanager
    def _writing(self) -> "Iterator[sqlite3.Connection]":
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.rollback()
            raise KeyUnavailable(f"The key store cannot be written ({type(error).__name__}).") from None
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise

    def _connection(self) -> sqlite3.Connection:
        # A connection belongs to one thread of one process; a forked child must open its own.
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None or self._own.process != os.getpid():
            try:
                connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
                for pragma in (
                    "journal_mode=WAL",
                    "synchronous=FULL",
                    "secure_delete=ON",
                    "cache_size=-65536",
                ):
                    connection.execute(f"PRAGMA {pragma}")
            except sqlite3.Error as error:
                raise KeyUnavailable(f"The key store cannot be opened ({type(error).__name__}).") from None
            self._own.connection, self._own.process = connection, os.getpid()
        return connection


def summary(store: KeyStore) -> Mapping[str, int]:
    """Count the keys of each kind, for ``aboveboard doctor``."""
    rows = store._all("SELECT kind, count(*) FROM wrapped_key GROUP BY kind")  # noqa: SLF001 - same room
    return {KeyKind(kind).name.lower(): count for kind, count in rows}

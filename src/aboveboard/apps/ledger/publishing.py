"""Publishing: tiles and bundles as files that never change, then the checkpoint, then the head kept outside.

    home/log/tile/...        immutable, written to a temporary name, synced, renamed, the folder synced
    home/log/trust           the log's keys, replaced when they change
    home/log/checkpoint      replaced at each batch, last; cosignatures of witnesses come to it later
    outside/head             the last signed checkpoint, outside the home and every backup of it

The outside head is written before the checkpoint is published: a checkpoint that anyone may have seen is always
known outside, so a database that was set back is noticed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

from aboveboard.apps.files.durable import lay_beside, sync_folder, write_file
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger import signers
from aboveboard.apps.ledger.actions import CELL, OUTSIDE_HEAD
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.note import SignedNote, Signer
from aboveboard.core.tlog.tiles import (
    TILE_WIDTH,
    Growth,
    Tile,
    TileBuilder,
    bundles_for,
    encode_bundle,
    read_bundle,
)
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy


class RolledBack(NotVerified):
    """The database stands behind, or beside, a head this log has already signed."""

    code = "rolled_back"


def log_folder() -> Path:
    """Give the folder that any static server may publish."""
    return Path(settings.OPTIONS.home) / "log"


def checkpoint_path() -> Path:
    """Give the file of the published checkpoint."""
    return log_folder() / "checkpoint"


@contextmanager
def checkpoint_in_hand() -> Iterator[None]:
    """Hold the checkpoint's file alone for the rename in the block.

    The sequencer replaces it by a newer one, whoever asks witnesses by the same one with cosignatures: neither undoes
    what the other has written.
    """
    descriptor = os.open(Path(settings.OPTIONS.home) / "checkpoint.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def outside_head_path() -> Path:
    """Give the file of the last signed head, outside the home."""
    return Path(settings.OPTIONS.outside) / OUTSIDE_HEAD


def trust_path() -> Path:
    """Give the file that names the log's keys."""
    return log_folder() / "trust"


def log_signer(origin: str) -> Signer:
    """Give the log's key in force for *origin*, made on first use: it signs all but checkpoints alone."""
    return signers.signer_in_force(origin)


def log_origin() -> str:
    """Give the origin under which this cell's log signs now."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT origin FROM ledger_cell WHERE id = 1")
        row = cursor.fetchone()
    if row is None:
        raise Invalid("The cell is not founded yet; run `aboveboard init`.")
    return str(row[0])


def stored_leaves(start: int, end: int) -> list[bytes]:
    """Give the public bytes of leaves start..end-1 from the database."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_leaf WHERE seq >= %s AND seq < %s ORDER BY seq", [start, end])
        return [bytes(data) for (data,) in cursor.fetchall()]


def stored_head() -> tuple[int, bytes]:
    """Give size and root as the database has them."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT size, root FROM ledger_head WHERE id = 1")
        row = cursor.fetchone()
    if row is None:
        raise Invalid("The cell is not founded yet; run `aboveboard init`.")
    return int(row[0]), bytes(row[1])


class Publisher:
    """Signs and publishes what is durable in the database."""

    def __init__(self) -> None:
        """Check that the database extends the last head signed before anything is signed anew.

        Raises:
            RolledBack: when it does not.
        """
        self.origin = log_origin()
        self.signers = signers.checkpoint_signers(self.origin)
        self.tiles = FileTiles(log_folder())
        self.published = check_not_rolled_back(self.origin)

    def publish(self, old_size: int, growth: Growth, leaves: list[bytes]) -> None:
        """Write what grew from *old_size* to the new size, whose *leaves* are given, then the checkpoint."""
        self._write_bundles(old_size, growth.builder.size, leaves)
        # Tiles nobody refers to yet; a crash here has them written again, byte for byte.
        for tile, data in growth.tiles:
            self.tiles.put(tile.path, data)
        self.tiles.settle()
        self._sign(growth.builder.size, growth.root)

    def require_extends(self, size: int) -> None:
        """Refuse to go on from *size* unless it is exactly what was signed last.

        Raises:
            RolledBack: when the database was exchanged while this process ran.
        """
        if self.published is not None and self.published.size != size:
            raise RolledBack(
                f"The database stands at {size} entries, but {self.published.size} were signed: it was exchanged"
                " under a running sequencer. Nothing is signed on it."
            )

    def catch_up(self) -> None:
        """Publish what the database holds beyond the last published checkpoint, or beyond nothing."""
        size, root = stored_head()
        # The checkpoint's own size counts, not the head's: a crash between the two leaves an older one standing.
        if self.published is not None and self.published.size == size == self._published_size():
            if not self._signed_by_all():
                self._sign(size, root)
            self._write_trust()
            return
        start = self._published_size() // TILE_WIDTH * TILE_WIDTH
        builder = TileBuilder.load(self.tiles.get, start) if start else TileBuilder()
        while start < size:
            end = min(size, start - start % TILE_WIDTH + 64 * TILE_WIDTH)
            leaves = stored_leaves(start, end)
            growth = builder.extend(map(leaf_hash, leaves))
            self._write_bundles(start, end, leaves)
            for tile, data in growth.tiles:
                self.tiles.put(tile.path, data)
            builder, start = growth.builder, end
        self.tiles.settle()
        if builder.root() != root:
            raise NotVerified("The leaves in the database do not make the root in its head; run `aboveboard doctor`.")
        self._sign(size, root)

    def _published_size(self) -> int:
        """Give how far the files reach, by the checkpoint that stands among them."""
        try:
            note = checkpoint_path().read_bytes()
            return open_checkpoint(note, signers.own_verifiers(self.origin), self.origin).size
        except (FileNotFoundError, Invalid, NotVerified):
            return 0

    def _signed_by_all(self) -> bool:
        """Tell whether each key that signs now stands under the checkpoint: one may have come since."""
        lines = SignedNote.parse(checkpoint_path().read_bytes()).signatures
        return {signer.key.key_id for signer in self.signers} <= {line.key_id for line in lines}

    def _write_trust(self) -> None:
        """Say which keys the log has, where that is not what is said."""
        logs = tuple(Log(key) for key in signers.trusted_keys(self.origin))
        data = TrustPolicy(logs, (), (), NO_QUORUM).encode()
        if self.tiles.get(trust_path().name) != data:
            write_file(trust_path(), data)

    def _write_bundles(self, old_size: int, new_size: int, leaves: list[bytes]) -> None:
        for bundle in bundles_for(old_size, new_size):
            span = bundle.span
            inside = leaves[max(0, span.start - old_size) : span.stop - old_size]
            missing = old_size - span.start
            if missing > 0:
                # The bundle began in an earlier batch: its first entries stand in the partial one of that size.
                inside = read_bundle(self.tiles.get, Tile(bundle.level, bundle.index, missing)) + inside
            self.tiles.put(bundle.path, encode_bundle(inside))

    def _sign(self, size: int, root: bytes) -> None:
        before = [signer.key for signer in self.signers]
        # Anew each time: a rotation may have taken effect, or its overlap have ended.
        self.signers = signers.checkpoint_signers(self.origin)
        data = sign_checkpoint(Checkpoint(self.origin, size, root), *self.signers).encode().encode()
        write_file(outside_head_path(), data)
        if before != [signer.key for signer in self.signers] or not trust_path().exists():
            self._write_trust()
        fresh = lay_beside(checkpoint_path(), data)
        with checkpoint_in_hand():
            fresh.replace(checkpoint_path())
        sync_folder(log_folder())
        self.published = Checkpoint(self.origin, size, root)


def check_not_rolled_back(origin: str) -> Checkpoint | None:
    """Hold the database against the last signed head outside; that head, or None where nothing was signed yet.

    Raises:
        RolledBack: when the database is shorter than that head, or has another root at its size.
    """
    path = outside_head_path()
    if not path.exists():
        if stored_head()[0]:
            raise RolledBack(
                "The last signed head is missing from ABOVEBOARD_OUTSIDE. Put it back from the published checkpoint,"
                " or declare a gap with `aboveboard recover --declare-gap`."
            )
        return None
    signed = open_checkpoint(path.read_bytes(), signers.own_verifiers(origin), origin)
    size, _ = stored_head()
    if size < signed.size:
        raise RolledBack(
            f"The database holds {size} entries, but a log of {signed.size} was already signed: it has been set back."
            " Restore a newer copy, or declare the gap with `aboveboard recover --declare-gap`."
        )
    if root_at(signed.size) != signed.root:
        raise RolledBack(
            f"The first {signed.size} entries of the database are not those that were signed: they were changed."
            " Restore an unchanged copy, or declare the gap with `aboveboard recover --declare-gap`."
        )
    return signed


def root_at(size: int) -> bytes:
    """Give the root of the first *size* leaves of the database, hashed anew."""
    builder, at = TileBuilder(), 0
    while at < size:
        end = min(size, at + 64 * TILE_WIDTH)
        builder = builder.extend(map(leaf_hash, stored_leaves(at, end))).builder
        if builder.size != end:
            raise RolledBack("Leaves are missing from the database.")
        at = end
    return builder.root()

"""What the log has published, read from its folder and from nowhere else."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.confirmed import WITNESSED, WITNESSING
from aboveboard.apps.ledger.publishing import log_folder, log_signer, trust_path
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import UNTOLD, Tally
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.note import SignedNote, VerifierKey
from aboveboard.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, parse_path, read_bundle
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy
from aboveboard.core.tlog.trust import Log as TrustedLog


@dataclass(frozen=True, slots=True)
class Head:
    """The last checkpoint as it was signed, and the log's keys, the one in force first."""

    note: bytes
    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]

    @property
    def vkey(self) -> str:
        """The key in force, as text."""
        return self.keys[0].encode()

    @property
    def trust(self) -> bytes:
        """The keys as a trust policy (c2sp.org/tlog-policy) without witnesses."""
        return TrustPolicy(tuple(TrustedLog(key) for key in self.keys), (), (), NO_QUORUM).encode()


def checkpoint_bytes() -> bytes | None:
    """Give the signed checkpoint as it lies in the log's folder; None before the first."""
    return FileTiles(log_folder()).get("checkpoint")


def witnessed_bytes() -> bytes | None:
    """Give the newest checkpoint that the witnesses' quorum has cosigned; None before the first."""
    return FileTiles(log_folder()).get(WITNESSED)


def witnessing_bytes() -> bytes | None:
    """Give what the log says of its witnesses, as it was signed; None where it has never said anything."""
    return FileTiles(log_folder()).get(WITNESSING)


def tile_bytes(place: str) -> bytes | None:
    """Give a tile or an entry bundle by its path below the prefix; None for any other path, and where there is none."""
    try:
        return FileTiles(log_folder()).get(parse_path(f"tile/{place}").path)
    except Invalid:
        return None


def head() -> Head | None:
    """Give the last checkpoint with the keys it verifies under; None before the first.

    Raises:
        NotVerified: when the file does not carry this log's own signature.
        KeyUnavailable: when the key store does not answer.
    """
    note = checkpoint_bytes()
    if note is None:
        return None
    origin = Checkpoint.parse(SignedNote.parse(note).text).origin
    keys = _keys_of(origin)
    return Head(note, open_checkpoint(note, [Verifier(key) for key in keys], origin), keys)


def _keys_of(origin: str) -> tuple[VerifierKey, ...]:
    """Give the log's keys as they lie beside the checkpoint; what the sequencer has not written yet, the key store."""
    said = FileTiles(log_folder()).get(trust_path().name)
    if said is not None:
        return tuple(log.key for log in TrustPolicy.parse(said).logs if log.key.name == origin)
    return (_first_key(log_folder(), origin),)


def tally_of(head: Head) -> Tally:
    """Give what the last line of the published log says of sealed lines; nothing where it cannot be read."""
    size = head.checkpoint.size
    bundle = Tile(ENTRIES, (size - 1) // TILE_WIDTH, (size - 1) % TILE_WIDTH + 1)
    try:
        last = IndexLeaf.decode_if(read_bundle(FileTiles(log_folder()).get, bundle)[-1]) if size else None
    except (Invalid, NotVerified):
        last = None
    return UNTOLD if last is None else last.tally


@lru_cache(maxsize=8)
def _first_key(_folder: Path, origin: str) -> VerifierKey:
    return log_signer(origin).key

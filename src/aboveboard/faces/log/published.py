"""What the log has published, read from its folder and from nowhere else."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.publishing import log_folder, log_signer
from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint
from aboveboard.core.tlog.note import NoteVerifier, SignedNote, VerifierKey
from aboveboard.core.tlog.tiles import parse_path
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy
from aboveboard.core.tlog.trust import Log as TrustedLog


@dataclass(frozen=True, slots=True)
class Head:
    """The last checkpoint as it was signed, and the key that signed it."""

    note: bytes
    checkpoint: Checkpoint
    vkey: str

    @property
    def trust(self) -> bytes:
        """The key as a trust policy (c2sp.org/tlog-policy) without witnesses."""
        return TrustPolicy((TrustedLog(VerifierKey.parse(self.vkey)),), (), (), NO_QUORUM).encode()


def checkpoint_bytes() -> bytes | None:
    """Give the signed checkpoint as it lies in the log's folder; None before the first."""
    return FileTiles(log_folder()).get("checkpoint")


def tile_bytes(place: str) -> bytes | None:
    """Give a tile or an entry bundle by its path below the prefix; None for any other path, and where there is none."""
    try:
        return FileTiles(log_folder()).get(parse_path(f"tile/{place}").path)
    except Invalid:
        return None


def head() -> Head | None:
    """Give the last checkpoint with the key it verifies under; None before the first.

    Raises:
        NotVerified: when the file does not carry this log's own signature.
        KeyUnavailable: when the key store does not answer.
    """
    note = checkpoint_bytes()
    if note is None:
        return None
    origin = Checkpoint.parse(SignedNote.parse(note).text).origin
    vkey = _vkey(log_folder(), origin)
    return Head(note, open_checkpoint(note, NoteVerifier.from_vkey(vkey), origin), vkey)


@lru_cache(maxsize=8)
def _vkey(_folder: Path, origin: str) -> str:
    return log_signer(origin).vkey

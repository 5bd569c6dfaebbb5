"""The keys a log signs with: which there are, under which name each lies in the key store, and how it signs.

""           the first key, Ed25519; it lies under the log's origin
"2", "3"     those that followed it, Ed25519
"ml-dsa-44"  the post-quantum key beside them (FIPS 204), in the form of a cosignature (c2sp.org/tlog-checkpoint)
"""

from datetime import UTC, datetime

from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import KeyType, NoteSigner, Signature, Signer

POST_QUANTUM = "ml-dsa-44"


def part_of(origin: str, which: str) -> str:
    """Name the part of the key store that holds the key *which* of the log *origin*."""
    # No origin holds a space, so no part is taken for the first key of another log.
    return f"{origin} {which}" if which else origin


def signer_of(origin: str, which: str, seed: bytes) -> Signer:
    """Give the signer of *seed* as the key *which* of the log *origin*."""
    return _PostQuantumSigner(origin, seed) if which == POST_QUANTUM else NoteSigner(origin, seed)


class _PostQuantumSigner:
    """Signs checkpoints with ML-DSA-44, type 0x06, in the log's own name."""

    def __init__(self, origin: str, seed: bytes) -> None:
        self._cosigner = Cosigner(origin, seed, KeyType.MLDSA44_COSIGNATURE)
        self.key = self._cosigner.key

    @property
    def vkey(self) -> str:
        return self._cosigner.vkey

    def sign(self, text: str) -> Signature:
        return self._cosigner.cosign(text, datetime.now(UTC))

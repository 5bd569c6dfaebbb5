"""Cosignatures (c2sp.org/tlog-cosignature): a witness saw a checkpoint, and it was consistent."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aboveboard.core.errors import Invalid, NotVerified, expect, require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SEED_SIZE, KeyType, Signature, VerifierKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

COSIGNATURE_TYPES = frozenset({KeyType.ED25519_COSIGNATURE, KeyType.MLDSA44_COSIGNATURE})

_TIMESTAMP_SIZE = 8
# Where the library is too old, or was built without ML-DSA (FIPS 204).
_NO_MLDSA = "the installed cryptography package has no ML-DSA-44"
# The end of the year 9999. The format allows up to 2^63 - 1, and lets a verifier refuse times in the future.
_LATEST = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def _private_key(key_type: KeyType, seed: bytes) -> "Ed25519PrivateKey | MLDSA44PrivateKey":
    if key_type is KeyType.ED25519_COSIGNATURE:
        return Ed25519PrivateKey.from_private_bytes(seed)
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

        return MLDSA44PrivateKey.from_seed_bytes(seed)
    except (ImportError, UnsupportedAlgorithm):
        raise Invalid(_NO_MLDSA) from None


# Of one of two classes, and the second may not be there.
def _public_key(key: VerifierKey) -> Any:
    if key.key_type is not KeyType.MLDSA44_COSIGNATURE:
        return Ed25519PublicKey.from_public_bytes(key.public_key)
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        return MLDSA44PublicKey.from_public_bytes(key.public_key)
    except (ImportError, UnsupportedAlgorithm):
        raise Invalid(_NO_MLDSA) from None


def _signed_message(key: VerifierKey, timestamp: int, text: str) -> bytes:
    """Give the bytes that the cosigner *key* signs for the checkpoint *text*."""
    if key.key_type is KeyType.ED25519_COSIGNATURE:  # tlog-cosignature, Ed25519 signed message
        return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
    # tlog-cosignature, ML-DSA-44 signed message:
    # "subtree/v1\n\0" || u8 length, cosigner || u64 time || u8 length, origin || u64 start || u64 end || hash
    checkpoint = Checkpoint.parse(text)
    time, start, end = (number.to_bytes(8, "big") for number in (timestamp, 0, checkpoint.size))  # it begins at 0
    return b"subtree/v1\n\0" + _short(key.name) + time + _short(checkpoint.origin) + start + end + checkpoint.root


def _short(name: str) -> bytes:
    """Write a name with its length in front, opaque<1..2^8-1> (RFC 8446 section 3.4)."""
    encoded = name.encode()
    expect(len(encoded) < 1 << 8, "a name is too long to be cosigned with ML-DSA-44")
    return bytes([len(encoded)]) + encoded


class Cosigner:
    """Cosigns checkpoints as a witness does, or as a log that signs in the ML-DSA-44 form.

    Every Ed25519 cosigner needs a key of its own: its signed message does not hold the cosigner's name.
    """

    def __init__(self, name: str, seed: bytes, key_type: KeyType = KeyType.ED25519_COSIGNATURE) -> None:
        """Take the key's *name*, its 32-byte seed and its type, one of `COSIGNATURE_TYPES`."""
        expect(key_type in COSIGNATURE_TYPES, "the key is of a type that does not cosign checkpoints")
        if len(seed) != SEED_SIZE:
            raise Invalid("a seed is not 32 bytes long")
        self._private_key = _private_key(key_type, seed)
        self.key = VerifierKey.made(name, key_type, self._private_key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public key as text, for those who verify."""
        return self.key.encode()

    def cosign(self, text: str, at: datetime) -> Signature:
        """Sign the checkpoint *text* as seen *at* that time; the caller has checked its consistency."""
        Checkpoint.parse(text)
        if at.tzinfo is None or at.timestamp() < 1:
            raise Invalid("a cosignature needs an aware time after 1970")
        timestamp = int(at.timestamp())
        signature = self._private_key.sign(_signed_message(self.key, timestamp, text))
        return Signature(self.key.name, self.key.key_id, timestamp.to_bytes(8, "big") + signature)


@dataclass(frozen=True)
class Verifier:
    """Checks the signatures of one key: notes (type 0x01), or cosignatures (Ed25519: 0x04, ML-DSA-44: 0x06)."""

    key: VerifierKey

    def __post_init__(self) -> None:
        """Refuse a key that this installation cannot check."""
        _public_key(self.key)

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Make the verifier from its vkey text."""
        return cls(VerifierKey.parse(vkey))

    def verify(self, text: str, signature: bytes) -> None:
        """Raise NotVerified unless *signature* (without key id; a cosignature's time included) is this key's."""
        message = text.encode()  # signed-note, Ed25519 signatures
        if self.key.key_type in COSIGNATURE_TYPES:
            message = _signed_message(self.key, _timestamp_of(signature), text)
            signature = signature[_TIMESTAMP_SIZE:]
        try:
            _public_key(self.key).verify(signature, message)
        except InvalidSignature:
            raise NotVerified(f"the signature of key {self.key.key_id.hex()} does not verify") from None


# timestamped_signature (tlog-cosignature, Format): u64 timestamp || signature
def _timestamp_of(signature: bytes) -> int:
    timestamp = int.from_bytes(signature[:_TIMESTAMP_SIZE], "big")
    require(len(signature) > _TIMESTAMP_SIZE and timestamp <= _LATEST, "a cosignature is short, or past the year 9999")
    return timestamp


def cosigned_at(cosignature: Signature) -> datetime | None:
    """Tell when a verified cosignature was made; None where the cosigner states no time."""
    timestamp = _timestamp_of(cosignature.signature)
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None


def verifier_if_any(key: VerifierKey) -> Verifier | None:
    """Give what checks a key's signatures; None where this installation cannot check that type."""
    try:
        return Verifier(key)
    except Invalid:
        return None

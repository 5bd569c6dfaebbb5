"""Cosignatures (c2sp.org/tlog-cosignature): a witness saw a checkpoint, and it was consistent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SEED_SIZE, KeyType, NoteVerifier, Signature, Verifier, VerifierKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

COSIGNATURE_TYPES = frozenset({KeyType.ED25519_COSIGNATURE, KeyType.MLDSA44_COSIGNATURE})

_TIMESTAMP_SIZE = 8
_SHORT = 2**8 - 1
# The end of the year 9999. The format allows up to 2^63 - 1, and lets a verifier refuse times in the future.
_LATEST = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


@contextmanager
def _mldsa_needed() -> Iterator[None]:
    """Say so where the installed cryptography package is too old, or built without ML-DSA (FIPS 204)."""
    try:
        yield
    except (ImportError, UnsupportedAlgorithm):
        raise Invalid("the installed cryptography package has no ML-DSA-44") from None


def _private_key(key_type: KeyType, seed: bytes) -> "Ed25519PrivateKey | MLDSA44PrivateKey":
    if key_type is KeyType.ED25519_COSIGNATURE:
        return Ed25519PrivateKey.from_private_bytes(seed)
    with _mldsa_needed():
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

        return MLDSA44PrivateKey.from_seed_bytes(seed)


def _public_key(key: VerifierKey) -> "Ed25519PublicKey | MLDSA44PublicKey":
    if key.key_type is KeyType.ED25519_COSIGNATURE:
        return Ed25519PublicKey.from_public_bytes(key.public_key)
    with _mldsa_needed():
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        return MLDSA44PublicKey.from_public_bytes(key.public_key)


def _signed_message(key: VerifierKey, timestamp: int, text: str) -> bytes:
    """Give the bytes that the cosigner *key* signs for the checkpoint *text*."""
    if key.key_type is KeyType.ED25519_COSIGNATURE:  # tlog-cosignature, Ed25519 signed message
        return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
    # tlog-cosignature, ML-DSA-44 signed message:
    # "subtree/v1\n\0" || u8 length, cosigner || u64 time || u8 length, origin || u64 start || u64 end || hash
    checkpoint = Checkpoint.parse(text)
    start, end = 0, checkpoint.size  # a checkpoint is the subtree from 0
    return b"".join(
        (
            b"subtree/v1\n\0",
            _short(key.name),
            timestamp.to_bytes(8, "big"),
            _short(checkpoint.origin),
            start.to_bytes(8, "big"),
            end.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short(name: str) -> bytes:
    """Write a name with its length in front, opaque<1..2^8-1> (RFC 8446 section 3.4)."""
    encoded = name.encode()
    if len(encoded) > _SHORT:
        raise Invalid("a name is too long to be cosigned with ML-DSA-44")
    return bytes([len(encoded)]) + encoded


class Cosigner:
    """Cosigns checkpoints as a witness does, or as a log that signs in the ML-DSA-44 form.

    Every Ed25519 cosigner needs a key of its own: its signed message does not hold the cosigner's name.
    """

    def __init__(self, name: str, seed: bytes, key_type: KeyType = KeyType.ED25519_COSIGNATURE) -> None:
        """Take the key's *name*, its 32-byte seed and its type, one of `COSIGNATURE_TYPES`."""
        _require_cosignature(key_type)
        if len(seed) != SEED_SIZE:
            raise Invalid("a seed is not 32 bytes long")
        self._private_key = _private_key(key_type, seed)
        self.key = VerifierKey(name, key_type, self._private_key.public_key().public_bytes_raw())

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
class CosignatureVerifier:
    """Checks the cosignatures of one key, Ed25519 (type 0x04) or ML-DSA-44 (type 0x06)."""

    key: VerifierKey

    def __post_init__(self) -> None:
        """Refuse a key of another type, or one that this installation cannot check."""
        _require_cosignature(self.key.key_type)
        _public_key(self.key)

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Make the verifier from its vkey text."""
        return cls(VerifierKey.parse(vkey))

    def verify(self, text: str, signature: bytes) -> None:
        """Raise NotVerified unless *signature* (time included) is this key's on the checkpoint *text*."""
        timestamp = _timestamp_of(signature)
        message = _signed_message(self.key, timestamp, text)
        try:
            _public_key(self.key).verify(signature[_TIMESTAMP_SIZE:], message)
        except InvalidSignature:
            raise NotVerified(f"the cosignature of key {self.key.key_id.hex()} does not verify") from None


def _require_cosignature(key_type: KeyType) -> None:
    if key_type not in COSIGNATURE_TYPES:
        raise Invalid("the key is of a type that does not cosign checkpoints")


# timestamped_signature (tlog-cosignature, Format): u64 timestamp || signature
def _timestamp_of(signature: bytes) -> int:
    timestamp = int.from_bytes(signature[:_TIMESTAMP_SIZE], "big")
    if len(signature) <= _TIMESTAMP_SIZE or timestamp > _LATEST:
        raise NotVerified("a cosignature is too short, or lies after the year 9999")
    return timestamp


def cosigned_at(cosignature: Signature) -> datetime | None:
    """Tell when a verified cosignature was made; None where the cosigner states no time."""
    timestamp = _timestamp_of(cosignature.signature)
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None


def verifier_for(key: VerifierKey) -> Verifier:
    """Give the verifier that fits the key's type."""
    return NoteVerifier(key) if key.key_type is KeyType.ED25519 else CosignatureVerifier(key)


def verifier_if_any(key: VerifierKey) -> Verifier | None:
    """Give the verifier that fits the key's type; None where this installation cannot check that type."""
    try:
        return verifier_for(key)
    except Invalid:
        return None

"""Keys are independent and random; each is wrapped by the root key, bound to whose key it is.

Four kinds live by a person, an employee or a month (house, section 2), one by a cell. What a key seals dies with it:
`K_facts` (one a person and retention class), `K_log` (one a person), `K_actor` (one an employee), `K_audit` (one a
cell and month).
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from aboveboard.core.envelope.seal import KEY_SIZE, place, seal_often, unseal_often
from aboveboard.core.errors import expect


class KeyKind(IntEnum):
    """What a key is for; the number is bound into its wrapping."""

    FACTS = 1
    LOG = 2
    ACTOR = 3
    AUDIT = 4
    LEDGER = 5
    """Seals pending rows of the cell."""
    INDEX = 6
    """Makes blind search tokens of the cell."""
    SUPPRESSION = 7
    """Makes suppression tokens of erased persons."""
    SIGNER = 8
    """Seed of the log's Ed25519 key."""
    QUARANTINE = 9
    """One an import; shredded after thirty days."""
    CELL = 10
    """Seals what is confidential, but not about one person (names of sources, texts of governance)."""


def new_key() -> bytes:
    """Make 32 random bytes from the operating system."""
    return os.urandom(KEY_SIZE)


def wrap(root_key: bytes, key: bytes, cell: str, kind: KeyKind, owner: bytes, part: str) -> bytes:
    """Wrap *key* under the root key, bound to cell, kind, owner and part (a retention class or a month)."""
    return seal_often(root_key, key, _place_of(cell, kind, owner, part))


def unwrap(root_key: bytes, wrapped: bytes, cell: str, kind: KeyKind, owner: bytes, part: str) -> bytes:
    """Unwrap what `wrap` made for the same place.

    Raises:
        NotVerified: when root key, place or bytes are not the same.
    """
    return unseal_often(root_key, wrapped, _place_of(cell, kind, owner, part))


def _place_of(cell: str, kind: KeyKind, owner: bytes, part: str) -> bytes:
    # Parts stand behind one another, so what is the same for every owner is put together once.
    return _before_owner(cell, kind) + place(owner) + _after_owner(part)


@lru_cache(maxsize=64)
def _before_owner(cell: str, kind: KeyKind) -> bytes:
    return place(b"aboveboard/key/v1", cell, bytes([kind]))


@lru_cache(maxsize=256)
def _after_owner(part: str) -> bytes:
    return place(part)


def fingerprint(key: bytes) -> str:
    """Name a key without telling it: 16 hexadecimal digits of a keyed hash of nothing."""
    return hmac.digest(key, b"aboveboard/fingerprint/v1", "sha256").hex()[:16]


def check_key(key: bytes) -> bytes:
    """Give *key* back if it has the size every key has (keys of other lengths would not bind, HMAC pads them)."""
    expect(len(key) == KEY_SIZE, "A key must be 32 bytes long.")
    return key


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The five keys that hang on one K_log or K_actor."""

    label: bytes
    opening: bytes
    seal: bytes
    pseudonym: bytes
    digest: bytes
    """Keys the digests of recorded values; the person may have it, the pseudonym key not."""


def log_keys(key: bytes, log: int = 1) -> LogKeys:
    """Derive label, opening, sealing, pseudonym and digest keys of a K_log (SHAKE256, FIPS 202, keyed prefix).

    A cell's second log (after a declared gap) counts everybody from nought again: it has labels and opening keys of
    its own, so that none is ever used twice. Pseudonyms stay, so that a person knows a reader again.
    """
    stream = hashlib.shake_256(b"aboveboard/log-keys/v1" + key).digest(160)
    if log > 1:
        later = hashlib.shake_256(b"aboveboard/log-keys/v1" + key + log.to_bytes(8, "big")).digest(96)
        stream = later + stream[96:]
    return LogKeys(stream[:32], stream[32:64], stream[64:96], stream[96:128], stream[128:])

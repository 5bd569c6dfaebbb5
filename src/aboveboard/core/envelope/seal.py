"""A value is sealed under a key and bound to its place: moved anywhere else, it opens nowhere.

Sealed bytes (AES-256-GCM, NIST SP 800-38D):

    0x01 || nonce (12, random) || ciphertext || tag (16)

The associated data is the place. Random nonces bound the messages under one key to 2**32; a person's keys seal a
few hundred, the cell's ledger key is rotated long before.
"""

import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aboveboard.core.errors import NotVerified

KEY_SIZE = 32
OVERHEAD = 1 + 12 + 16
_VERSION = b"\x01"


def place(*parts: bytes | str) -> bytes:
    """Give the one byte string that names a place: each part behind its length (2 bytes, big-endian)."""
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join([len(part).to_bytes(2, "big") + part for part in encoded])


def seal(key: bytes, plaintext: bytes, bound_to: bytes, *, nonce: bytes = b"") -> bytes:
    """Seal *plaintext* under the 32-byte *key*, bound to a place.

    Whoever needs other random bytes as well may draw the twelve of *nonce* with them, fresh for this one call.
    """
    nonce = nonce or os.urandom(12)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to)


def sealer(key: bytes) -> Callable[..., bytes]:
    """Give a function that seals as `seal` does, with the cipher of *key* kept ready for a few values in a row."""
    encrypt = AESGCM(key).encrypt

    def seal_next(plaintext: bytes, bound_to: bytes, nonce: bytes = b"") -> bytes:
        nonce = nonce or os.urandom(12)
        return _VERSION + nonce + encrypt(nonce, plaintext, bound_to)

    return seal_next


def unsealer(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """Give a function that opens as `unseal` does, with the cipher of *key* kept ready for a few values in a row."""
    decrypt = AESGCM(key).decrypt

    def unseal_next(sealed: bytes, bound_to: bytes) -> bytes:
        if len(sealed) < OVERHEAD or sealed[:1] != _VERSION:
            raise _opaque()
        try:
            return decrypt(sealed[1:13], sealed[13:], bound_to)
        except (InvalidTag, ValueError):
            raise _opaque() from None

    return unseal_next


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Open what `seal` made under the same key at the same place.

    Raises:
        NotVerified: always with the same sentence, whatever was wrong.
    """
    if len(sealed) < OVERHEAD or sealed[:1] != _VERSION:
        raise _opaque()
    try:
        return AESGCM(key).decrypt(sealed[1:13], sealed[13:], bound_to)
    except (InvalidTag, ValueError):
        raise _opaque() from None


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal_often(key: bytes, plaintext: bytes, bound_to: bytes, *, nonce: bytes = b"") -> bytes:
    """Do what `seal` does for one of the few long-lived keys, whose cipher is kept ready."""
    nonce = nonce or os.urandom(12)
    return _VERSION + nonce + _cipher(key).encrypt(nonce, plaintext, bound_to)


def unseal_often(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Do what `unseal` does for one of the few long-lived keys, whose cipher is kept ready."""
    if len(sealed) < OVERHEAD or sealed[:1] != _VERSION:
        raise _opaque()
    try:
        return _cipher(key).decrypt(sealed[1:13], sealed[13:], bound_to)
    except (InvalidTag, ValueError):
        raise _opaque() from None


def _opaque() -> NotVerified:
    return NotVerified("A sealed value does not open here.", code="seal")

"""A leaf commits to its fields one by one, so that each can be opened alone and none can be changed.

    field commitment = SHA-256(blind (32) || u8len(name) || name || value)
    commitment       = SHA-256("aboveboard/commitment/v1" || u8 n || field commitments in the order of FIELDS)

A fresh, secret, 32-byte blind hides the value (SHA-256 with a secret prefix taken as a random function, as in salted
SD-JWT digests); collision resistance binds it. Blinds of another length are refused, so the parts cannot be shifted.
An opening is a field's blind and value.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

from aboveboard.core.envelope.keys import check_key

_CONTEXT = b"aboveboard/commitment/v1"
_sha256 = hashlib.sha256


def field_commitment(blind: bytes, name: str, value: bytes) -> bytes:
    """Commit to one field's *value* under its own 32-byte blind."""
    return hashlib.sha256(check_key(blind) + name_prefix(name) + value).digest()


@cache
def name_prefix(name: str) -> bytes:
    """Give what stands between blind and value: u8len(name) || name."""
    encoded = name.encode()
    return bytes([len(encoded)]) + encoded


def field_commitments(blinds: Sequence[bytes], prefixes: Sequence[bytes], values: Sequence[bytes]) -> list[bytes]:
    """Do what `field_commitment` does for many fields, whose blinds come from `field_keys` and have their size."""
    return [_sha256(b + p + v).digest() for b, p, v in zip(blinds, prefixes, values, strict=True)]


def commitment(fields: Sequence[bytes]) -> bytes:
    """Commit to all field commitments together, in their order."""
    return hashlib.sha256(_CONTEXT + bytes([len(fields)]) + b"".join(fields)).digest()


def field_keys(group_key: bytes, context: bytes, count: int) -> list[bytes]:
    """Derive *count* blinds of 32 bytes from a group's key and a context that never repeats (SHAKE256, FIPS 202)."""
    stream = hashlib.shake_256(b"aboveboard/field-keys/v1" + check_key(group_key) + context).digest(32 * count)
    return [stream[at : at + 32] for at in range(0, 32 * count, 32)]

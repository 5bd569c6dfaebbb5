"""Labels name a person's n-th event to whoever holds their key, and look random to everyone else.

label(n) = HMAC-SHA256(label key, "aboveboard/label/v1" || u64be n)

Two labels of one person cannot be linked without the key (a constant tag would publish their access pattern), and
after the key is shredded nobody can.
"""

import hashlib

from aboveboard.core.envelope.mac import mac

LABEL_SIZE = 32
_CONTEXT = b"aboveboard/label/v1"
_LETTERS = b"abcdefghijkmnpqrstuvwxyz23456789" * 8
"""Maps a byte to one of 32 letters that are not taken for one another."""


def label(label_key: bytes, number: int) -> bytes:
    """Give the label of event *number* (from 0)."""
    return mac(label_key, _CONTEXT + number.to_bytes(8, "big"))


def label_key_digest(label_key: bytes) -> bytes:
    """Commit to a label key: what a ``created`` leaf holds, so that the key cannot be changed later."""
    return hashlib.sha256(b"aboveboard/label-key/v1" + label_key).digest()


def pseudonym(pseudonym_key: bytes, staff: bytes) -> str:
    """Name a reader to one person only: eight letters that mean nothing beside another person's log."""
    digest = mac(pseudonym_key, b"aboveboard/pseudonym/v1" + staff)
    return digest[:8].translate(_LETTERS).decode()

"""HMAC-SHA256 (RFC 2104, FIPS 198-1) for keys of 32 bytes and short messages.

The standard library's way through OpenSSL sets a context up and tears it down, which for the short messages of a log
costs twice the hashing. A test holds the two against one another.
"""

import hashlib

from aboveboard.core.envelope.keys import check_key

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_FILL = bytes(32)
_sha256 = hashlib.sha256


def mac(key: bytes, message: bytes) -> bytes:
    """Give HMAC-SHA256 of *message* under the 32-byte *key*."""
    block = check_key(key) + _FILL
    inner = _sha256(block.translate(_INNER) + message).digest()
    return _sha256(block.translate(_OUTER) + inner).digest()

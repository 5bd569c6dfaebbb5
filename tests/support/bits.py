"""Bytes changed by hand, and surely changed: writing a fixed byte over sealed ones changes nothing one time in 256."""


def flipped(data: bytes, at: int = -1) -> bytes:
    """Give *data* with one bit of the byte at *at* turned over."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)

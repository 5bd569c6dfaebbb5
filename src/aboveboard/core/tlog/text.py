"""The strict text forms that the C2SP formats share: one value has one spelling, and no other is read."""

import base64
import re

from aboveboard.core.errors import Invalid, expect

HASH_SIZE = 32
MAX_INTEGER = 2**63 - 1  # what a signed 64-bit number holds; larger logs do not exist

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f]")


def as_text(source: bytes | str) -> str:
    """Give *source* as valid UTF-8 text with no control character but newline (signed-note, Format).

    Raises:
        Invalid: for any other bytes, CR and tab included.
    """
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else source
        text.encode("utf-8")
    except UnicodeError:
        raise Invalid("the text is not valid UTF-8") from None
    expect(not _FORBIDDEN.search(text), "the text contains a control character other than newline")
    return text


def lines_of(text: str) -> list[str]:
    """Split *text* into its lines; the last one has to end in a newline too."""
    expect(text.endswith("\n"), "the text does not end in a newline")
    return text[:-1].split("\n")


def parse_decimal(text: str) -> int:
    """Read an ASCII decimal without sign and without leading zeros."""
    expect(_DECIMAL.fullmatch(text) and int(text) <= MAX_INTEGER, "a number is not a plain decimal in range")
    return int(text)


def encode_base64(data: bytes) -> str:
    """Write *data* in standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def parse_base64(text: str) -> bytes:
    """Read standard base64 in its one canonical spelling (RFC 4648 sections 3.3 and 3.5)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Invalid("a value is not standard base64") from None
    # RFC 4648 section 3.5: left-over bits have to be zero
    expect(encode_base64(data) == text, "a value is not canonical base64")
    return data


def parse_hash(text: str) -> bytes:
    """Read one base64 line that holds a SHA-256 hash."""
    value = parse_base64(text)
    expect(len(value) == HASH_SIZE, "a hash is not 32 bytes long")
    return value

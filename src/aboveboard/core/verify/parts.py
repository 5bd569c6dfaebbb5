"""The parts of a pack's files, read strictly: one form for each value, and everything else refused."""

from base64 import b64decode, b64encode
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid

LARGEST = 64 * 1024 * 1024
"""No file of a pack is longer; a person with a hundred thousand lines stays below."""
KEY_SIZE = 32


def decoded(data: bytes) -> object:
    """Read canonical JSON of a bearable length."""
    if len(data) > LARGEST:
        raise Invalid("it is too long")
    return canonical.decode(data)


def object_of(value: object) -> dict[str, Any]:
    """Take *value* as an object."""
    if not isinstance(value, dict):
        raise other_form()
    return value


def array_of(value: object) -> list[Any]:
    """Take *value* as an array."""
    if not isinstance(value, list):
        raise other_form()
    return value


def list_of(value: dict[str, Any], name: str) -> list[Any]:
    """Give a member that is an array."""
    return array_of(value.get(name))


def text_of(value: dict[str, Any], name: str) -> str:
    """Give a member that is a text."""
    text = value.get(name)
    if type(text) is not str:
        raise other_form()
    return text


def number_of(value: dict[str, Any], name: str) -> int:
    """Give a member that is a number from 0."""
    number = value.get(name)
    if type(number) is not int or number < 0:
        raise other_form()
    return number


def log_of(name: str) -> int:
    """Read the number of a log."""
    if not name.isdigit() or len(name) > 3 or str(int(name)) != name:  # noqa: PLR2004 - a thousand gaps
        raise other_form()
    return int(name)


def bytes_of(value: dict[str, Any], name: str, size: int) -> bytes:
    """Give a member that is *size* bytes."""
    return hex_of(value.get(name), size)


def hashes_of(value: dict[str, Any], name: str) -> tuple[bytes, ...]:
    """Give a member that is an array of hashes."""
    return tuple(hex_of(one, KEY_SIZE) for one in list_of(value, name))


def opening_of(value: object) -> tuple[bytes, str]:
    """Read the blind and value of an opened field."""
    pair = array_of(value)
    if len(pair) != 2 or type(pair[1]) is not str:  # noqa: PLR2004 - blind and value
        raise other_form()
    return hex_of(pair[0], KEY_SIZE), pair[1]


def hex_of(value: object, size: int) -> bytes:
    """Read *size* bytes in lower-case hexadecimal digits."""
    data = any_hex(value)
    if len(data) != size:
        raise other_form()
    return data


def any_hex(value: object) -> bytes:
    """Read bytes in lower-case hexadecimal digits."""
    try:
        data = bytes.fromhex(value) if type(value) is str else b""
    except ValueError:
        raise other_form() from None
    if data.hex() != value:
        raise other_form()
    return data


def base64_of(value: object) -> bytes:
    """Read bytes in base64 (RFC 4648, section 4), in the one form they have."""
    try:
        data = b64decode(value, validate=True) if type(value) is str else b""
    except ValueError:
        raise other_form() from None
    if b64encode(data).decode() != value:
        raise other_form()
    return data


def other_form() -> Invalid:
    """Say that a value is not of its form."""
    return Invalid("it does not have the form it must have")

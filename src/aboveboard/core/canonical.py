"""One value, one byte string: deterministic JSON, so that a hash or a signature means the same everywhere.

The form is RFC 8785 narrowed: objects with ASCII keys in code-point order, arrays, strings, integers within
+-2**53, booleans and null; no floats, no other types. UTF-8, no white space, no byte-order mark.
"""

import json
from typing import Any

from aboveboard.core.errors import Invalid, expect

LARGEST = 2**53
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def encode(value: object) -> bytes:
    """Give the one byte string of *value*.

    Raises:
        Invalid: for a type, number or text that has no single form.
    """
    _check(value)
    try:
        return again(value)
    except UnicodeEncodeError:
        raise Invalid("A text holds half of a surrogate pair and has no canonical form.") from None


def again(value: object) -> bytes:
    """Give the byte string of a *value* that `decode` gave; of any other value it may give what nobody reads back."""
    return _dumps(value).encode("utf-8")


def decode(data: bytes) -> Any:
    """Read *data* back, refusing every byte string that `encode` would not have made.

    Raises:
        Invalid: when the bytes are not the canonical form of their value.
    """
    try:
        value = _strictly(data.decode("utf-8"))
        same = again(value) == data
    except (ValueError, RecursionError):
        raise Invalid("The bytes are not canonical JSON.") from None
    expect(same, "The bytes are JSON, but not in canonical form.")
    return value


def parse(data: bytes) -> Any:
    """Read *data* back without proving its form: for bytes that `encode` is known to have made.

    Raises:
        Invalid: when they are not JSON of the narrowed kind.
    """
    try:
        return _loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Invalid("The bytes are not canonical JSON.") from None


def _whole(text: str) -> int:
    """Read a number; ValueError for one with a fraction, one out of range, and what JSON does not know."""
    value = int(text)
    if abs(value) > LARGEST:
        raise ValueError
    return value


def _ascii(found: dict[str, Any]) -> dict[str, Any]:
    if not "".join(found).isascii():
        raise ValueError
    return found


_loads = json.JSONDecoder(parse_float=_whole, parse_int=_whole, parse_constant=_whole).decode
_strictly = json.JSONDecoder(object_hook=_ascii, parse_float=_whole, parse_int=_whole, parse_constant=_whole).decode


def _check(value: Any) -> None:
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise Invalid("A key is not ASCII text.")
            _check(item)
    elif kind is list or kind is tuple:
        for item in value:
            if type(item) is not str:
                _check(item)
    elif kind is int:
        expect(-LARGEST <= value <= LARGEST, "A number is too large for canonical form.")
    elif not (kind is str or kind is bool or value is None):
        raise Invalid(f"A value of type {kind.__name__} has no canonical form.")

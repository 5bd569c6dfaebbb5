"""The parts of a pack's files, read strictly: one form for each value, and everything else refused.

What a file holds is said once, by the types of a dataclass; `reader_of` makes of them what reads it. Members that no
type names are passed over: they are for people.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Annotated, Any, TypeVar, get_args, get_origin

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid, expect
from aboveboard.core.tlog.text import parse_base64

LARGEST = 64 * 1024 * 1024
"""No file of a pack is longer; a person with a hundred thousand lines stays below."""
KEY_SIZE = 32
FORM = "it does not have the form it must have"
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_Shape = TypeVar("_Shape")


def decoded(data: bytes) -> object:
    """Read canonical JSON of a bearable length."""
    expect(len(data) <= LARGEST, "it is too long")
    return canonical.decode(data)


def read_as(kind: type[_Shape], value: object) -> _Shape:
    """Read *value* as *kind*: a dataclass, or many of one in a tuple or by name."""
    types: Any = kind
    made: _Shape = reader_of(types)(value)
    return made


@cache
def reader_of(kind: Any) -> Callable[[Any], Any]:
    """Give what reads a value of the type *kind*: one of `Annotated` with its reader, or made of such ones."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        reader: Callable[[Any], Any] = inner[1]
        return reader
    if origin is tuple:
        item = reader_of(inner[0])
        return lambda value: tuple([item(one) for one in array_of(value)])
    if origin is Mapping:
        name_of, item = map(reader_of, inner)
        return lambda value: {name_of(name): item(one) for name, one in object_of(value).items()}
    members = [(name, reader_of(part)) for name, part in kind.__annotations__.items()]
    return lambda value: kind(*[read(object_of(value).get(name)) for name, read in members])


def taken_as(kind: type[_Shape], value: object) -> _Shape:
    """Take *value* as what it is, an instance of *kind*."""
    if not isinstance(value, kind):
        raise Invalid(FORM)
    return value


object_of: Callable[[object], dict[str, Any]] = partial(taken_as, dict)
array_of: Callable[[object], list[Any]] = partial(taken_as, list)
text_of: Callable[[object], str] = partial(taken_as, str)


def number_of(value: object) -> int:
    """Take *value* as a number from 0."""
    expect(type(value) is int and value >= 0, FORM)
    return taken_as(int, value)


def log_of(name: str) -> int:
    """Read the number of a log."""
    expect(name.isdigit() and len(name) <= 3 and str(int(name)) == name, FORM)  # noqa: PLR2004 - a thousand gaps
    return int(name)


def hex_of(value: object, size: int | None = None) -> bytes:
    """Read bytes in lower-case hexadecimal digits, *size* of them."""
    text = text_of(value)
    expect(_HEX.fullmatch(text) and size in {None, len(text) // 2}, FORM)
    return bytes.fromhex(text)


def moment_of(value: object, otherwise: str = FORM) -> datetime:
    """Read a time with its zone; *otherwise* is said where it is none."""
    try:
        moment = datetime.fromisoformat(value if type(value) is str else "")
    except ValueError:
        raise Invalid(otherwise) from None
    expect(moment.tzinfo, otherwise)
    return moment


def opening_of(value: object) -> tuple[bytes, str]:
    """Read the blind and value of an opened field."""
    pair = array_of(value)
    expect(len(pair) == 2, FORM)  # noqa: PLR2004 - blind and value
    return hex_of(pair[0], KEY_SIZE), text_of(pair[1])


Text = Annotated[str, text_of]
Number = Annotated[int, number_of]
LogNumber = Annotated[int, log_of]
Moment = Annotated[datetime, moment_of]
Id = Annotated[bytes, lambda value: hex_of(value, 16)]
Hash = Annotated[bytes, lambda value: hex_of(value, KEY_SIZE)]
Signature = Annotated[bytes, lambda value: hex_of(value, 64)]
Name = Annotated[str, lambda value: hex_of(value, 16).hex()]
"""An id that stays in its hexadecimal digits."""
Base64 = Annotated[bytes, lambda value: parse_base64(text_of(value))]
Object = Annotated[Mapping[str, Any], object_of]
Hashes = tuple[Hash, ...]

"""The parts of a pack's files, read strictly: one form for each value, and everything else refused.

What a file holds is said once, by the types of a dataclass; `reader_of` makes of them what reads it. Members that no
type names are passed over: they are for people.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid, expect
from aboveboard.core.tlog.text import parse_base64

LARGEST = 64 * 1024 * 1024
"""No file of a pack is longer; a person with a hundred thousand lines stays below."""
KEY_SIZE = 32
_FORM = "it does not have the form it must have"
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


def text_of(value: object) -> str:
    """Take *value* as a text."""
    if type(value) is not str:
        raise other_form()
    return value


def number_of(value: object) -> int:
    """Take *value* as a number from 0."""
    if type(value) is not int or value < 0:
        raise other_form()
    return value


def log_of(name: str) -> int:
    """Read the number of a log."""
    expect(name.isdigit() and len(name) <= 3 and str(int(name)) == name, _FORM)  # noqa: PLR2004 - a thousand gaps
    return int(name)


def hex_of(value: object, size: int | None = None) -> bytes:
    """Read bytes in lower-case hexadecimal digits, *size* of them."""
    try:
        data = bytes.fromhex(text_of(value))
    except ValueError:
        raise other_form() from None
    expect(data.hex() == value and size in {None, len(data)}, _FORM)
    return data


def moment_of(value: object, otherwise: str = _FORM) -> datetime:
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
    expect(len(pair) == 2, _FORM)  # noqa: PLR2004 - blind and value
    return hex_of(pair[0], KEY_SIZE), text_of(pair[1])


def other_form() -> Invalid:
    """Say that a value is not of its form."""
    return Invalid(_FORM)


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

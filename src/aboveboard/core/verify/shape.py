"""The files of a pack as values: read strictly, so that what is checked later has one meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid

EVIDENCE, ENTRIES, GOVERNANCE, CONSISTENCY = "evidence.json", "entries.json", "governance.json", "consistency.json"
INDEX = "index.json"
CHECKPOINT, CERTIFICATE = "checkpoint", "certificate.json"
FORMAT = "aboveboard-evidence/1"
LARGEST = 64 * 1024 * 1024
"""No file of a pack is longer; a person with a hundred thousand lines stays below."""

_ID, _KEY, _LEAF, _SIGNATURE = 16, 32, 98, 64


@dataclass(frozen=True, slots=True)
class PackedLine:
    """A line of the log: its place and public bytes, the fields opened, commitments of the others, its proof."""

    log: int
    """Which log of the cell: 1 for the first; each declared gap begins another."""
    index: int
    leaf: bytes
    opened: Mapping[str, tuple[bytes, str]]
    """Field to blind and value."""
    hidden: Mapping[str, bytes]
    """Field to commitment."""
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PackedFact:
    """A fact that is held; its value is None where it was not released to whoever asked for the pack."""

    id: bytes
    category: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Recording:
    """Facts recorded at once, and which of the lines shown holds their digest."""

    line: int
    facts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whom the pack is about, the keys to find and check their lines, and what is held."""

    cell: str
    origin: str
    log: int
    """The log that signed the checkpoint."""
    controller: str
    subject: bytes
    label_keys: Mapping[int, bytes]
    """The key that finds the person's lines, by log."""
    digest_key: bytes
    facts: tuple[PackedFact, ...]
    recordings: tuple[Recording, ...]


@dataclass(frozen=True, slots=True)
class PackedAct:
    """An act of the controller: its body, and what proposer and signatory signed."""

    id: str
    body: Mapping[str, Any]
    proposal: Mapping[str, Any]
    proposer_signature: bytes
    decision: Mapping[str, Any]
    signer_signature: bytes


@dataclass(frozen=True, slots=True)
class Governance:
    """Acts that looks rest on, and the log's lines about them and about the keys that signed them."""

    acts: tuple[PackedAct, ...]
    lines: tuple[PackedLine, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier checkpoint of the log, and the proof that the log only grew since."""

    note: str
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PackedIndex:
    """The last leaf of the log, its proof, and the prefix tree it stands for, cut down to the person's labels."""

    leaf: bytes
    proof: tuple[bytes, ...]
    tree: bytes


def read_evidence(data: bytes) -> Evidence:
    """Read ``evidence.json``; what only people read in it is passed over."""
    value = _object(_decoded(data))
    if value.get("format") != FORMAT:
        raise Invalid("it is not of the format this verifier knows")
    return Evidence(
        _text(value, "cell"),
        _text(value, "origin"),
        _number(value, "log"),
        _text(value, "controller"),
        _bytes(value, "subject", _ID),
        {_log(name): _hex(key, _KEY) for name, key in _object(value.get("label_keys")).items()},
        _bytes(value, "digest_key", _KEY),
        tuple(_fact(item) for item in _list(value, "facts")),
        tuple(
            Recording(_number(item, "line"), tuple(_hex(one, _ID) for one in _list(item, "facts")))
            for item in map(_object, _list(value, "recordings"))
        ),
    )


def read_entries(data: bytes) -> tuple[PackedLine, ...]:
    """Read ``entries.json``."""
    return tuple(_line(_object(item)) for item in _array(_decoded(data)))


def read_index(data: bytes) -> PackedIndex:
    """Read ``index.json``."""
    value = _object(_decoded(data))
    return PackedIndex(_bytes(value, "leaf", _LEAF), _hashes(value, "proof"), _any_hex(value.get("tree")))


def read_governance(data: bytes) -> Governance:
    """Read ``governance.json``."""
    value = _object(_decoded(data))
    return Governance(
        tuple(_act(_object(item)) for item in _list(value, "acts")),
        tuple(_line(_object(item)) for item in _list(value, "lines")),
    )


def read_consistency(data: bytes) -> tuple[Earlier, ...]:
    """Read ``consistency.json``."""
    return tuple(
        Earlier(_text(item, "checkpoint"), _hashes(item, "proof")) for item in map(_object, _array(_decoded(data)))
    )


def read_certificate(data: bytes) -> str:
    """Read ``certificate.json``: the hash of the entry that says the keys are gone, in hexadecimal digits."""
    return _bytes(_object(_decoded(data)), "entry", _KEY).hex()


def _line(value: dict[str, Any]) -> PackedLine:
    opened, hidden = _object(value.get("opened")), _object(value.get("hidden"))
    return PackedLine(
        _number(value, "log"),
        _number(value, "index"),
        _bytes(value, "leaf", _LEAF),
        {name: _opening(pair) for name, pair in opened.items()},
        {name: _hex(one, _KEY) for name, one in hidden.items()},
        _hashes(value, "proof"),
    )


def _opening(value: object) -> tuple[bytes, str]:
    pair = _array(value)
    if len(pair) != 2 or type(pair[1]) is not str:  # noqa: PLR2004 - blind and value
        raise _other_form()
    return _hex(pair[0], _KEY), pair[1]


def _fact(item: object) -> PackedFact:
    value = _object(item)
    held = value.get("value")
    if held is not None and type(held) is not str:
        raise _other_form()
    return PackedFact(_bytes(value, "id", _ID), _text(value, "category"), held)


def _act(value: dict[str, Any]) -> PackedAct:
    return PackedAct(
        _bytes(value, "id", _ID).hex(),
        _object(value.get("body")),
        _object(value.get("proposal")),
        _bytes(value, "proposer_signature", _SIGNATURE),
        _object(value.get("decision")),
        _bytes(value, "signer_signature", _SIGNATURE),
    )


def _decoded(data: bytes) -> object:
    if len(data) > LARGEST:
        raise Invalid("it is too long")
    return canonical.decode(data)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _other_form()
    return value


def _array(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _other_form()
    return value


def _list(value: dict[str, Any], name: str) -> list[Any]:
    return _array(value.get(name))


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if type(text) is not str:
        raise _other_form()
    return text


def _number(value: dict[str, Any], name: str) -> int:
    number = value.get(name)
    if type(number) is not int or number < 0:
        raise _other_form()
    return number


def _log(name: str) -> int:
    if not name.isdigit() or len(name) > 3 or str(int(name)) != name:  # noqa: PLR2004 - a thousand gaps
        raise _other_form()
    return int(name)


def _bytes(value: dict[str, Any], name: str, size: int) -> bytes:
    return _hex(value.get(name), size)


def _hashes(value: dict[str, Any], name: str) -> tuple[bytes, ...]:
    return tuple(_hex(one, _KEY) for one in _list(value, name))


def _hex(value: object, size: int) -> bytes:
    data = _any_hex(value)
    if len(data) != size:
        raise _other_form()
    return data


def _any_hex(value: object) -> bytes:
    try:
        data = bytes.fromhex(value) if type(value) is str else b""
    except ValueError:
        raise _other_form() from None
    if data.hex() != value:
        raise _other_form()
    return data


def _other_form() -> Invalid:
    return Invalid("it does not have the form it must have")

"""The files of a pack as values: read strictly, so that what is checked later has one meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveboard.core.entries.leaf import AUDIT_FIELDS, Leaf, audit_keys
from aboveboard.core.errors import Invalid
from aboveboard.core.verify.parts import (
    any_hex,
    array_of,
    base64_of,
    bytes_of,
    decoded,
    hashes_of,
    hex_of,
    list_of,
    log_of,
    number_of,
    object_of,
    opening_of,
    other_form,
    text_of,
)

EVIDENCE, ENTRIES, GOVERNANCE, CONSISTENCY = "evidence.json", "entries.json", "governance.json", "consistency.json"
INDEX = "index.json"
CHECKPOINT, CERTIFICATE = "checkpoint", "certificate.json"
FORMAT = "aboveboard-evidence/2"
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
    proof: tuple[bytes, ...] | None
    """None: among the paths of all lines (`PackedEntries`)."""
    sealed: tuple["PackedLine", ...] = ()
    """Of a line that opens a sealed one: that line, and what it carried on; the last is the look itself."""


@dataclass(frozen=True, slots=True)
class PackedEntries:
    """The person's lines, and for each log the hashes that prove those without a proof of their own."""

    lines: tuple[PackedLine, ...]
    paths: Mapping[int, bytes]


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
    made_at: datetime


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
    value = object_of(decoded(data))
    if value.get("format") != FORMAT:
        raise Invalid("it is not of the format this verifier knows")
    return Evidence(
        text_of(value, "cell"),
        text_of(value, "origin"),
        number_of(value, "log"),
        text_of(value, "controller"),
        bytes_of(value, "subject", _ID),
        {log_of(name): hex_of(key, _KEY) for name, key in object_of(value.get("label_keys")).items()},
        bytes_of(value, "digest_key", _KEY),
        tuple(_fact(item) for item in list_of(value, "facts")),
        tuple(
            Recording(number_of(item, "line"), tuple(hex_of(one, _ID) for one in list_of(item, "facts")))
            for item in map(object_of, list_of(value, "recordings"))
        ),
        _moment(text_of(value, "made_at")),
    )


def read_entries(data: bytes) -> PackedEntries:
    """Read ``entries.json``."""
    value = object_of(decoded(data))
    said = [object_of(item) for item in list_of(value, "said")]
    paths = {log_of(name): base64_of(hashes) for name, hashes in object_of(value.get("paths")).items()}
    lines = tuple(_line(object_of(item), said, deep=True) for item in list_of(value, "lines"))
    return PackedEntries(lines, paths)


def read_lines(data: bytes) -> tuple[PackedLine, ...]:
    """Read a list of lines, each with a proof of its own."""
    return tuple(_line(object_of(item)) for item in array_of(decoded(data)))


def read_index(data: bytes) -> PackedIndex:
    """Read ``index.json``."""
    value = object_of(decoded(data))
    return PackedIndex(bytes_of(value, "leaf", _LEAF), hashes_of(value, "proof"), base64_of(value.get("tree")))


def read_governance(data: bytes) -> Governance:
    """Read ``governance.json``."""
    value = object_of(decoded(data))
    return Governance(
        tuple(_act(object_of(item)) for item in list_of(value, "acts")),
        tuple(_line(object_of(item)) for item in list_of(value, "lines")),
    )


def read_consistency(data: bytes) -> tuple[Earlier, ...]:
    """Read ``consistency.json``."""
    return tuple(
        Earlier(text_of(item, "checkpoint"), hashes_of(item, "proof"))
        for item in map(object_of, array_of(decoded(data)))
    )


def read_certificate(data: bytes) -> str:
    """Read ``certificate.json``: the hash of the entry that says the keys are gone, in hexadecimal digits."""
    return bytes_of(object_of(decoded(data)), "entry", _KEY).hex()


def _line(value: dict[str, Any], said: Sequence[dict[str, Any]] = (), *, deep: bool = False) -> PackedLine:
    if "sealed" in value and not deep:
        raise other_form()
    opened, hidden = object_of(value.get("opened")), object_of(value.get("hidden"))
    if "said" in value:
        number = number_of(value, "said")
        if number >= len(said) or said[number].keys() & opened.keys():
            raise other_form()
        opened = {**said[number], **opened}
    blinds = _blinds(bytes_of(value, "key", _KEY)) if "key" in value else {}
    return PackedLine(
        number_of(value, "log"),
        number_of(value, "index"),
        _leaf(value.get("leaf")),
        {name: _opening(name, item, blinds) for name, item in opened.items()},
        {name: hex_of(one, _KEY) for name, one in hidden.items()},
        hashes_of(value, "proof") if "proof" in value else None,
        tuple(_line(object_of(one), said) for one in array_of(value.get("sealed", []))) if deep else (),
    )


def _opening(name: str, item: object, blinds: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Read an opened field: blind and value, or the value alone where the line's key gives the blind."""
    if type(item) is not str:
        return opening_of(item)
    if name not in blinds:
        raise other_form()
    return blinds[name], item


def _blinds(key: bytes) -> dict[str, bytes]:
    return dict(zip(AUDIT_FIELDS, audit_keys(key), strict=False))


def _leaf(value: object) -> bytes:
    data = any_hex(value)
    Leaf.decode(data)
    return data


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise other_form() from None
    if moment.tzinfo is None:
        raise other_form()
    return moment


def _fact(item: object) -> PackedFact:
    value = object_of(item)
    held = value.get("value")
    if held is not None and type(held) is not str:
        raise other_form()
    return PackedFact(bytes_of(value, "id", _ID), text_of(value, "category"), held)


def _act(value: dict[str, Any]) -> PackedAct:
    return PackedAct(
        bytes_of(value, "id", _ID).hex(),
        object_of(value.get("body")),
        object_of(value.get("proposal")),
        bytes_of(value, "proposer_signature", _SIGNATURE),
        object_of(value.get("decision")),
        bytes_of(value, "signer_signature", _SIGNATURE),
    )

"""The files of a pack as values: read strictly, so that what is checked later has one meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from aboveboard.core.entries.leaf import AUDIT_FIELDS, Leaf, audit_keys
from aboveboard.core.errors import expect
from aboveboard.core.verify.parts import (
    Base64,
    Hash,
    Hashes,
    Id,
    LogNumber,
    Moment,
    Name,
    Number,
    Object,
    Signature,
    Text,
    array_of,
    decoded,
    hex_of,
    number_of,
    object_of,
    opening_of,
    reader_of,
    text_of,
)

EVIDENCE, ENTRIES, GOVERNANCE, CONSISTENCY = "evidence.json", "entries.json", "governance.json", "consistency.json"
INDEX, CHECKPOINT, CERTIFICATE = "index.json", "checkpoint", "certificate.json"
FORMAT = "aboveboard-evidence/2"
_KEY = 32


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


def _line(value: dict[str, Any], said: Sequence[dict[str, Any]] = (), *, deep: bool = False) -> PackedLine:
    """Read a line; *said*: fields that several lines share, to which one may refer by number."""
    expect(deep or "sealed" not in value, "a sealed line shows another one")
    opened = object_of(value.get("opened"))
    if "said" in value:
        number = number_of(value["said"])
        apart = number < len(said) and not said[number].keys() & opened.keys()
        expect(apart, "a line refers to fields that are not there, or that it opens itself")
        opened = {**said[number], **opened}
    keys = audit_keys(hex_of(value["key"], _KEY)) if "key" in value else []
    blinds = dict(zip(AUDIT_FIELDS, keys, strict=False))
    place = number_of(value.get("log")), number_of(value.get("index")), _leaf(value.get("leaf"))
    shown = {name: _opening(name, item, blinds) for name, item in opened.items()}
    hidden = {name: hex_of(one, _KEY) for name, one in object_of(value.get("hidden")).items()}
    proof = reader_of(Hashes)(value["proof"]) if "proof" in value else None
    sealed = tuple(_line(object_of(one), said) for one in array_of(value.get("sealed", [])))
    return PackedLine(*place, shown, hidden, proof, sealed)


def _opening(name: str, item: object, blinds: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Read an opened field: blind and value, or the value alone where the line's key gives the blind."""
    if type(item) is not str:
        return opening_of(item)
    expect(name in blinds, "a field is opened without its blind")
    return blinds[name], item


def _leaf(value: object) -> bytes:
    data = hex_of(value)
    Leaf.decode(data)
    return data


class PackedEntries(NamedTuple):
    """The person's lines, and for each log the hashes that prove those without a proof of their own."""

    lines: tuple[PackedLine, ...]
    paths: Mapping[int, bytes]


class PackedFact(NamedTuple):
    """A fact that is held; its value is None where it was not released to whoever asked for the pack."""

    id: Id
    category: Text
    value: Annotated[str | None, lambda value: value if value is None else text_of(value)]


class Recording(NamedTuple):
    """Facts recorded at once, and which of the lines shown holds their digest."""

    line: Number
    facts: tuple[Id, ...]


def _known(value: object) -> str:
    expect(value == FORMAT, "it is not of the format this verifier knows")
    return FORMAT


class Evidence(NamedTuple):
    """Whom the pack is about, the keys to find and check their lines, and what is held."""

    format: Annotated[str, _known]
    cell: Text
    origin: Text
    log: Number
    """The log that signed the checkpoint."""
    controller: Text
    subject: Id
    label_keys: Mapping[LogNumber, Hash]
    """The key that finds the person's lines, by log."""
    digest_key: Hash
    facts: tuple[PackedFact, ...]
    recordings: tuple[Recording, ...]
    made_at: Moment


class PackedAct(NamedTuple):
    """An act of the controller: its body, and what proposer and signatory signed."""

    id: Name
    body: Object
    proposal: Object
    proposer_signature: Signature
    decision: Object
    signer_signature: Signature


class Governance(NamedTuple):
    """Acts that looks rest on, and the log's lines about them and about the keys that signed them."""

    acts: tuple[PackedAct, ...]
    lines: tuple[Annotated[PackedLine, lambda value: _line(object_of(value))], ...]


class Earlier(NamedTuple):
    """An earlier checkpoint of the log, and the proof that the log only grew since."""

    checkpoint: Text
    proof: Hashes


class PackedIndex(NamedTuple):
    """The last leaf of the log, its proof, and the prefix tree it stands for, cut down to the person's labels."""

    leaf: Annotated[bytes, lambda value: hex_of(value, 98)]
    proof: Hashes
    tree: Base64


def _entries(value: Any) -> PackedEntries:
    said = [object_of(item) for item in array_of(object_of(value).get("said"))]
    lines = tuple(_line(object_of(item), said, deep=True) for item in array_of(value.get("lines")))
    return PackedEntries(lines, reader_of(Mapping[LogNumber, Base64])(value.get("paths")))


FILES: Mapping[str, Any] = {
    EVIDENCE: Evidence,
    ENTRIES: Annotated[PackedEntries, _entries],
    GOVERNANCE: Governance,
    CONSISTENCY: tuple[Earlier, ...],
    INDEX: PackedIndex,
    CERTIFICATE: Annotated[str, lambda value: hex_of(object_of(value).get("entry"), _KEY).hex()],
}
"""What each file of a pack is read as; of a certificate: the hash of the entry that says that the keys are gone."""


def read(name: str, data: bytes) -> Any:
    """Read the file *name* of a pack, as `FILES` says; what only people read in it is passed over.

    Raises:
        Invalid: when it has another form.
    """
    return reader_of(FILES[name])(decoded(data))


def read_lines(data: bytes) -> tuple[PackedLine, ...]:
    """Read a list of lines, each with a proof of its own."""
    return tuple(_line(object_of(item)) for item in array_of(decoded(data)))

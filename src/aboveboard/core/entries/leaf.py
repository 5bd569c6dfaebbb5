"""A leaf: 98 public bytes for one person in one entry, and the openings that make them speak to whoever may hear.

    version 0x01 (1) || kind (1) || subject label (32) || actor label (32) || commitment (32)

Leaves of kinds 8, 9 and 10 have 12 more (`sealed.Tail`): || number (u64be) || day (u32be).

The commitment is over FIELDS in their order. ``subject`` opens under K_log, ``actor`` under K_actor; every other
field under the leaf's own key, which K_audit derives from the subject label and which lies sealed in the person's
and the employee's opening as well. So the person reads their line without K_audit, an authority reads a country
without the person, and once K_log is shredded nobody finds whose line it was.

    subject opening, under K_log:  leaf key (32) || commitment of ``actor`` (32) || the person's side
    actor opening, under K_actor:  leaf key (32) || commitment of ``subject`` (32) || the employee's side
    audit opening, under leaf key: commitment of ``subject`` (32) || commitment of ``actor`` (32) || packed values

Each carries the commitments of the fields it does not open, so that whoever opens one can check the whole leaf.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from aboveboard.core import canonical
from aboveboard.core.entries.entry import Entry, EntryKind, SubjectLine
from aboveboard.core.entries.sealed import TAIL_SIZE, TAILED, TALLY_SIZE, Tail, Tally
from aboveboard.core.envelope.commitments import (
    commitment,
    field_commitment,
    field_commitments,
    field_keys,
    name_prefix,
)
from aboveboard.core.envelope.keys import LogKeys
from aboveboard.core.envelope.labels import label, label_key_digest, pseudonym
from aboveboard.core.envelope.mac import mac
from aboveboard.core.envelope.seal import place, seal, unseal
from aboveboard.core.errors import Invalid, expect

LEAF_SIZE = 98
_ASKED = ("operation", "entity", "country", "established", "purpose", "categories")
_DECIDED = ("verdict", "time", "rules", "transfer", "grant", "refusals", "body")
AUDIT_FIELDS = (*_ASKED, *_DECIDED)
FIELDS = ("subject", "actor", *AUDIT_FIELDS)
_LEAF_KEY = b"aboveboard/leaf-key/v1"
_PREFIXES = tuple(name_prefix(name) for name in AUDIT_FIELDS)


class Leaf(NamedTuple):
    """The public part of one line of the log."""

    kind: int
    subject_label: bytes
    actor_label: bytes
    commitment: bytes
    tail: Tail | None = None
    """Of kinds 8, 9 and 10 only."""

    def encode(self) -> bytes:
        """Give the 98 bytes, or 110, that are hashed into the tree."""
        data = bytes((1, self.kind)) + self.subject_label + self.actor_label + self.commitment
        return data + self.tail.encode() if self.tail else data

    @classmethod
    def decode(cls, data: bytes) -> "Leaf":
        """Read the bytes back.

        Raises:
            Invalid: for another length or version.
        """
        size = LEAF_SIZE + TAIL_SIZE if data[1:2] and data[1] in TAILED else LEAF_SIZE
        expect(len(data) == size and data[0] == 1, "A leaf is not of the form this program writes.")
        tail = Tail.decode(data[LEAF_SIZE:]) if size > LEAF_SIZE else None
        return cls(data[1], data[2:34], data[34:66], data[66:98], tail)


class IndexLeaf(NamedTuple):
    """The last leaf of a batch, public to the last byte: the root of the prefix tree over all labels before it.

    version 0x01 (1) || kind 0x07 (1) || root (32) || leaves covered (u64be) || tally (32) || 24 zero bytes
    """

    root: bytes
    covered: int
    """How many leaves the tree covers: all before this one."""
    tally: Tally = Tally()
    """What is sealed and what was opened before this leaf (`sealed`)."""

    def encode(self) -> bytes:
        """Give the 98 bytes that are hashed into the tree."""
        head = bytes((1, EntryKind.INDEX)) + self.root + self.covered.to_bytes(8, "big")
        return head + self.tally.encode() + _BLANK

    @classmethod
    def decode_if(cls, data: bytes) -> "IndexLeaf | None":
        """Read an index leaf; None for a leaf of another kind, or bytes of no leaf."""
        if len(data) != LEAF_SIZE or data[:2] != bytes((1, EntryKind.INDEX)) or data[-len(_BLANK) :] != _BLANK:
            return None
        return cls(data[2:34], int.from_bytes(data[34:42], "big"), Tally.decode(data[42 : 42 + TALLY_SIZE]))


_BLANK = bytes(LEAF_SIZE - 42 - TALLY_SIZE)


@dataclass(frozen=True, slots=True)
class Openings:
    """The three sealed openings of a leaf, as they are stored beside it."""

    subject: bytes
    actor: bytes
    audit: bytes


class SubjectSide(NamedTuple):
    """What the person's opening says: their counter and chain, the reader's pseudonym, digests of what changed."""

    subject: bytes
    number: int
    previous: bytes
    """Hash of the person's previous leaf, empty for the first."""
    reader: str
    entry_hash: bytes
    digests: tuple[str, ...]
    label_key_digest: bytes
    """Commitment to the label key, in the first leaf of a person only."""

    def encode(self) -> bytes:
        """Give the canonical bytes that the field ``subject`` commits to."""
        # Canonical JSON written by hand: every part is hexadecimal, a pseudonym or a number, so nothing needs escaping.
        digests = '","'.join(self.digests)
        return (
            f'["{self.subject.hex()}",{self.number},"{self.previous.hex()}","{self.reader}","{self.entry_hash.hex()}",'
            f'[{chr(34) + digests + chr(34) if digests else ""}],"{self.label_key_digest.hex()}"]'
        ).encode()

    @classmethod
    def decode(cls, data: bytes) -> "SubjectSide":
        """Read the canonical bytes back; Invalid when they are of another shape."""
        try:
            *ids, number, previous, reader, entry_hash, digests, digest = canonical.decode(data)
            subject, before, entry, key = map(bytes.fromhex, (*ids, previous, entry_hash, digest))
            return cls(subject, number, before, reader, entry, tuple(digests), key)
        except (TypeError, ValueError):
            raise Invalid("A person's opening does not have the form of one.") from None


@dataclass(frozen=True, slots=True)
class ActorSide:
    """What the employee's opening says: who, in which role, their counter, and the entry."""

    actor: bytes
    role: str
    number: int
    entry_hash: bytes

    def encode(self) -> bytes:
        """Give the canonical bytes that the field ``actor`` commits to."""
        return f'["{self.actor.hex()}","{self.role}",{self.number},"{self.entry_hash.hex()}"]'.encode()

    @classmethod
    def decode(cls, data: bytes) -> "ActorSide":
        """Read the canonical bytes back; Invalid when they are of another shape."""
        try:
            actor, role, number, entry_hash = canonical.decode(data)
            return cls(bytes.fromhex(actor), role, number, bytes.fromhex(entry_hash))
        except (TypeError, ValueError):
            raise Invalid("An employee's opening does not have the form of one.") from None


def audit_values(entry: Entry, line: SubjectLine) -> tuple[bytes, ...]:
    """Give the values of AUDIT_FIELDS in their order; equal for all people of an entry with equal categories."""
    categories = ",".join(line.categories)
    if line.refused:
        categories += "-" + ",".join(line.refused)
    time = entry.at.isoformat(timespec="microseconds")[:26] + "Z"
    texts = (
        entry.operation,
        entry.entity,
        entry.country,
        entry.established,
        entry.purpose,
        categories,
        entry.verdict,
        time,
        entry.rules,
        entry.transfer,
        entry.grant,
        ",".join(entry.refusals),
    )
    body = canonical.encode(entry.body) if entry.body else b""
    return (*(text.encode() for text in texts), body)


def leaf_key(audit_key: bytes, subject_label: bytes) -> bytes:
    """Give the key of one leaf's audit fields, from K_audit of its month."""
    return mac(audit_key, _LEAF_KEY + subject_label)


def audit_keys(key: bytes) -> list[bytes]:
    """Derive from a leaf's key the blinds of its audit fields, in their order, and the key that seals their opening."""
    return field_keys(key, b"audit", len(AUDIT_FIELDS) + 1)


@dataclass(frozen=True, slots=True)
class Parties:
    """The keys and counters a leaf is made with."""

    cell: str
    person: LogKeys
    number: int
    subject_label: bytes
    """`label` of the person's *number*."""
    previous: bytes
    employee: LogKeys
    employee_number: int
    audit_key: bytes
    seal_for_employee: Callable[..., bytes]
    """`sealer` of the employee's sealing key, which one entry uses for everybody in it."""


def make_leaf(
    entry: Entry,
    entry_hash: bytes,
    line: SubjectLine,
    values: tuple[bytes, ...],
    packed: bytes,
    parties: Parties,
) -> tuple[Leaf, Openings]:
    """Make the leaf and openings of one person in *entry*; *values* and *packed* come from `audit_values`, `pack`."""
    person, employee, subject_label = parties.person, parties.employee, parties.subject_label
    actor_label = label(employee.label, parties.employee_number)
    key = leaf_key(parties.audit_key, subject_label)
    subject_side = SubjectSide(
        line.subject,
        parties.number,
        parties.previous,
        pseudonym(person.pseudonym, entry.actor) if entry.named else "",
        entry_hash,
        line.digests,
        label_key_digest(person.label) if parties.number == 0 else b"",
    ).encode()
    actor_side = ActorSide(entry.actor, entry.role, parties.employee_number, entry_hash).encode()
    *blinds, seal_key = audit_keys(key)
    parts = [
        field_commitment(subject_field_key(person.opening, parties.number), "subject", subject_side),
        field_commitment(actor_field_key(employee.opening, parties.employee_number), "actor", actor_side),
    ]
    parts += field_commitments(blinds, _PREFIXES, values)
    leaf = Leaf(entry.kind, subject_label, actor_label, commitment(parts))
    bound_to = place(b"aboveboard/opening/v1", parties.cell, subject_label)
    about_subject, about_actor = parts[0], parts[1]
    nonces = os.urandom(36)
    openings = Openings(
        seal(person.seal, key + about_actor + subject_side, bound_to, nonce=nonces[:12]),
        parties.seal_for_employee(key + about_subject + actor_side, bound_to, nonces[12:24]),
        seal(seal_key, about_subject + about_actor + packed, bound_to, nonce=nonces[24:]),
    )
    return leaf, openings


def pack(values: tuple[bytes, ...]) -> bytes:
    """Pack audit values for sealing: each behind its length (4 bytes, big-endian)."""
    return b"".join([len(value).to_bytes(4, "big") + value for value in values])


def unpack(packed: bytes) -> tuple[bytes, ...]:
    """Read packed audit values back; Invalid when the lengths do not fit."""
    values, at = [], 0
    while at < len(packed):
        end = at + 4 + int.from_bytes(packed[at : at + 4], "big")
        if end > len(packed):
            raise Invalid("Packed values are cut short.")
        values.append(packed[at + 4 : end])
        at = end
    if len(values) != len(AUDIT_FIELDS):
        raise Invalid("Packed values are not as many as there are fields.")
    return tuple(values)


def subject_field_key(opening_key: bytes, number: int) -> bytes:
    """Give the field key of the person's side of their leaf *number*."""
    return field_keys(opening_key, b"subject" + number.to_bytes(8, "big"), 1)[0]


def actor_field_key(opening_key: bytes, number: int) -> bytes:
    """Give the field key of the employee's side of their leaf *number*."""
    return field_keys(opening_key, b"actor" + number.to_bytes(8, "big"), 1)[0]


@dataclass(frozen=True, slots=True)
class OpenedByPerson:
    """What the person's opening gives: their side, the leaf's key, and the commitment of the side they do not see."""

    side: SubjectSide
    leaf_key: bytes
    actor_commitment: bytes


@dataclass(frozen=True, slots=True)
class OpenedByActor:
    """What the employee's opening gives: their side, the leaf's key, and the commitment of the side they do not see."""

    side: ActorSide
    leaf_key: bytes
    subject_commitment: bytes


@dataclass(frozen=True, slots=True)
class OpenedAudit:
    """What the leaf's key opens: the audit values in the order of AUDIT_FIELDS, their blinds, the other commitments."""

    values: tuple[bytes, ...]
    blinds: tuple[bytes, ...]
    subject_commitment: bytes
    actor_commitment: bytes

    def text(self, name: str) -> str:
        """Give one value as text."""
        return self.values[AUDIT_FIELDS.index(name)].decode()

    def field_commitments(self) -> list[bytes]:
        """Make the commitments of all FIELDS anew, in their order."""
        audited = field_commitments(self.blinds, _PREFIXES, self.values)
        return [self.subject_commitment, self.actor_commitment, *audited]

    def commitment(self) -> bytes:
        """Make the leaf's commitment anew; it is the leaf's own unless a byte was changed."""
        return commitment(self.field_commitments())


def open_by_person(cell: str, leaf: Leaf, sealed: bytes, keys: LogKeys) -> OpenedByPerson:
    """Open the person's side with the keys of their K_log.

    Raises:
        NotVerified: when the keys are not the person's or a byte was changed.
    """
    plain = unseal(keys.seal, sealed, _place_of(cell, leaf))
    return OpenedByPerson(SubjectSide.decode(plain[64:]), plain[:32], plain[32:64])


def open_by_actor(cell: str, leaf: Leaf, sealed: bytes, keys: LogKeys) -> OpenedByActor:
    """Open the employee's side with the keys of their K_actor.

    Raises:
        NotVerified: when the keys are not the employee's or a byte was changed.
    """
    plain = unseal(keys.seal, sealed, _place_of(cell, leaf))
    return OpenedByActor(ActorSide.decode(plain[64:]), plain[:32], plain[32:64])


def open_audit(cell: str, leaf: Leaf, sealed: bytes, key: bytes) -> OpenedAudit:
    """Open the audit fields with the leaf's key.

    Raises:
        NotVerified: when the key is not the leaf's or a byte was changed.
    """
    *blinds, seal_key = audit_keys(key)
    plain = unseal(seal_key, sealed, _place_of(cell, leaf))
    return OpenedAudit(unpack(plain[64:]), tuple(blinds), plain[:32], plain[32:64])


def _place_of(cell: str, leaf: Leaf) -> bytes:
    return place(b"aboveboard/opening/v1", cell, leaf.subject_label)

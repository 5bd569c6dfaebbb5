"""An entry: what happened, once, in canonical form; it is sealed until it is sequenced, then lives on in openings.

An entry names people by opaque id and holds no value of theirs; what was recorded appears as a keyed digest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import Actor, Place, Question
from aboveboard.core.terms import READS, Operation

CELL_OWNER = bytes(16)
"""Stands for the cell itself where an entry is about no person."""
SYSTEM_ACTOR = bytes(16)
"""Stands for the program acting on a term or at start-up."""
PERSON_ACTOR = bytes(15) + b"\x01"
"""Stands for the person concerned acting on their own record."""

_ID = 16
"""Bytes of an opaque id."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EntryKind(IntEnum):
    """The kinds of entry; the number is public, it stands in the leaf."""

    CREATED = 1
    LOOK = 2
    CHANGE = 3
    ERASE = 4
    GOVERNANCE = 5
    CELL = 6
    INDEX = 7
    """No entry stands behind it: the log's own word about its labels (`leaf.IndexLeaf`)."""
    SEALED = 8
    """A look of which a law forbids telling the person for a time (`sealed`)."""
    OPENED = 9
    """A line of the person by which a sealed one becomes theirs."""
    RENEWED = 10
    """A later day for a sealed line."""


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One person in an entry: opaque id, the categories in question, keyed digests of what was recorded."""

    subject: bytes
    categories: tuple[str, ...]
    digests: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Categories asked for and not released."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; *at* is aware UTC to the microsecond, *rules* the hash of the rule set that decided."""

    kind: EntryKind
    at: datetime
    operation: str
    actor: bytes
    role: str
    entity: str
    country: str
    established: str
    purpose: str
    verdict: str
    transfer: str = ""
    grant: str = ""
    rules: str = ""
    refusals: tuple[str, ...] = ()
    subjects: tuple[SubjectLine, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    named: bool = True
    """False for readers of units under five, where a pseudonym would hide nobody."""

    def encode(self) -> bytes:
        """Give the canonical bytes of this entry."""
        return canonical.encode(
            {
                "v": 1,
                "kind": int(self.kind),
                "at": microseconds(self.at),
                "op": self.operation,
                "actor": self.actor.hex(),
                "role": self.role,
                "entity": self.entity,
                "country": self.country,
                "how": self.established,
                "purpose": self.purpose,
                "verdict": self.verdict,
                "transfer": self.transfer,
                "grant": self.grant,
                "rules": self.rules,
                "refusals": self.refusals,
                "subjects": _together(self.subjects),
                "body": self.body,
                "named": self.named,
            }
        )

    @classmethod
    def decode(cls, data: bytes, *, authentic: bool = False) -> "Entry":
        """Read an entry back; of *authentic* bytes, which were sealed by whoever reads, the form is not proved anew.

        Raises:
            Invalid: when the bytes are not those of an entry of version 1.
        """
        value = canonical.parse(data) if authentic else canonical.decode(data)
        try:
            if value["v"] != 1:
                raise Invalid("An entry is of a version this program does not know.")
            lines = tuple(_apart(value["subjects"]))
            if not authentic and _together(lines) != value["subjects"]:
                raise Invalid("The people of an entry are not put together as they have to be.")
            return cls(
                kind=EntryKind(value["kind"]),
                at=moment(value["at"]),
                operation=value["op"],
                actor=bytes.fromhex(value["actor"]),
                role=value["role"],
                entity=value["entity"],
                country=value["country"],
                established=value["how"],
                purpose=value["purpose"],
                verdict=value["verdict"],
                transfer=value["transfer"],
                grant=value["grant"],
                rules=value["rules"],
                refusals=tuple(value["refusals"]),
                subjects=lines,
                body=value["body"],
                named=value["named"],
            )
        except (KeyError, TypeError, ValueError):
            raise Invalid("An entry does not have the form of an entry.") from None


def _together(lines: Sequence[SubjectLine]) -> list[list[Any]]:
    """Put neighbours of whom the same is said into one part: their ids behind one another, then what is said."""
    parts: list[list[Any]] = []
    said: tuple[object, ...] = ()
    people: list[str] = []
    for line in lines:
        if len(line.subject) != _ID:
            raise Invalid("An opaque id is not sixteen bytes long.")
        of_line = (line.categories, line.digests, line.refused)
        if parts and said == of_line:
            people.append(line.subject.hex())
            continue
        if parts:
            parts[-1][0] = "".join(people)
        said, people = of_line, [line.subject.hex()]
        parts.append(["", list(line.categories), list(line.digests), list(line.refused)])
    if parts:
        parts[-1][0] = "".join(people)
    return parts


def _apart(parts: Sequence[Sequence[Any]]) -> Iterator[SubjectLine]:
    for together, *said in parts:
        categories, digests, refused = map(tuple, said)
        people = bytes.fromhex(together)
        for start in range(0, len(people), _ID):
            yield SubjectLine(people[start : start + _ID], categories, digests, refused)


def microseconds(at: datetime) -> int:
    """Give *at* as whole microseconds since 1970, UTC; naive times are refused."""
    if at.tzinfo is None:
        raise Invalid("A time without a zone cannot stand in an entry.")
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(count: int) -> datetime:
    """Give the aware UTC time *count* microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def verdict_entry(
    question: Question,
    decision: Decision,
    *,
    rules: str,
    kind: EntryKind | None = None,
    digests: Mapping[bytes, Sequence[str]] | None = None,
    named: bool = True,
) -> Entry:
    """Make the entry of a decision: a look for reads, a change otherwise, yes or no, before anyone acts on it."""
    digests = digests or {}
    # Equal persons share one outcome, so it is put in order once.
    said = {id(o): (tuple(sorted(o.released)), tuple(sorted(o.refused))) for o in decision.outcomes.values()}
    lines = []
    for subject, outcome in decision.outcomes.items():
        released, refused = said[id(outcome)]
        lines.append(SubjectLine(subject, released, tuple(digests.get(subject, ())), refused))
    if kind is None:
        kind = EntryKind.LOOK if question.operation in READS else EntryKind.CHANGE
    return Entry(
        kind=kind,
        at=question.asked_at,
        operation=question.operation.value,
        actor=question.actor.staff or PERSON_ACTOR,
        role=question.actor.role.value,
        entity=question.actor.entity,
        country=question.place.country,
        established=question.place.established_by.value,
        purpose=question.purpose,
        verdict=decision.verdict.value,
        transfer=decision.transfer.value,
        grant=decision.grant.hex(),
        rules=rules,
        refusals=tuple(sorted({f"{refusal.rule}:{refusal.reason}" for refusal in decision.refusals})),
        subjects=tuple(lines),
        named=named,
    )


def governance(
    act: str,
    body: Mapping[str, Any],
    *,
    actor: Actor | None,
    place: Place | None,
    at: datetime,
    rules: str = "",
) -> Entry:
    """Make the entry of an act of governance; *body* holds ids, hashes, public keys and dates, never a name."""
    return Entry(
        kind=EntryKind.GOVERNANCE,
        at=at,
        operation=act,
        actor=(actor.staff or PERSON_ACTOR) if actor else SYSTEM_ACTOR,
        role=actor.role.value if actor else "system",
        entity=actor.entity if actor else "",
        country=place.country if place else "ZZ",
        established=place.established_by.value if place else "unknown",
        purpose="governance",
        verdict="permit",
        rules=rules,
        body=body,
    )


OPERATION_OF_CREATION = Operation.RECORD.value

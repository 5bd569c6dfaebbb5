"""One row of a file on its way in: who it is, what of it becomes facts, what waits, and whether it met somebody."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from aboveboard.apps.intake.columns.person import PersonDraft
from aboveboard.apps.intake.people import Held, Variant
from aboveboard.apps.vault.actions import NewFact


class Meeting(Enum):
    """How a row meets what is known."""

    NEW = "new"
    KNOWN = "known"
    UNCHANGED = "unchanged"
    ERASED = "erased"
    REFUSED = "refused"


class Marks(NamedTuple):
    """The digests of one row."""

    row: bytes
    external: bytes
    """Empty where there is no external id."""
    emails: tuple[str, ...]
    addresses: tuple[bytes, ...]
    """Digests of those e-mail addresses that are not kept as facts."""
    tokens: tuple[int, ...]
    """Search tokens of those that are."""


@dataclass(slots=True)
class Entry:
    """One row on its way in."""

    draft: PersonDraft
    variant: Variant
    evidence: str
    """Address of the official source the row names, or empty."""
    marks: Marks
    own_id: bytes
    """The id a person gets who is made of this row."""
    how: Meeting = Meeting.NEW
    person: bytes = b""
    """Whom it met, or who is made of it; empty in a rehearsal for who stands further up in the same file."""
    again: bool = False
    """It met somebody who stands further up in the same file."""
    gained: int = 0
    """What it brings: 0 nothing but facts, 1 a capacity, 2 the person."""
    facts: list[NewFact] = field(default_factory=list)
    held: Held = field(default_factory=list)

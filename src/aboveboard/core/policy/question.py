"""What is asked of the rules: who, doing what, with which categories of whom, for which purpose, from where."""

from dataclasses import dataclass
from datetime import date, datetime

from aboveboard.core.policy.register import Register
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    LawfulBasis,
    NoticeExemption,
    NoticeState,
    Operation,
    PlaceSource,
    PurposeId,
    Role,
    SpecialException,
    StaffId,
    SubjectId,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks: a staff member with the role and entity on record, or the person concerned (``staff`` None)."""

    staff: StaffId | None
    role: Role
    entity: EntityId


@dataclass(frozen=True, slots=True)
class Place:
    """The place that counts for an act: the strictest of those known, and how it was established."""

    country: CountryCode
    established_by: PlaceSource
    workplace: CountryCode
    network: CountryCode


@dataclass(frozen=True, slots=True)
class Question:
    """One act, put to the rules before it happens; *asked_at* is aware UTC."""

    actor: Actor
    operation: Operation
    subjects: tuple[SubjectId, ...]
    categories: frozenset[CategoryId]
    purpose: PurposeId
    place: Place
    asked_at: datetime
    seen_under: int = 0
    """The governance version under which role, entity and place were read; 0: they are taken as given."""


@dataclass(frozen=True, slots=True)
class ConsentHeld:
    """A consent of the person for one purpose (and, for Art. 9(2)(a), for one named category)."""

    purpose: PurposeId
    given_at: datetime
    withdrawn_at: datetime | None = None
    explicit_for: CategoryId | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a person as a whole when the rules are asked; equal persons share one value."""

    capacities: tuple[tuple[Capacity, date, date | None], ...]
    """Capacity, since, until (exclusive; None: still)."""
    notice: NoticeState
    notice_exemption: NoticeExemption | None
    obtained_on: date
    """The day the data were obtained; the month of Art. 14(3)(a) runs from it."""
    contacted: bool = False
    """Whether the person has already been contacted through this system (Art. 14(3)(b))."""
    restricted: bool = False
    objections: frozenset[PurposeId] = frozenset()
    """Purposes objected to under Art. 21 and not overruled with compelling grounds."""
    consents: tuple[ConsentHeld, ...] = ()
    account_team: frozenset[EntityId] = frozenset()
    """Reserved for account teams; empty means: the whole controller entity."""
    collected_directly: bool = False
    """Whether the person gave the data themselves; then the notice is due at once (Art. 13(1))."""


@dataclass(frozen=True, slots=True)
class FactHeld:
    """What the rules need to know of one category: of the stored fact when read, of the new one when recorded."""

    category: CategoryId
    purpose: PurposeId
    basis: LawfulBasis
    source_given: bool
    expires_on: date | None = None
    """The first day on which it may no longer be kept; None: while the relation or office lasts."""
    exception: SpecialException | None = None
    evidence: str = ""
    """For Art. 9(2)(e) the official source's address, for (f) the claim, when recorded; a mark when it lies sealed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a rule may look at for one category of one person; rules see nothing else."""

    register: Register
    standing: Standing
    fact: FactHeld
    own_record: bool = False
    """The person concerned reads their own record."""
    cleared: bool = True
    """False for text (T91) in which a detector found what may not be held, until a human has cleared it."""

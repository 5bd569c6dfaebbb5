"""What the controller has registered, as plain values: purposes, assessments, entities, instruments, grants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    EntityStanding,
    GrantId,
    LawfulBasis,
    PurposeId,
    Role,
    SubjectId,
    TransferTool,
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A recorded legitimate-interest or transfer assessment, live from *decided_on* until *review_on*."""

    decided_on: date
    review_on: date

    def stands_on(self, day: date) -> bool:
        """Say whether it is decided and its review is not overdue; the day of review still counts."""
        return self.decided_on <= day <= self.review_on


@dataclass(frozen=True, slots=True)
class Purpose:
    """A registered purpose of one controller (Art. 30(1)(b)): its basis and its allow-list by capacity."""

    id: PurposeId
    controller: EntityId
    basis: LawfulBasis
    allowed: Mapping[Capacity, frozenset[CategoryId]]
    roles: frozenset[Role]
    assessment: Assessment | None = None
    lifted: Mapping[Capacity, frozenset[CategoryId]] = field(default_factory=dict)
    """House defaults the signatory has lifted for this purpose after the officer's opinion."""
    ended_on: date | None = None
    """The first day on which it is no longer pursued."""
    circumstances: frozenset[str] = frozenset()
    """Conditions of the catalogue it stands for (``event``, ``credit``), and ``legal-claims`` (Art. 18(2))."""
    compatible_with: frozenset[PurposeId] = frozenset()
    """Purposes whose facts may be used for this one too, after a recorded test (Art. 6(4))."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A legal entity of the group towards this cell."""

    id: EntityId
    country: CountryCode
    standing: EntityStanding
    live_on: date | None
    """The day staff notice and consultation were complete and the entity went live; None: not live."""
    adequacy_scopes: frozenset[str] = frozenset()
    """Scopes of partial adequacy decisions it is inside (``DPF``, ``APPI``)."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A transfer instrument between exporter and importer (Arts 46-47, 49) with its assessment."""

    exporter: EntityId
    importer: EntityId
    tool: TransferTool
    valid_from: date
    valid_until: date
    assessment: Assessment | None
    """The transfer impact assessment (SCC clause 14); without a live one nothing flows."""
    subject: SubjectId | None = None
    """The one person a derogation is for (Art. 49); other tools name nobody."""
    spent: bool = False
    """Whether a derogation has been used; it serves one transfer."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave of the controller for another entity's role to read categories for a purpose, for a time."""

    id: GrantId
    controller: EntityId
    entity: EntityId
    role: Role
    purpose: PurposeId
    categories: frozenset[CategoryId]
    valid_from: datetime
    valid_until: datetime
    signatures_hold: bool
    """Both Ed25519 signatures (proposer, controller's signatory) verified now, over the canonical grant."""
    opinion_given: bool
    """The officer's opinion stands beside it, and if it was against, the signatory's reason too."""
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The governance of one cell at one version."""

    controller: EntityId
    purposes: Mapping[PurposeId, Purpose]
    entities: Mapping[EntityId, Entity]
    instruments: tuple[Instrument, ...]
    grants: tuple[Grant, ...]
    modelled: frozenset[CountryCode] = frozenset({CountryCode("CZ")})
    """Countries whose national rules are modelled beside EU law; other units say so."""

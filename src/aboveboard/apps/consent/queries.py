"""Consents and objections as the rules and the person see them, for one person or many in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveboard.apps.consent.models import Consent, Objection
from aboveboard.core.policy.question import ConsentHeld
from aboveboard.core.terms import CategoryId, PurposeId, SubjectId


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A consent with what proves it (Art. 7(1))."""

    id: bytes
    purpose: PurposeId
    explicit_for: CategoryId | None
    wording: str
    channel: str
    given_at: datetime
    withdrawn_at: datetime | None
    evidence_digest: bytes | None


@dataclass(frozen=True, slots=True)
class ObjectionRecord:
    """An objection and what became of it."""

    id: bytes
    purpose: PurposeId
    marketing: bool
    received_at: datetime
    outcome: str
    grounds: str
    resolved_at: datetime | None


def consents_held(persons: Collection[SubjectId]) -> Mapping[SubjectId, tuple[ConsentHeld, ...]]:
    """Give the consents of several persons, also withdrawn ones, as the rules see them; who has none is missing."""
    found: dict[SubjectId, list[ConsentHeld]] = {}
    for row in Consent.objects.filter(person__in=list(persons)).order_by("given_at"):
        held = ConsentHeld(PurposeId(row.purpose), row.given_at, row.withdrawn_at, CategoryId(row.explicit_for) or None)
        found.setdefault(SubjectId(bytes(row.person)), []).append(held)
    return {person: tuple(held) for person, held in found.items()}


def consents_of(person: SubjectId) -> tuple[ConsentHeld, ...]:
    """Give the consents of one person as the rules see them."""
    return consents_held([person]).get(person, ())


def objections_held(persons: Collection[SubjectId]) -> Mapping[SubjectId, frozenset[PurposeId]]:
    """Give the purposes several persons object to: open or upheld, not overruled; who has none is missing."""
    rows = Objection.objects.filter(person__in=list(persons)).exclude(outcome="overruled")
    found: dict[SubjectId, set[PurposeId]] = {}
    for person, purpose in rows.values_list("person", "purpose"):
        found.setdefault(SubjectId(bytes(person)), set()).add(PurposeId(purpose))
    return {person: frozenset(purposes) for person, purposes in found.items()}


def objections_of(person: SubjectId) -> frozenset[PurposeId]:
    """Give the purposes one person objects to."""
    return objections_held([person]).get(person, frozenset())


def consent_records(person: SubjectId) -> Sequence[ConsentRecord]:
    """List a person's consents for their page, newest first."""
    return tuple(
        ConsentRecord(
            id=bytes(row.pk),
            purpose=PurposeId(row.purpose),
            explicit_for=CategoryId(row.explicit_for) or None,
            wording=row.wording,
            channel=row.channel,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
            evidence_digest=None if row.evidence_digest is None else bytes(row.evidence_digest),
        )
        for row in Consent.objects.filter(person=person).order_by("-given_at")
    )


def objection_records(person: SubjectId) -> Sequence[ObjectionRecord]:
    """List a person's objections for their page, newest first."""
    return tuple(
        ObjectionRecord(
            id=bytes(row.pk),
            purpose=PurposeId(row.purpose),
            marketing=row.marketing,
            received_at=row.received_at,
            outcome=row.outcome,
            grounds=row.grounds,
            resolved_at=row.resolved_at,
        )
        for row in Objection.objects.filter(person=person).order_by("-received_at")
    )


def open_objections() -> Sequence[tuple[bytes, PurposeId, datetime]]:
    """List id, purpose and receipt of the objections nobody has resolved, oldest first (Art. 12(3): one month)."""
    rows = Objection.objects.filter(resolved_at=None).order_by("received_at")
    return tuple((bytes(row.pk), PurposeId(row.purpose), row.received_at) for row in rows)

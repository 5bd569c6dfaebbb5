"""What is asked about staff and acts: frozen values, ids and roles; a name only where somebody must read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.timezone import get_default_timezone, localdate

from aboveboard.apps import keys
from aboveboard.apps.accounts.models import Act, Founding, SigningKey, Staff
from aboveboard.apps.accounts.signing import body_hash, signatures_hold
from aboveboard.core import canonical
from aboveboard.core.envelope.seal import place, unseal
from aboveboard.core.policy.question import Actor
from aboveboard.core.terms import CountryCode, EntityId, Role, StaffId


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """An employee as everything but a name needs them."""

    id: StaffId
    role: Role
    entity: EntityId
    unit: str
    workplace: CountryCode
    active_from: date
    active_until: date | None

    def active_on(self, day: date) -> bool:
        """Whether they are appointed on a day (the last day is exclusive)."""
        return self.active_from <= day and (self.active_until is None or day < self.active_until)

    @property
    def actor(self) -> Actor:
        """They as whoever asks the gate."""
        return Actor(self.id, self.role, self.entity)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """The public side of a signing key."""

    id: bytes
    staff: StaffId
    public_key: bytes
    made_at: datetime
    on_record_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActRecord:
    """An act as it stands now; *signatures_hold* was verified when this value was made."""

    id: bytes
    kind: str
    controller: EntityId
    body: Mapping[str, Any]
    body_hash: bytes
    proposed_by: StaffId
    proposed_at: datetime
    opinion_by: StaffId | None
    opinion_at: datetime | None
    opinion_in_favour: bool | None
    opinion_waived: str
    signed_by: StaffId | None
    decided_at: datetime | None
    refused_by: StaffId | None
    refused_at: datetime | None
    applied_at: datetime | None
    signatures_hold: bool

    @property
    def opinion_given(self) -> bool:
        """Whether the officer's opinion stands beside it, or there was no officer to give one."""
        return self.opinion_at is not None or self.opinion_waived != ""

    @property
    def state(self) -> str:
        """``proposed``, ``opined``, ``signed``, ``refused`` or ``applied``."""
        ends = (("refused", self.refused_at), ("applied", self.applied_at), ("signed", self.decided_at))
        return next((name for name, at in ends if at), "opined" if self.opinion_at else "proposed")


def today(now: datetime) -> date:
    """Give the calendar day of *now* where the cell's law counts days."""
    return localdate(now, get_default_timezone())


def controller() -> EntityId | None:
    """Give the cell's controller, or None before the cell is founded."""
    row = Founding.objects.first()
    return None if row is None else EntityId(row.controller)


def staff_member(staff: StaffId) -> StaffRecord | None:
    """Give one employee, or None."""
    row = Staff.objects.filter(pk=staff).first()
    return None if row is None else staff_record(row)


def staff_members(*, entity: EntityId | None = None, role: Role | None = None) -> Sequence[StaffRecord]:
    """List employees, of one entity or role if asked; never ordered or counted by what they did."""
    rows = Staff.objects.order_by("entity", "unit", "id")
    if entity is not None:
        rows = rows.filter(entity=entity)
    if role is not None:
        rows = rows.filter(role=role.value)
    return tuple(staff_record(row) for row in rows)


def active_staff(staff: StaffId, *, now: datetime) -> StaffRecord | None:
    """Give the employee if they are appointed today, else None: only such a one may ask the gate."""
    record = staff_member(staff)
    return record if record is not None and record.active_on(today(now)) else None


def has_officer(entity: EntityId, *, now: datetime) -> bool:
    """Whether the entity has a data protection officer today."""
    return Staff.objects.filter(_active(today(now)), entity=entity, role=Role.DPO.value).exists()


def unit_size(entity: EntityId, unit: str, *, now: datetime) -> int:
    """Count the employees of a unit today: a pseudonym in a unit under five would name its bearer."""
    return Staff.objects.filter(_active(today(now)), entity=entity, unit=unit).count()


def name_of(staff: StaffId) -> str:
    """Open an employee's name; the caller shows it to colleagues, never to outsiders."""
    return names_of([staff])[staff]


def names_of(staff: Collection[StaffId]) -> Mapping[StaffId, str]:
    """Open the names of several employees."""
    rows = Staff.objects.filter(pk__in=list(staff)).values_list("id", "name")
    return {StaffId(bytes(key)): open_name(StaffId(bytes(key)), bytes(name)) for key, name in rows}


def open_name(staff: StaffId, sealed: bytes) -> str:
    """Open a name sealed for *staff*: of the row, or of an appointment that awaits its signature."""
    return unseal(keys.store().actor_key(staff), sealed, name_place(staff)).decode()


def name_place(staff: StaffId) -> bytes:
    """Give the place a name is bound to."""
    return place("accounts/staff/name", settings.OPTIONS.cell, staff)


def reason_place(act: bytes, column: str) -> bytes:
    """Give the place a reason is bound to."""
    return place("accounts/act", settings.OPTIONS.cell, act, column)


def reasons_of(act: bytes) -> tuple[str, str]:
    """Open the officer's reason and the signatory's reason for overruling it; empty where there is none."""
    row = Act.objects.get(pk=act)
    return (
        _reason(row.opinion_by, row.opinion_reason, reason_place(act, "opinion_reason")),
        _reason(row.signed_by, row.overruling_reason, reason_place(act, "overruling_reason")),
    )


def keys_of(staff: StaffId) -> Sequence[KeyRecord]:
    """List the signing keys of an employee, newest first, also those not yet on record or retired."""
    return tuple(_key(row) for row in SigningKey.objects.filter(staff_id=staff).order_by("-made_at"))


def keys_waiting() -> Sequence[KeyRecord]:
    """List the signing keys that nobody has put on record or retired, newest first."""
    rows = SigningKey.objects.filter(on_record_at=None, retired_at=None).order_by("-made_at")
    return tuple(_key(row) for row in rows)


def act(act_id: bytes) -> ActRecord | None:
    """Give one act with both signatures verified now, or None."""
    row = Act.objects.select_related("proposer_key", "signer_key").filter(pk=act_id).first()
    return None if row is None else act_record(row)


def acts(*, kind: str | None = None, open_only: bool = False) -> Sequence[ActRecord]:
    """List acts, newest first; *open_only*: those neither signed nor refused."""
    rows: QuerySet[Act] = Act.objects.select_related("proposer_key", "signer_key").order_by("-proposed_at")
    if kind is not None:
        rows = rows.filter(kind=kind)
    if open_only:
        rows = rows.filter(decided_at=None, refused_at=None)
    return tuple(act_record(row) for row in rows)


def pending_application(kind: str | None = None) -> Sequence[bytes]:
    """List the ids of acts signed and not yet applied, oldest first: a crash between the two leaves them here."""
    rows = Act.objects.exclude(decided_at=None).filter(applied_at=None).order_by("decided_at")
    if kind is not None:
        rows = rows.filter(kind=kind)
    return tuple(bytes(key) for key in rows.values_list("id", flat=True))


def act_holds(act_id: bytes) -> bool:
    """Verify both signatures of an act now, against the public keys on record."""
    row = Act.objects.select_related("proposer_key", "signer_key").filter(pk=act_id).first()
    return row is not None and signatures_hold(row)


def act_record(row: Act) -> ActRecord:
    """Give the frozen value of a row, both signatures verified."""
    return ActRecord(
        id=bytes(row.pk),
        kind=row.kind,
        controller=EntityId(row.controller),
        body=canonical.decode(bytes(row.body)),
        body_hash=body_hash(row),
        proposed_by=StaffId(bytes(row.proposed_by)),
        proposed_at=row.proposed_at,
        opinion_by=_staff_id(row.opinion_by),
        opinion_at=row.opinion_at,
        opinion_in_favour=row.opinion_in_favour,
        opinion_waived=row.opinion_waived,
        signed_by=_staff_id(row.signed_by),
        decided_at=row.decided_at,
        refused_by=_staff_id(row.refused_by),
        refused_at=row.refused_at,
        applied_at=row.applied_at,
        signatures_hold=signatures_hold(row),
    )


def staff_record(row: Staff) -> StaffRecord:
    """Give the frozen value of a row."""
    return StaffRecord(
        id=StaffId(bytes(row.pk)),
        role=Role(row.role),
        entity=EntityId(row.entity),
        unit=row.unit,
        workplace=CountryCode(row.workplace),
        active_from=row.active_from,
        active_until=row.active_until,
    )


def _key(row: SigningKey) -> KeyRecord:
    return KeyRecord(
        bytes(row.pk),
        StaffId(bytes(row.staff_id)),
        bytes(row.public_key),
        row.made_at,
        row.on_record_at,
        row.retired_at,
    )


def _active(day: date) -> Q:
    return Q(active_from__lte=day) & (Q(active_until=None) | Q(active_until__gt=day))


def _staff_id(value: bytes | memoryview | None) -> StaffId | None:
    return None if value is None else StaffId(bytes(value))


def _reason(by: bytes | memoryview | None, sealed: bytes | memoryview | None, bound_to: bytes) -> str:
    if by is None or sealed is None:
        return ""
    return unseal(keys.store().actor_key(StaffId(bytes(by))), bytes(sealed), bound_to).decode()

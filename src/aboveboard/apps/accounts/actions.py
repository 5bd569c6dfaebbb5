"""Founding the staff of a cell, and what a staff member does with their own signing key."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.models import STAFF_ROLES, Founding, SigningKey, Staff
from aboveboard.apps.accounts.queries import name_place, staff_member, today
from aboveboard.apps.accounts.signing import Signer, new_signing_key, open_private, seal_private
from aboveboard.apps.ledger.actions import append, bump_governance
from aboveboard.core.entries import governance
from aboveboard.core.envelope.seal import seal
from aboveboard.core.errors import Conflict, Invalid, NotVerified
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import CountryCode, EntityId, Role, StaffId

SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
FEWEST_SIGNATORIES = 2


@dataclass(frozen=True, slots=True)
class Appointee:
    """Somebody about to be appointed; the name leaves this value sealed only."""

    name: str
    role: Role
    entity: EntityId
    unit: str
    workplace: CountryCode
    passphrase: str = ""
    """For founders, whose signing keys are made with the cell."""


def new_staff_id() -> StaffId:
    """Make the id of an employee: 16 random bytes."""
    return StaffId(secrets.token_bytes(16))


def found_staff(
    *, controller: EntityId, signatories: Sequence[Appointee], officer: Appointee, now: datetime
) -> Mapping[str, tuple[StaffId, ...]]:
    """Appoint the first signatories (with keys on record) and the officer; only while there is no staff at all.

    Gives the ids by ``signatories`` and ``officer``, in the order given.

    Raises:
        Invalid: with fewer than two signatories, since nobody signs what they proposed themselves.
        Conflict: when the cell has staff already.
    """
    if len(signatories) < FEWEST_SIGNATORIES or {s.role for s in signatories} != {Role.SIGNATORY}:
        raise Invalid("A cell is founded with two signatories at least: nobody signs what they proposed themselves.")
    if officer.role is not Role.DPO or {officer.entity, *(s.entity for s in signatories)} != {controller}:
        raise Invalid("The founders are signatories and the data protection officer of the controller.")
    with transaction.atomic(using="vault"):
        if Founding.objects.exists() or Staff.objects.exists():
            raise Conflict("This cell is founded; further staff are appointed by an act.")
        Founding.objects.create(controller=controller, founded_at=now)
        appointed = [_appoint_founder(founder, now) for founder in (*signatories, officer)]
        body = {
            "controller": controller,
            "signatories": [[staff.hex(), key.hex()] for staff, key in appointed[:-1]],
            "officer": appointed[-1][0].hex(),
        }
        append(governance("cell.founded", body, actor=None, place=None, at=now))
        bump_governance()
    ids = [staff for staff, _key in appointed]
    return {"signatories": tuple(ids[:-1]), "officer": (ids[-1],)}


def add_staff_row(
    *, staff: StaffId, sealed_name: bytes, columns: Mapping[str, str], period: tuple[date, date | None]
) -> None:
    """Insert one employee; whoever calls this founds the cell or applies an appointment.

    Raises:
        Invalid: when role, entity, unit or workplace have the wrong form.
    """
    check_post(columns)
    Staff.objects.create(id=staff, name=sealed_name, active_from=period[0], active_until=period[1], **columns)


def check_post(columns: Mapping[str, str]) -> None:
    """Check role, entity, unit and workplace of a post.

    Raises:
        Invalid: naming the part that has the wrong form.
    """
    if columns["role"] not in STAFF_ROLES:
        raise Invalid("There is no such role of staff.")
    if any(SLUG.fullmatch(columns[part]) is None for part in ("entity", "unit")):
        raise Invalid("Entity and unit are named by small letters, digits and hyphens, 32 at most.")
    if re.fullmatch(r"[A-Z]{2}", columns["workplace"]) is None:
        raise Invalid("A workplace is given by its country's two-letter code.")


def sealed_name(staff: StaffId, name: str) -> bytes:
    """Seal a name under the employee's own key, made on first use."""
    if not name.strip():
        raise Invalid("A name is needed.")
    return seal(keys.store().actor_key(staff), name.strip().encode(), name_place(staff))


def make_key(*, staff: StaffId, passphrase: str, now: datetime, place: Place | None = None) -> bytes:
    """Make a signing key for oneself; it signs nothing until an act puts it on record. Gives its id.

    Raises:
        Invalid: for a short passphrase.
        Conflict: when there is no such staff member.
    """
    member = _member(staff)
    key = new_signing_key(staff, passphrase, now=now)
    with transaction.atomic(using="vault"):
        key.save(force_insert=True)
        append(governance("key.made", _named(key), actor=member, place=place, at=now))
    return bytes(key.pk)


def retire_key(*, staff: StaffId, now: datetime, place: Place | None = None) -> None:
    """Retire one's own key on record at once (lost, told, or leaving); what it signed before still holds.

    Raises:
        Conflict: when there is none on record.
    """
    member = _member(staff)
    with transaction.atomic(using="vault"):
        key = SigningKey.objects.filter(staff_id=staff, retired_at=None).exclude(on_record_at=None).first()
        if key is None:
            raise Conflict("There is no signing key on record to retire.")
        key.retired_at = now
        key.save(update_fields=["retired_at"])
        append(governance("key.retired", {"key": bytes(key.pk).hex()}, actor=member, place=place, at=now))
        bump_governance()


def unlock(*, staff: StaffId, passphrase: str) -> Signer:
    """Open one's signing key on record, or else the newest one made.

    Raises:
        NotVerified: always with the same sentence: no key, another passphrase, another cell.
    """
    key, private = _opened(staff, passphrase)
    return Signer(staff, bytes(key.pk), private)


def change_passphrase(*, staff: StaffId, passphrase: str, new_passphrase: str) -> None:
    """Seal one's signing key under a new passphrase; old copies of the database open with the old one."""
    with transaction.atomic(using="vault"):
        key, private = _opened(staff, passphrase)
        seal_private(key, private, new_passphrase)
        key.save(update_fields=["salt", "kdf_parameters", "private_key"])


def _appoint_founder(founder: Appointee, now: datetime) -> tuple[StaffId, bytes]:
    staff = new_staff_id()
    columns = {
        "role": founder.role.value,
        "entity": founder.entity,
        "unit": founder.unit,
        "workplace": founder.workplace,
    }
    add_staff_row(staff=staff, sealed_name=sealed_name(staff, founder.name), columns=columns, period=(today(now), None))
    if founder.role is not Role.SIGNATORY:
        return staff, b""
    key = new_signing_key(staff, founder.passphrase, now=now)
    key.on_record_at = now
    key.save(force_insert=True)
    append(governance("key.added", _named(key), actor=None, place=None, at=now))
    return staff, bytes(key.pk)


def _opened(staff: StaffId, passphrase: str) -> tuple[SigningKey, Ed25519PrivateKey]:
    rows = SigningKey.objects.filter(staff_id=staff, retired_at=None).order_by("-made_at")
    found = sorted(rows, key=lambda key: key.on_record_at is None)
    if not found:
        raise NotVerified("A sealed value does not open here.", code="seal")
    return found[0], open_private(found[0], passphrase)


def _member(staff: StaffId) -> Actor:
    record = staff_member(staff)
    if record is None:
        raise Conflict("There is no such staff member.")
    return record.actor


def _named(key: SigningKey) -> dict[str, str]:
    return {
        "key": bytes(key.pk).hex(),
        "staff": bytes(key.staff_id).hex(),
        "public_key": bytes(key.public_key).hex(),
    }

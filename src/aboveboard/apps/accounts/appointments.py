"""What acts about staff say and do: appointments, changes of role, and keys put on record.

The body of an act holds the name sealed under the appointee's own key; the signatory opens it before signing.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aboveboard.apps.accounts.actions import Appointee, add_staff_row, check_post, new_staff_id, sealed_name
from aboveboard.apps.accounts.acts import applying
from aboveboard.apps.accounts.models import SigningKey, Staff
from aboveboard.apps.accounts.queries import open_name
from aboveboard.apps.ledger.actions import append
from aboveboard.core.entries import governance
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.question import Place
from aboveboard.core.terms import CountryCode, EntityId, Role, StaffId

_POST = ("role", "entity", "unit", "workplace")


def appointment_body(appointee: Appointee, *, active_from: date, active_until: date | None = None) -> dict[str, Any]:
    """Give the body of an appointment under a fresh staff id, the name sealed."""
    staff = new_staff_id()
    post = _post(appointee.role, appointee.entity, appointee.unit, appointee.workplace)
    return {
        "staff": staff.hex(),
        "name": sealed_name(staff, appointee.name).hex(),
        **post,
        "active_from": active_from.isoformat(),
        "active_until": active_until.isoformat() if active_until else None,
    }


def role_body(
    staff: StaffId,
    *,
    role: Role,
    entity: EntityId,
    unit: str,
    workplace: CountryCode,
    active_until: date | None = None,
) -> dict[str, Any]:
    """Give the body of a change of post, or of its end on a day (exclusive)."""
    until = active_until.isoformat() if active_until else None
    return {"staff": staff.hex(), **_post(role, entity, unit, workplace), "active_until": until}


def key_body(key: bytes) -> dict[str, Any]:
    """Give the body that puts a key on record.

    Raises:
        Conflict: when there is no such key.
    """
    row = SigningKey.objects.filter(pk=key).first()
    if row is None:
        raise Conflict("There is no such key.")
    return {"staff": bytes(row.staff_id).hex(), "key": key.hex(), "public_key": bytes(row.public_key).hex()}


def appointee_name(body: Mapping[str, Any]) -> str:
    """Open the name in the body of an appointment, for whoever is to sign it."""
    return open_name(StaffId(bytes.fromhex(body["staff"])), bytes.fromhex(body["name"]))


def apply_appointment(*, act: bytes, now: datetime, place: Place | None = None) -> StaffId:
    """Let a signed appointment take effect; gives the id of the employee."""
    with applying(act=act, kind="appointment", now=now, place=place) as (record, _signatory):
        body = record.body
        staff = _staff(body)
        add_staff_row(
            staff=staff,
            sealed_name=_hex(body, "name"),
            columns={part: str(body.get(part, "")) for part in _POST},
            period=(_day(body, "active_from") or now.date(), _day(body, "active_until")),
        )
    return staff


def apply_role(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Let a signed change of post take effect.

    Raises:
        Conflict: when there is no such staff member.
    """
    with applying(act=act, kind="role", now=now, place=place) as (record, _signatory):
        post = {part: str(record.body.get(part, "")) for part in _POST}
        check_post(post)
        rows = Staff.objects.filter(pk=_staff(record.body))
        if not rows.update(**post, active_until=_day(record.body, "active_until")):
            raise Conflict("There is no such staff member.")


def apply_key(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Put a key on record; the one that was on record before is retired in the same moment.

    Raises:
        Conflict: when the key is not there, not theirs, retired, or on record already.
    """
    with applying(act=act, kind="key", now=now, place=place) as (record, signatory):
        staff = _staff(record.body)
        key = SigningKey.objects.filter(
            pk=_hex(record.body, "key"), staff_id=staff, on_record_at=None, retired_at=None
        ).first()
        if key is None or bytes(key.public_key) != _hex(record.body, "public_key"):
            raise Conflict("There is no such key of theirs that awaits being put on record.")
        before = SigningKey.objects.filter(staff_id=staff, retired_at=None).exclude(on_record_at=None)
        retired = [bytes(old).hex() for old in before.values_list("id", flat=True)]
        before.update(retired_at=now)
        key.on_record_at = now
        key.save(update_fields=["on_record_at"])
        entry_body = {**record.body, "retired": retired}
        append(governance("key.added", entry_body, actor=signatory.actor, place=place, at=now))


def _post(role: Role, entity: EntityId, unit: str, workplace: CountryCode) -> dict[str, str]:
    post = {"role": role.value, "entity": entity, "unit": unit, "workplace": workplace}
    check_post(post)
    return post


def _staff(body: Mapping[str, Any]) -> StaffId:
    return StaffId(_hex(body, "staff"))


def _hex(body: Mapping[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(body[name])
    except (KeyError, TypeError, ValueError):
        raise Invalid(f"The act's body has no {name} of the form it must have.") from None


def _day(body: Mapping[str, Any], name: str) -> date | None:
    value = body.get(name)
    try:
        return None if value is None else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid(f"The act's body has no {name} of the form it must have.") from None

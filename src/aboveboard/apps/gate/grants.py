"""Grants: a signed act of the kind ``grant`` becomes leave to read, for a time; revoking needs one signatory."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from aboveboard.apps.accounts import acts
from aboveboard.apps.accounts.queries import active_staff
from aboveboard.apps.gate.models import Grant
from aboveboard.apps.ledger.actions import CELL, append, bump_governance
from aboveboard.core.catalogue import catalogue
from aboveboard.core.entries import governance
from aboveboard.core.errors import Conflict, Denied, Invalid
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import EntityId, PurposeId, Role, StaffId

KIND = "grant"


def grant_body(
    *,
    controller: EntityId,
    entity: EntityId,
    role: Role,
    purpose: PurposeId,
    categories: Iterable[str],
    valid_from: datetime,
    valid_until: datetime,
) -> dict[str, Any]:
    """Give the body of an act that proposes a grant.

    Raises:
        Invalid: for a category the catalogue does not know, or a grant without end.
    """
    wanted = sorted(set(categories))
    if not wanted or any(category not in catalogue().categories for category in wanted):
        raise Invalid("A grant names one or more categories of the catalogue (T01 to T98).")
    if valid_until <= valid_from:
        raise Invalid("A grant ends after it begins; give a later end.")
    return {
        "controller": controller,
        "entity": entity,
        "role": role.value,
        "purpose": purpose,
        "categories": [str(category) for category in wanted],
        "valid_from": valid_from.astimezone(UTC).isoformat(),
        "valid_until": valid_until.astimezone(UTC).isoformat(),
    }


def apply_grant(act: bytes, *, now: datetime, place: Place | None = None) -> Grant:
    """Let a signed act take effect: from now on, until its end, the gate counts the grant.

    Raises:
        Conflict: when the act is not signed, or took effect before.
    """
    with acts.applying(act=act, kind=KIND, now=now, place=place) as (record, _signer):
        body = record.body
        return Grant.objects.create(
            id=act,
            controller=body["controller"],
            entity=body["entity"],
            role=body["role"],
            purpose=body["purpose"],
            categories=",".join(body["categories"]),
            valid_from=datetime.fromisoformat(body["valid_from"]),
            valid_until=datetime.fromisoformat(body["valid_until"]),
        )


def revoke(grant: bytes, *, by: StaffId, now: datetime, place: Place | None = None) -> None:
    """End a grant at once: the controller's signatory alone may, and the officer may, on a doubt.

    Raises:
        Denied: when *by* is neither.
        Conflict: when the grant is not there or has been revoked.
    """
    member = active_staff(by, now=now)
    row = Grant.objects.filter(id=grant).first()
    if row is None or row.revoked_at is not None:
        raise Conflict("There is no such grant in force.")
    if member is None or member.entity != row.controller or member.role not in (Role.SIGNATORY, Role.DPO):
        raise Denied("Only a signatory or the data protection officer of the controller can end a grant.")
    actor = Actor(member.id, member.role, member.entity)
    with transaction.atomic(using=CELL, durable=True):
        Grant.objects.filter(id=grant).update(revoked_at=now)
        append(governance("grant.revoked", {"act": grant.hex()}, actor=actor, place=place, at=now))
        bump_governance()

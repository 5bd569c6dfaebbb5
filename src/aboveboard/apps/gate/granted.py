"""Grants as people read them: all of them, in force or not, each with why it holds or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveboard.apps.accounts import queries as accounts
from aboveboard.apps.gate.models import Grant
from aboveboard.apps.gate.snapshot import body_of
from aboveboard.core.terms import CategoryId, EntityId, PurposeId, Role


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant that took effect, with its state at the moment it was asked for."""

    id: bytes
    """Of the act it rests on, and of the grant."""
    controller: EntityId
    entity: EntityId
    role: Role
    purpose: PurposeId
    categories: tuple[CategoryId, ...]
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None
    state: str
    """``in-force``, ``not-yet``, ``ended``, ``revoked`` or ``broken``: its signatures do not hold."""


def grants_listed(*, now: datetime, entity: EntityId | None = None) -> Sequence[GrantLine]:
    """List the grants of the controller, of one entity if asked, the one that ends last first."""
    rows = Grant.objects.order_by("-valid_until", "id")
    return tuple(_line(row, now) for row in (rows if entity is None else rows.filter(entity=entity)))


def _line(row: Grant, now: datetime) -> GrantLine:
    return GrantLine(
        bytes(row.id),
        EntityId(row.controller),
        EntityId(row.entity),
        Role(row.role),
        PurposeId(row.purpose),
        tuple(CategoryId(part) for part in row.categories.split(",")),
        row.valid_from,
        row.valid_until,
        row.revoked_at,
        _state(row, now),
    )


def _state(row: Grant, now: datetime) -> str:
    act = accounts.act(bytes(row.id))
    if act is None or not act.signatures_hold or body_of(row) != dict(act.body):
        return "broken"
    if row.revoked_at is not None and row.revoked_at <= now:
        return "revoked"
    if now < row.valid_from:
        return "not-yet"
    return "ended" if now >= row.valid_until else "in-force"

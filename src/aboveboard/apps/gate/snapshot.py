"""Governance as it stands: the register, the staff and the sizes of units, kept in memory for one version of it.

Every change of governance raises the cell's version, and an entry is committed only if the version it was decided
under still stands; so a stale snapshot can delay an answer, never make it wrong.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections

from aboveboard.apps.accounts import queries as accounts
from aboveboard.apps.gate.models import Grant as GrantRow
from aboveboard.apps.group import queries as group
from aboveboard.apps.ledger.actions import governance_changes_here
from aboveboard.apps.register import queries as register
from aboveboard.core.errors import Denied, Invalid
from aboveboard.core.policy.question import Actor
from aboveboard.core.policy.register import Grant, Register
from aboveboard.core.terms import CategoryId, CountryCode, EntityId, GrantId, PurposeId, Role, StaffId

CELL = "vault"
SMALLEST_UNIT = 5
"""In units under this many a pseudonym would name its bearer, so none is shown."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Governance at one version on one day."""

    version: int
    day: date
    register: Register
    staff: Mapping[StaffId, accounts.StaffRecord]
    unit_sizes: Mapping[tuple[EntityId, str], int]
    weighed: dict[object, dict[object, Any]] = field(default_factory=dict, compare=False, repr=False)
    """What the rules said under this governance, by question and shape of a person (`gate.weighing`)."""

    def member(self, staff: StaffId) -> accounts.StaffRecord:
        """Give an employee who is appointed today.

        Raises:
            Denied: when there is none of that id.
        """
        record = self.staff.get(staff)
        if record is None or not record.active_on(self.day):
            raise Denied("This sign-in does not belong to an employee who is appointed today.")
        return record

    def actor(self, staff: StaffId) -> Actor:
        """Give the employee as the rules see them, with the role and entity on record."""
        record = self.member(staff)
        return Actor(record.id, record.role, record.entity)

    def reader_is_named(self, actor: Actor) -> bool:
        """Tell whether a pseudonym of this reader hides them among enough others."""
        if actor.staff is None:
            return False
        record = self.staff[actor.staff]
        return self.unit_sizes.get((record.entity, record.unit), 0) >= SMALLEST_UNIT


RECENT_S = 0.2
"""For this long a governance version that was read is taken for the one in force, by whom the gate checks anyway."""
_lock = threading.Lock()
_latest: dict[str, Snapshot] = {}
_seen: dict[str, tuple[float, int]] = {}
"""When the latest was last seen in force, and how many changes this process had made by then."""


def governance_version() -> int:
    """Give the governance version in force.

    Raises:
        Invalid: before the cell is founded.
    """
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT governance FROM ledger_cell WHERE id = 1")
        row = cursor.fetchone()
    if row is None:
        raise Invalid("The cell is not founded yet; run `aboveboard init`.")
    return int(row[0])


def snapshot(version: int | None = None, *, now: datetime | None = None) -> Snapshot:
    """Give governance at *version* (None: the one in force), read anew only when it or the day has changed."""
    name, day = _name(), accounts.today(now or datetime.now(UTC))
    if version is None:
        seen = time.monotonic(), governance_changes_here()
        version = governance_version()
        _seen[name] = seen
    known = _latest.get(name)
    if known is None or known.version != version or known.day != day:
        with _lock:
            known = _latest[name] = _read(version, day)
    return known


def recent(staff: StaffId, *, now: datetime) -> Snapshot:
    """Give governance as it was a fifth of a second ago at most, and of this moment for who is not found in that.

    For questions alone: the gate holds the version against the one in force and puts the question anew (`seen_under`).
    """
    name = _name()
    known, (seen_at, changes) = _latest.get(name), _seen.get(name, (0.0, -1))
    fresh = time.monotonic() - seen_at < RECENT_S and changes == governance_changes_here()
    if known is None or not fresh or staff not in known.staff or known.day != accounts.today(now):
        return snapshot(now=now)
    return known


def _name() -> str:
    return str(connections[CELL].settings_dict["NAME"])


def _read(version: int, day: date) -> Snapshot:
    controller = accounts.controller()
    if controller is None:
        raise Invalid("The cell is not founded yet; run `aboveboard init`.")
    staff = {record.id: record for record in accounts.staff_members()}
    sizes: dict[tuple[EntityId, str], int] = {}
    for record in staff.values():
        if record.active_on(day):
            sizes[record.entity, record.unit] = sizes.get((record.entity, record.unit), 0) + 1
    kept = Register(
        controller=controller,
        purposes=register.purposes(),
        entities=group.entities(),
        instruments=tuple(register.instruments()),
        grants=(),
        modelled=frozenset(group.MODELLED),
    )
    return Snapshot(version, day, kept, staff, sizes)


def grants_verified(entity: EntityId, role: Role) -> tuple[Grant, ...]:
    """Give the grants to a role of another entity, both signatures of each verified now."""
    found = []
    for row in GrantRow.objects.filter(entity=entity, role=role.value):
        act = accounts.act(bytes(row.id))
        found.append(
            Grant(
                id=GrantId(bytes(row.id)),
                controller=EntityId(row.controller),
                entity=EntityId(row.entity),
                role=Role(row.role),
                purpose=PurposeId(row.purpose),
                categories=frozenset(CategoryId(part) for part in row.categories.split(",")),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                signatures_hold=act is not None and act.signatures_hold and body_of(row) == dict(act.body),
                opinion_given=act is not None and act.opinion_at is not None,
                revoked_at=row.revoked_at,
            )
        )
    return tuple(found)


def body_of(row: GrantRow) -> dict[str, object]:
    """Give the body an act must have had to make this grant row: a row changed afterwards matches none."""
    return {
        "controller": row.controller,
        "entity": row.entity,
        "role": row.role,
        "purpose": row.purpose,
        "categories": row.categories.split(","),
        "valid_from": row.valid_from.astimezone(UTC).isoformat(),
        "valid_until": row.valid_until.astimezone(UTC).isoformat(),
    }


def workplace_of(staff: StaffId, now: datetime) -> CountryCode:
    """Give the workplace on record of an employee."""
    return CountryCode(snapshot(now=now).member(staff).workplace)

"""Entering entities and letting them go live; whoever calls this holds the signed act or founds the cell."""

import re
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from aboveboard.apps.group.models import Entity as EntityRow
from aboveboard.apps.group.queries import LegalEntity, legal_entity
from aboveboard.apps.ledger.actions import append, bump_governance
from aboveboard.core.entries import governance
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import EntityId, EntityStanding

ENTITY_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
COUNTRY = re.compile(r"[A-Z]{2}")
REFERENCE = re.compile(r"[A-Za-z0-9._:/#-]{0,128}")


def enter(
    *, entity: LegalEntity, act: bytes | None, by: Actor | None, now: datetime, place: Place | None = None
) -> None:
    """Enter an entity or correct what is on record of it; the day it went live stays as it is.

    Raises:
        Invalid: when a part has the wrong form.
        Conflict: when there is another controller, or a correction would undo what going live rested on.
    """
    _check(entity)
    with transaction.atomic(using="vault"):
        before = legal_entity(entity.id)
        record = replace(entity, live_on=before.live_on if before else None)
        if record.live_on is not None and (missing := record.lacks(record.live_on)):
            raise Conflict(f"Entity {entity.id} is live and would lose {_listed(missing)}.")
        others = EntityRow.objects.exclude(pk=entity.id).filter(standing=EntityStanding.CONTROLLER.value)
        if entity.standing is EntityStanding.CONTROLLER and others.exists():
            raise Conflict("A cell has one controller, and it is another entity.")
        _save(record, act)
        body = {
            "entity": entity.id,
            "country": entity.country,
            "standing": entity.standing.value,
            "act": _hex(act),
        }
        append(governance("entity.entered", body, actor=by, place=place, at=now))
        bump_governance()


def go_live(
    *,
    entity: EntityId,
    on: date,
    act: bytes | None,
    by: Actor | None,
    now: datetime,
    place: Place | None = None,
) -> None:
    """Let an entity go live on a day; from then on its staff may ask the gate.

    Raises:
        Conflict: naming what is missing, or when the entity is unknown or live already.
    """
    with transaction.atomic(using="vault"):
        record = legal_entity(entity)
        if record is None:
            raise Conflict(f"There is no entity {entity}; enter it first.")
        if record.live_on is not None:
            raise Conflict(f"Entity {entity} went live on {record.live_on:%Y-%m-%d}.")
        if missing := record.lacks(on):
            raise Conflict(f"Entity {entity} cannot go live: there is no record of {_listed(missing)}.")
        _save(replace(record, live_on=on), act)
        body = {
            "entity": entity,
            "live_on": on.isoformat(),
            "staff_notice_on": str(record.staff_notice_on),
            "consultation_on": str(record.consultation_on),
            "agreement_on": str(record.agreement_on or ""),
            "act": _hex(act),
        }
        append(governance("entity.live", body, actor=by, place=place, at=now))
        bump_governance()


def _check(entity: LegalEntity) -> None:
    if ENTITY_ID.fullmatch(entity.id) is None:
        raise Invalid("An entity's id is made of small letters, digits and hyphens, 32 at most.")
    if COUNTRY.fullmatch(entity.country) is None:
        raise Invalid("A country is given by its two-letter code.")
    if not entity.legal_name.strip():
        raise Invalid("An entity needs its legal name.")
    if REFERENCE.fullmatch(entity.consultation_document) is None:
        raise Invalid("A document is named by a reference or digest without spaces, 128 characters at most.")


def _save(record: LegalEntity, act: bytes | None) -> None:
    columns = {name: getattr(record, name) for name in LegalEntity.__slots__ if name not in ("id", "adequacy_scopes")}
    columns["standing"] = record.standing.value
    columns["adequacy_scopes"] = sorted(record.adequacy_scopes)
    EntityRow.objects.update_or_create(pk=record.id, defaults={**columns, "entered_by_act": act})


def _listed(missing: tuple[str, ...]) -> str:
    return missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"


def _hex(act: bytes | None) -> str:
    return "" if act is None else act.hex()

"""Letting signed acts about purposes, instruments, defaults and entities take effect; nothing else writes here."""

from datetime import datetime

from aboveboard.apps.accounts.acts import applying
from aboveboard.apps.accounts.queries import today
from aboveboard.apps.group.actions import enter, go_live
from aboveboard.apps.group.queries import legal_entity
from aboveboard.apps.ledger.actions import bump_governance
from aboveboard.apps.register.drafts import (
    AssessmentDraft,
    InstrumentDraft,
    LiftDraft,
    PurposeDraft,
    entity_of,
    live_day_of,
)
from aboveboard.apps.register.models import Assessment, Instrument, LiftedDefault, Purpose
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.question import Place
from aboveboard.core.terms import PurposeId, TransferTool


def apply_purpose(*, act: bytes, now: datetime, place: Place | None = None) -> PurposeId:
    """Register a purpose, or replace what is registered under its id; gives the id.

    Raises:
        Invalid: when the body is not one of a purpose.
        Conflict: when a purpose it is compatible with is not registered.
    """
    with applying(act=act, kind="purpose", now=now, place=place) as (record, _signatory):
        draft = PurposeDraft.of(record.body)
        columns = {
            "controller": record.controller,
            "basis": draft.basis.value,
            "allowed": {capacity.value: sorted(ids) for capacity, ids in draft.allowed.items()},
            "roles": sorted(role.value for role in draft.roles),
            "sentence_en": draft.sentence_en.strip(),
            "sentence_cs": draft.sentence_cs.strip(),
            "dpv": draft.dpv,
            "assessment": _assessment(draft.assessment, act),
            "ended_on": draft.ended_on,
            "circumstances": sorted(draft.circumstances),
            "compatible_with": sorted(draft.compatible_with),
            "compatibility_test": draft.compatibility_test,
            "act": act,
        }
        known = Purpose.objects.filter(pk__in=draft.compatible_with).count()
        if known != len(draft.compatible_with):
            raise Conflict("A purpose it is said to be compatible with is not registered.")
        Purpose.objects.update_or_create(pk=draft.id, defaults=columns)
    return draft.id


def apply_instrument(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Register a transfer instrument between two entities of the group.

    Raises:
        Invalid: when the body is not one of an instrument.
        Conflict: when an entity is unknown.
    """
    with applying(act=act, kind="instrument", now=now, place=place) as (record, _signatory):
        draft = InstrumentDraft.of(record.body)
        for side in (draft.exporter, draft.importer):
            if legal_entity(side) is None:
                raise Conflict(f"There is no entity {side[:32]}; enter it first.")
        Instrument.objects.create(
            exporter=draft.exporter,
            importer=draft.importer,
            tool=draft.tool.value,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
            assessment=_assessment(draft.assessment, act),
            subject=draft.subject,
            act=act,
        )


def spend_derogation(number: int, *, now: datetime) -> None:
    """Use a derogation up, in the transaction that is open: it serves one transfer (Art. 49).

    Raises:
        Conflict: when it was used already.
    """
    unspent = Instrument.objects.filter(pk=number, tool=TransferTool.DEROGATION.value, spent_at=None)
    if unspent.update(spent_at=now) != 1:
        raise Conflict("This derogation was used already; it serves one transfer.")
    bump_governance()


def apply_lift_default(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Lift a house default for one purpose; a rule of the law is not moved by it.

    Raises:
        Invalid: when the body is not one of a lifted default.
        Conflict: when the purpose is unknown or the default is lifted already.
    """
    with applying(act=act, kind="lift-default", now=now, place=place) as (record, _signatory):
        draft = LiftDraft.of(record.body)
        purpose = Purpose.objects.filter(pk=draft.purpose).first()
        if purpose is None:
            raise Conflict(f"There is no purpose {draft.purpose[:64]}.")
        same = {"purpose": purpose, "capacity": draft.capacity.value, "category": draft.category}
        if LiftedDefault.objects.filter(**same).exists():
            raise Conflict("This default is lifted for that purpose already.")
        LiftedDefault.objects.create(**same, lifted_on=today(now), act=act)


def apply_entity(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Enter an entity, correct it, or let it go live, as the act says.

    Raises:
        Invalid: when the body is not one of an entity.
        Conflict: naming what is missing for going live.
    """
    with applying(act=act, kind="entity", now=now, place=place) as (record, signatory):
        by = signatory.actor
        if record.body.get("change") == "enter":
            enter(entity=entity_of(record.body), act=act, by=by, now=now, place=place)
        elif record.body.get("change") == "live":
            entity, on = live_day_of(record.body)
            go_live(entity=entity, on=on, act=act, by=by, now=now, place=place)
        else:
            raise Invalid("An act about an entity enters it or lets it go live.")


def _assessment(draft: AssessmentDraft | None, act: bytes) -> Assessment | None:
    if draft is None:
        return None
    return Assessment.objects.create(
        kind=draft.kind,
        decided_on=draft.decided_on,
        review_on=draft.review_on,
        document=draft.document,
        act=act,
    )

"""Orders to seal looks for a time: acts of the kind ``delay``, renewed by others, ended early by a signatory (ADR 8).

An order names law and article; the person by a hash alone. What was sealed is opened on its day at the latest.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from aboveboard.apps.accounts import acts
from aboveboard.apps.accounts.queries import active_staff, controller
from aboveboard.apps.accounts.rules import Answer
from aboveboard.apps.accounts.signing import Signer
from aboveboard.apps.gate.settling import settle_sealed
from aboveboard.apps.ledger.actions import CELL, append, bump_governance
from aboveboard.apps.ledger.models import Delay
from aboveboard.apps.register.queries import purposes
from aboveboard.apps.vault.queries import person_row
from aboveboard.core.catalogue.delays import longest_days
from aboveboard.core.entries import governance
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.entries.sealed import day_number, day_of, person_digest, utc_day
from aboveboard.core.errors import Conflict, Denied, Invalid
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import PurposeId, Role, StaffId, SubjectId
from aboveboard.core.verify.grants import OWN_RECORD

KIND = "delay"
LONGEST_WORDS = 120
_NONCE_SIZE = 32


@dataclass(frozen=True, slots=True)
class DelayDraft:
    """What an order says: about whom, which looks, what forbids telling, the latest day, which order it renews."""

    person: SubjectId
    purposes: tuple[PurposeId, ...]
    law: str
    article: str
    open_by: date
    renews: bytes = b""

    def body(self, nonce: bytes) -> Mapping[str, Any]:
        """Give the body of the act; it holds nothing by which the person could be found."""
        return {
            "person": person_digest(nonce, self.person),
            "purposes": sorted(self.purposes),
            "law": self.law,
            "article": self.article,
            "open_by": self.open_by.isoformat(),
            "renews": self.renews.hex(),
        }


def propose_delay(draft: DelayDraft, *, by: Signer, now: datetime, place: Place | None = None) -> Answer:
    """Propose to seal looks at one person, signed by the proposer; nothing is sealed before it takes effect.

    Raises:
        Invalid: for a purpose that is not registered, no law, or a day too early or too late.
        Conflict: when the person is not here, or there is no such order to renew.
    """
    _check(draft, now)
    _require_here(draft.person)
    if draft.renews:
        _renewable(draft.renews, draft.person, draft.open_by)
    nonce = secrets.token_bytes(_NONCE_SIZE)
    with transaction.atomic(using=CELL):
        answer = acts.propose(kind=KIND, body=draft.body(nonce), by=by, now=now, place=place)
        if answer.done:
            Delay.objects.create(
                act=answer.act,
                person=draft.person,
                nonce=nonce,
                purposes=",".join(sorted(draft.purposes)),
                renews=draft.renews,
                open_by=day_number(draft.open_by),
            )
    return answer


def apply_delay(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Let a signed order take effect: from now until its day looks for its purposes are sealed.

    Raises:
        Conflict: when the act is not signed, took effect before, or its person or the order it renews is gone.
        Invalid: when its day has come too near, or its row is not what two people signed.
    """
    with acts.applying(act=act, kind=KIND, now=now, place=place) as (record, _signer):
        row = Delay.objects.filter(act=act).first()
        if row is None or row.person is None or row.nonce is None:
            raise Conflict("This person was erased, or the order was made elsewhere; nothing can be sealed by it.")
        draft = draft_of(row, record.body)
        if dict(draft.body(bytes(row.nonce))) != dict(record.body):
            raise Invalid("The order kept here is not the one that two people signed.")
        _check(draft, now)
        _require_here(draft.person)
        if draft.renews:
            before = _renewable(draft.renews, draft.person, draft.open_by)
            before.ended_us = microseconds(now)
            before.save(update_fields=["ended_us"])
        row.ordered_us = microseconds(now)
        row.save(update_fields=["ordered_us"])
    settle_sealed(now)


def end_delay(act: bytes, *, by: StaffId, now: datetime, place: Place | None = None) -> int:
    """End an order before its day, by a signatory of the controller, and open what it sealed; how many lines.

    Raises:
        Denied: when *by* is no signatory of the controller.
        Conflict: when there is no such order in effect.
    """
    member, row = active_staff(by, now=now), Delay.objects.filter(act=act).first()
    if row is None or row.ordered_us is None or row.ended_us is not None:
        raise Conflict("There is no such order in effect.")
    if member is None or member.role is not Role.SIGNATORY or member.entity != controller():
        raise Denied("Only a signatory of the controller can end an order before its day.")
    actor = Actor(member.id, member.role, member.entity)
    with transaction.atomic(using=CELL, durable=True):
        row.ended_us = microseconds(now)
        row.save(update_fields=["ended_us"])
        append(governance("delay.ended", {"act": act.hex()}, actor=actor, place=place, at=now))
        bump_governance()
    return settle_sealed(now)


def person_of(act: bytes) -> bytes | None:
    """Give whom an order is about, for those who decide on it; None once the person was erased."""
    row = Delay.objects.filter(act=act).first()
    return bytes(row.person) if row is not None and row.person is not None else None


def draft_of(row: Delay, body: Mapping[str, Any]) -> DelayDraft:
    """Give what the row of an order says, with law and article of its act."""
    return DelayDraft(
        SubjectId(bytes(row.person or b"")),
        tuple(PurposeId(part) for part in row.purposes.split(",")),
        str(body.get("law", "")),
        str(body.get("article", "")),
        day_of(row.open_by),
        bytes(row.renews),
    )


def _check(draft: DelayDraft, now: datetime) -> None:
    sealable = purposes().keys() - {OWN_RECORD}
    if not draft.purposes or not sealable >= set(draft.purposes):
        raise Invalid("An order names registered purposes; looks for these are sealed, never a person's own.")
    for words in (draft.law, draft.article):
        if not words.strip() or len(words) > LONGEST_WORDS or not words.isprintable():
            raise Invalid(
                f"An order names the law and the article that forbid telling, {LONGEST_WORDS} letters at most."
            )
    today, longest = utc_day(now), longest_days(draft.law)
    if not today < draft.open_by <= today + timedelta(days=longest):
        raise Invalid(f"The latest day lies ahead, and {longest} days at most; a new act can renew the order.")


def _require_here(person: SubjectId) -> None:
    row = person_row(person)
    if row is None or row.erasing_at is not None:
        raise Conflict("There is no such person here, or they were erased.")


def _renewable(act: bytes, person: SubjectId, open_by: date) -> Delay:
    row = Delay.objects.filter(act=act).first()
    if row is None or row.ordered_us is None or row.ended_us is not None or bytes(row.person or b"") != person:
        raise Conflict("There is no such order in effect about this person.")
    if day_number(open_by) <= row.open_by:
        raise Invalid("A renewal names a later day than the order it renews.")
    return row

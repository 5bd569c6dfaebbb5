"""The one way to decide anything: proposed and signed by one, opined on by the officer, signed by another, applied.

Each step writes its entry in the same transaction, also when a rule refuses the step; a refusal is returned,
because raising would take its entry back. GDPR Arts 4(7), 38(1), 38(6).
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.models import ACT_KINDS, Act, SigningKey
from aboveboard.apps.accounts.queries import (
    ActRecord,
    StaffRecord,
    act_record,
    active_staff,
    controller,
    has_officer,
    reason_place,
    staff_member,
)
from aboveboard.apps.accounts.rules import (
    Answer,
    opinion_first_refusals,
    opinion_refusals,
    proposal_refusals,
    signature_refusals,
    waiver,
)
from aboveboard.apps.accounts.signing import (
    Signer,
    body_hash,
    decision_message,
    proposal_message,
    signatures_hold,
)
from aboveboard.apps.ledger.actions import append, bump_governance
from aboveboard.core import canonical
from aboveboard.core.entries import governance
from aboveboard.core.envelope.seal import seal
from aboveboard.core.errors import Conflict, Invalid, NotVerified
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Place
from aboveboard.core.terms import EntityId, StaffId, Verdict

LONGEST_REASON = 2000


def propose(*, kind: str, body: Mapping[str, Any], by: Signer, now: datetime, place: Place | None = None) -> Answer:
    """Propose an act to the cell's controller, signed by its proposer.

    Raises:
        Invalid: when the kind is unknown or the body has no canonical form.
        Conflict: before the cell is founded.
    """
    if kind not in ACT_KINDS:
        raise Invalid(f"There is no act of the kind {kind[:20]!r}.")
    encoded = canonical.encode(dict(body))
    with transaction.atomic(using="vault"):
        act = Act(
            id=secrets.token_bytes(16),
            kind=kind,
            controller=_controller(),
            body=encoded,
            proposed_by=by.staff,
            proposed_at=now,
            proposer_key_id=by.key,
        )
        proposer = active_staff(by.staff, now=now)
        refusals = proposal_refusals(kind, proposer, key_on_record=_on_record(by, now))
        if not refusals:
            act.proposer_signature = by.sign(proposal_message(act))
            act.save(force_insert=True)
        _write("act.proposed", act, by.staff, refusals, now, place, key=by.key.hex())
    return Answer(b"" if refusals else bytes(act.pk), refusals)


def give_opinion(
    *, act: bytes, in_favour: bool, by: StaffId, now: datetime, reason: str = "", place: Place | None = None
) -> Answer:
    """Put the officer's opinion beside an act that nobody has decided yet; the reason is kept sealed.

    Raises:
        Conflict: when the act is decided, or has its opinion.
        Invalid: when an opinion against gives no reason, or the reason is too long.
    """
    _check_reason(reason)
    if not in_favour and not reason.strip():
        raise Invalid("An opinion against an act gives its reason.")
    with transaction.atomic(using="vault"):
        row = _open_act(act)
        if row.opinion_at is not None:
            raise Conflict("The officer's opinion on this act is given.")
        refusals = opinion_refusals(row, active_staff(by, now=now))
        if not refusals:
            row.opinion_by, row.opinion_at, row.opinion_in_favour = by, now, in_favour
            row.opinion_reason = _sealed(reason, by, act, "opinion_reason")
            row.save()
        _write("act.opinion", row, by, refusals, now, place, in_favour=in_favour)
    return Answer(act, refusals)


def sign_act(
    *, act: bytes, by: Signer, now: datetime, overruling_reason: str = "", place: Place | None = None
) -> Answer:
    """Decide an act for the controller: its own signatory signs proposal and opinion as they stand.

    Raises:
        Conflict: when the act is decided already.
        NotVerified: when the proposer's signature does not hold.
    """
    _check_reason(overruling_reason)
    with transaction.atomic(using="vault"):
        row = _open_act(act)
        body, signer = canonical.decode(bytes(row.body)), active_staff(by.staff, now=now)
        waived = waiver(row.kind, body, officer_exists=has_officer(EntityId(row.controller), now=now))
        refusals = (
            *signature_refusals(row, body, signer, key_on_record=_on_record(by, now)),
            *opinion_first_refusals(row, waived=waived, overruling_reason=overruling_reason),
        )
        if not refusals:
            _decide(row, by, now, overruling_reason, waived)
        _write("act.signed", row, by.staff, refusals, now, place, key=by.key.hex(), waived=row.opinion_waived)
    return Answer(act, refusals)


def refuse_act(*, act: bytes, by: StaffId, now: datetime, place: Place | None = None) -> Answer:
    """End an act without effect: the controller's signatory refuses it, or its proposer takes it back.

    Raises:
        Conflict: when the act is decided already.
    """
    with transaction.atomic(using="vault"):
        row = _open_act(act)
        refusals: tuple[Refusal, ...] = ()
        if by != bytes(row.proposed_by):
            refusals = signature_refusals(row, {}, active_staff(by, now=now), key_on_record=True)
        if not refusals:
            row.refused_by, row.refused_at = by, now
            row.save()
        _write("act.refused", row, by, refusals, now, place)
    return Answer(act, refusals)


@contextmanager
def applying(
    *, act: bytes, kind: str, now: datetime, place: Place | None = None
) -> Iterator[tuple[ActRecord, StaffRecord]]:
    """Open the transaction in which a signed act takes effect, once; gives the act and its signatory.

    Whoever applies changes their rows inside; entry, governance version and the mark of application come with
    them.

    Raises:
        Conflict: when the act is of another kind, not signed, applied already, or of another controller.
        NotVerified: when a signature does not hold now.
    """
    with transaction.atomic(using="vault"):
        row = _locked(act)
        if row.kind != kind or row.controller != _controller():
            raise Conflict(f"This act is not one of the kind {kind} of this cell's controller.")
        if row.decided_at is None or row.signed_by is None:
            raise Conflict("This act is not signed; nothing follows from it.")
        if row.applied_at is not None:
            raise Conflict("This act has taken effect already.")
        if not signatures_hold(row):
            raise NotVerified("The signatures of this act do not hold; nothing follows from it.", code="signature")
        signatory = staff_member(StaffId(bytes(row.signed_by)))
        if signatory is None:
            raise NotVerified("The signatures of this act do not hold; nothing follows from it.", code="signature")
        yield act_record(row), signatory
        row.applied_at = now
        row.save(update_fields=["applied_at"])
        _write("act.applied", row, signatory.id, (), now, place)
        bump_governance()


def _decide(row: Act, by: Signer, now: datetime, overruling_reason: str, waived: str) -> None:
    row.signed_by, row.signer_key_id, row.decided_at = by.staff, by.key, now
    if row.opinion_at is None:
        row.opinion_waived = waived
    if overruling_reason.strip():
        row.overruling_reason = _sealed(overruling_reason, by.staff, bytes(row.pk), "overruling_reason")
    row.signer_signature = by.sign(decision_message(row))
    row.save()
    if not signatures_hold(_locked(bytes(row.pk))):
        raise NotVerified("The proposer's signature does not hold; the act was not decided.", code="signature")


def _write(
    step: str,
    act: Act,
    by: StaffId,
    refusals: tuple[Refusal, ...],
    now: datetime,
    place: Place | None,
    **more: str | bool,
) -> None:
    """Write the entry of a step, taken or refused; hashes, ids and codes only."""
    body = {"act": bytes(act.pk).hex(), "kind": act.kind, "body_hash": body_hash(act).hex(), **more}
    member = staff_member(by)
    entry = governance(step, body, actor=member.actor if member else None, place=place, at=now)
    if refusals:
        codes = tuple(sorted({f"{refusal.rule}:{refusal.reason}" for refusal in refusals}))
        entry = replace(entry, verdict=Verdict.REFUSE.value, refusals=codes)
    append(entry)


def _locked(act: bytes) -> Act:
    row = (
        Act.objects.select_for_update(of=("self",)).select_related("proposer_key", "signer_key").filter(pk=act).first()
    )
    if row is None:
        raise Conflict("There is no such act.")
    return row


def _open_act(act: bytes) -> Act:
    row = _locked(act)
    if row.decided_at is not None or row.refused_at is not None:
        raise Conflict("This act is decided; a new one may be proposed.")
    return row


def _controller() -> EntityId:
    entity = controller()
    if entity is None:
        raise Conflict("The cell is not founded yet; run `aboveboard init`.")
    return entity


def _on_record(signer: Signer, now: datetime) -> bool:
    key = SigningKey.objects.filter(pk=signer.key, staff_id=signer.staff, retired_at=None).first()
    return key is not None and key.on_record_at is not None and key.on_record_at <= now


def _check_reason(reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason has at most {LONGEST_REASON} characters.")


def _sealed(text: str, by: StaffId, act: bytes, column: str) -> bytes | None:
    if not text.strip():
        return None
    return seal(keys.store().actor_key(by), text.encode(), reason_place(act, column))

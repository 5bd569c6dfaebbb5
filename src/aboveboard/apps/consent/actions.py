"""Giving and withdrawing consent, objecting and resolving: deeds of the gate, which writes their entries."""

import re
import secrets
from datetime import datetime

from django.db import transaction

from aboveboard.apps.consent.models import CHANNELS, GROUNDS, OUTCOMES, Consent, Objection
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import CategoryId, PurposeId, StaffId, SubjectId

WORDING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,63}")
DIGEST_SIZE = 32


def give(
    *,
    person: SubjectId,
    purpose: PurposeId,
    wording: str,
    channel: str,
    by: StaffId | None,
    now: datetime,
    explicit_for: CategoryId | None = None,
    evidence_digest: bytes | None = None,
) -> bytes:
    """Record a consent to one purpose (Art. 7(1)); *by* is None when the person gave it themselves. Gives its id.

    Raises:
        Invalid: when wording version, channel or digest have the wrong form.
        Conflict: when such a consent stands already.
    """
    if WORDING.fullmatch(wording) is None or channel not in CHANNELS:
        raise Invalid("A consent names the version of its wording and the channel it came through.")
    if evidence_digest is not None and len(evidence_digest) != DIGEST_SIZE:
        raise Invalid("The evidence of a consent is named by its SHA-256.")
    same = {"person": person, "purpose": purpose, "explicit_for": explicit_for or ""}
    consent = secrets.token_bytes(16)
    with transaction.atomic(using="vault"):
        if Consent.objects.filter(**same, withdrawn_at=None).exists():
            raise Conflict("This consent stands already.")
        Consent.objects.create(
            id=consent,
            **same,
            wording=wording,
            channel=channel,
            recorded_by=by,
            evidence_digest=evidence_digest,
            given_at=now,
        )
    return consent


def withdraw(*, person: SubjectId, purpose: PurposeId, now: datetime) -> int:
    """Withdraw every consent of a person to a purpose, in one step and without a reason (Art. 7(3)); gives how many."""
    return Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).update(withdrawn_at=now)


def object_to(
    *, person: SubjectId, purpose: PurposeId, by: StaffId | None, now: datetime, marketing: bool = False
) -> bytes:
    """Record an objection (Art. 21); it holds at once. *by* is None when the person objected themselves. Gives its id.

    Raises:
        Conflict: when an objection to that purpose is open already.
    """
    objection = secrets.token_bytes(16)
    with transaction.atomic(using="vault"):
        if Objection.objects.filter(person=person, purpose=purpose, resolved_at=None).exists():
            raise Conflict("An objection to this purpose is open already; it holds.")
        Objection.objects.create(
            id=objection,
            person=person,
            purpose=purpose,
            marketing=marketing,
            received_at=now,
            recorded_by=by,
        )
    return objection


def resolve(*, objection: bytes, outcome: str, by: StaffId, now: datetime, grounds: str = "") -> SubjectId:
    """Uphold an objection, or overrule it with coded grounds (Art. 21(1)), by a second person. Gives the person.

    Raises:
        Invalid: for an unknown outcome, or overruling without grounds. Conflict: when it is resolved, was
        recorded by the same employee, or is against marketing and to be overruled.
    """
    if (
        outcome not in OUTCOMES
        or (outcome == "overruled") != (grounds in GROUNDS)
        or (grounds and grounds not in GROUNDS)
    ):
        raise Invalid("An objection is upheld, or overruled with one of the grounds of Art. 21(1).")
    with transaction.atomic(using="vault"):
        row = Objection.objects.select_for_update().filter(pk=objection, resolved_at=None).first()
        if row is None:
            raise Conflict("There is no such open objection.")
        if row.recorded_by is not None and bytes(row.recorded_by) == by:
            raise Conflict("An objection is resolved by somebody other than whoever recorded it.")
        if row.marketing and outcome == "overruled":
            raise Conflict("An objection to direct marketing is absolute (Art. 21(3)).")
        row.outcome, row.grounds, row.resolved_at, row.resolved_by = outcome, grounds, now, by
        row.save(update_fields=["outcome", "grounds", "resolved_at", "resolved_by"])
    return SubjectId(bytes(row.person))


def forget(*, person: SubjectId) -> None:
    """Delete every consent and objection of a person who is being erased (Art. 17)."""
    with transaction.atomic(using="vault"):
        Consent.objects.filter(person=person).delete()
        Objection.objects.filter(person=person).delete()

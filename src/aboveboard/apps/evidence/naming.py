"""Who looked, by name: asked by the person, weighed by the officer, decided by the controller under two signatures.

A reader is a pseudonym that means nothing beside another person's page. Whether a name may stand in its place weighs
the person's right to know (GDPR Art. 15; CJEU C-579/21) against the employee's own. The act says neither whom it is
about nor whom it names: both lie sealed under the person's K_log, and go with it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.acts import applying
from aboveboard.apps.accounts.queries import StaffRecord, names_of, staff_members
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.evidence.models import NamingRequest
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL, append, append_if
from aboveboard.core import canonical
from aboveboard.core.entries import PERSON_ACTOR, Entry, EntryKind, SubjectLine, governance
from aboveboard.core.entries.entry import microseconds, moment
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.envelope.labels import pseudonym
from aboveboard.core.envelope.seal import place as bound
from aboveboard.core.envelope.seal import seal, unseal
from aboveboard.core.errors import Conflict, Invalid, NotVerified, Shredded
from aboveboard.core.policy.question import Actor, Place, Question
from aboveboard.core.terms import Role, StaffId, SubjectId

KIND = "naming"
GRANTED, REFUSED = "granted", "refused"
SHORTEST_REASON, LONGEST_REASON = 10, 1000


@dataclass(frozen=True, slots=True)
class Request:
    """A person's question who a reader is, and what became of it."""

    id: bytes
    person: SubjectId
    reader: str
    asked_at: datetime
    answer: str
    """Empty while nobody decided; ``granted`` or ``refused``."""
    reason: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What an employee is told: that their name was given, when, for how many looks up to which moment."""

    at: datetime
    looks: int
    until: datetime


def ask_naming(question: Question, reader: str) -> bytes:
    """Keep that the person who asks wants to know who a reader of theirs is; the id of the request.

    Raises:
        Invalid: for somebody who is no reader of theirs.
        Conflict: when it was asked before.
    """
    (person,) = question.subjects
    if question.actor.role is not Role.PERSON or reader not in readers_of(person):
        raise Invalid("A name is asked for by the person concerned, for one of their readers.")
    if any(one.reader == reader for one in requests_of(person)):
        raise Conflict("This was asked before; the answer stands on the person's page.")
    request_id = secrets.token_bytes(16)
    sealed = seal(_own(person).seal, reader.encode(), _place(request_id, "reader"))
    with transaction.atomic(using=CELL, durable=True):
        NamingRequest.objects.create(id=request_id, person=person, asked_at=question.asked_at, reader=sealed)
        _write("naming.asked", person, {"request": request_id.hex()}, question.actor, question.place, question.asked_at)
    return request_id


def readers_of(person: SubjectId) -> dict[str, int]:
    """Give the pseudonyms under which others looked at a person, with how often."""
    found: dict[str, int] = {}
    for line in lines(person):
        if line.kind is EntryKind.LOOK and line.reader and line.reader != _themselves(person):
            found[line.reader] = found.get(line.reader, 0) + 1
    return found


def requests_of(person: SubjectId) -> tuple[Request, ...]:
    """Give what a person asked, the oldest first.

    Raises:
        Shredded: after their erasure.
    """
    return tuple(_request(row) for row in NamingRequest.objects.filter(person=person).order_by("asked_at"))


def open_requests() -> tuple[Request, ...]:
    """Give what nobody decided yet, the oldest first; of the erased nothing is left."""
    return tuple(_request(row) for row in NamingRequest.objects.filter(answer="").order_by("asked_at"))


def reader_behind(request: Request) -> StaffRecord | None:
    """Give the employee behind a pseudonym, for those who weigh the naming; None when they are no longer on record."""
    own = _own(request.person)
    return next((one for one in staff_members() if pseudonym(own.pseudonym, one.id) == request.reader), None)


def naming_body(request_id: bytes, *, answer: str, reason: str, by: StaffId) -> dict[str, Any]:
    """Give the body of the act that names a reader or refuses to; whom, and why, lies sealed in it.

    Raises:
        Conflict: when there is no such request open, or the reader is no longer on record.
        Invalid: without a reason, for another answer, or where the proposer is the reader.
    """
    if answer not in (GRANTED, REFUSED) or not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid(f"A naming is granted or refused, with a reason of {SHORTEST_REASON} characters at least.")
    request = _open(request_id)
    reader = reader_behind(request)
    if reader is None:
        raise Conflict("Whoever looked is no longer on record; nobody can be named.")
    if reader.id == by:
        raise Invalid("Nobody proposes what becomes of their own name.")
    said = canonical.encode({"reason": reason.strip(), "staff": reader.id.hex()})
    sealed = seal(_own(request.person).seal, said, _place(request_id, "decision"))
    return {"request": request_id.hex(), "answer": answer, "sealed": sealed.hex()}


def said_in(body: Mapping[str, Any]) -> tuple[StaffId, str]:
    """Open the reader and the reason in the body of an act, for those who weigh it.

    Raises:
        Invalid: when the body is not one of a naming.
        Shredded: when the person was erased.
        NotVerified: when it was changed.
    """
    try:
        request_id, sealed = bytes.fromhex(body["request"]), bytes.fromhex(body["sealed"])
    except (KeyError, TypeError, ValueError):
        raise Invalid("The act's body is not that of a naming.") from None
    row = NamingRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise Shredded("The person who asked was erased.")
    said = canonical.decode(unseal(_own(SubjectId(bytes(row.person))).seal, sealed, _place(request_id, "decision")))
    return StaffId(bytes.fromhex(said["staff"])), str(said["reason"])


def apply_naming(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Let a signed decision take effect: the person reads the answer, an employee who is named is told.

    Raises:
        Conflict: when the request is answered or gone, or the reader signed it themselves.
    """
    with applying(act=act, kind=KIND, now=now, place=place) as (record, signatory):
        staff, reason = said_in(record.body)
        answer = str(record.body.get("answer"))
        if answer not in (GRANTED, REFUSED):
            raise Invalid("The act's body is not that of a naming.")
        if staff in (record.signed_by, record.proposed_by):
            raise Conflict("Nobody decides what becomes of their own name.")
        request = _open(bytes.fromhex(record.body["request"]))
        row = NamingRequest.objects.get(pk=request.id)
        row.answer, row.answered_at = answer, now
        row.reason = seal(_own(request.person).seal, reason.encode(), _place(request.id, "reason"))
        if answer == GRANTED:
            row.told = _told(request, staff, now)
        row.save()
        body = {"request": request.id.hex(), "answer": answer, "act": act.hex()}
        _write("naming.decided", request.person, body, signatory.actor, place, now)


def named_readers(question: Question) -> Mapping[str, tuple[str, datetime]]:
    """Give the names a person was granted, by pseudonym, each with the last moment it counts for.

    That they are shown is committed before a name is opened: it is a look at data of the staff.
    """
    (person,) = question.subjects
    granted = [one for one in requests_of(person) if one.answer == GRANTED]
    readers = {one: reader.id for one in granted if (reader := reader_behind(one)) is not None}
    if not readers:
        return {}
    body = {"requests": [one.id.hex() for one in readers]}
    shown = governance("staff.named", body, actor=question.actor, place=question.place, at=question.asked_at)
    if append_if(shown, "1=1", []) is None:
        raise Conflict("The ledger could not keep that a name is shown; try once more.")
    names = names_of(list(readers.values()))
    return {one.reader: (names[staff], one.asked_at) for one, staff in readers.items()}


def told_of(staff: StaffId) -> tuple[Told, ...]:
    """Give what an employee is told of their own name; what was told others opens under other keys."""
    key, found = keys.store().actor_key(staff), []
    for row in NamingRequest.objects.filter(answer=GRANTED).order_by("answered_at"):
        try:
            said = canonical.decode(unseal(key, bytes(row.told or b""), _place(bytes(row.pk), "told")))
        except NotVerified:
            continue
        found.append(Told(moment(said["at"]), int(said["looks"]), moment(said["until"])))
    return tuple(found)


def forget(people: Sequence[bytes], _recognise: bool) -> None:  # noqa: FBT001 - the vault calls it so
    """Delete what erased persons asked."""
    rows.execute_in(f"DELETE FROM {NamingRequest._meta.db_table} WHERE person {{}}", people)


def _told(request: Request, staff: StaffId, now: datetime) -> bytes:
    looks = [line for line in lines(request.person) if line.reader == request.reader and line.kind is EntryKind.LOOK]
    counted = sum(line.said.at <= request.asked_at for line in looks)
    said = {"at": microseconds(now), "looks": counted, "until": microseconds(request.asked_at)}
    return seal(keys.store().actor_key(staff), canonical.encode(said), _place(request.id, "told"))


def _open(request_id: bytes) -> Request:
    row = NamingRequest.objects.filter(pk=request_id, answer="").first()
    if row is None:
        raise Conflict("There is no such request open.")
    return _request(row)


def _request(row: NamingRequest) -> Request:
    request_id, person = bytes(row.pk), SubjectId(bytes(row.person))
    own = _own(person)
    reason = unseal(own.seal, bytes(row.reason), _place(request_id, "reason")).decode() if row.reason else ""
    reader = unseal(own.seal, bytes(row.reader), _place(request_id, "reader")).decode()
    return Request(request_id, person, reader, row.asked_at, row.answer, reason, row.answered_at)


def _write(
    step: str, person: SubjectId, body: Mapping[str, Any], actor: Actor, place: Place | None, at: datetime
) -> None:
    append(
        Entry(
            kind=EntryKind.CHANGE,
            at=at,
            operation=step,
            actor=actor.staff or PERSON_ACTOR,
            role=actor.role.value,
            entity=actor.entity,
            country=place.country if place else "ZZ",
            established=place.established_by.value if place else "unknown",
            purpose="own-record" if actor.role is Role.PERSON else "governance",
            verdict="permit",
            subjects=(SubjectLine(person, ()),),
            body=body,
            named=False,
        )
    )


def _themselves(person: SubjectId) -> str:
    return pseudonym(_own(person).pseudonym, PERSON_ACTOR)


def _own(person: SubjectId) -> LogKeys:
    return log_keys(keys.store().key(KeyKind.LOG, person))


def _place(request_id: bytes, column: str) -> bytes:
    return bound("evidence/naming", settings.OPTIONS.cell, request_id, column)

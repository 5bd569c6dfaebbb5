"""The sample group: a fictional undertaking in five countries, its purposes and a fixed cast, without people outside.

Everything is laid down the way a real cell does it: founded with two signatories and the officer, then
proposed, opined on, signed and applied. The headquarters stand in India: a third country without an adequacy
decision of which no authority warns; the choice says nothing about the country. No transfer instrument exists
at first.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from aboveboard.apps.accounts.actions import Appointee, make_key, unlock
from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act
from aboveboard.apps.accounts.appointments import apply_appointment, apply_key, appointment_body, key_body
from aboveboard.apps.accounts.queries import today
from aboveboard.apps.accounts.signing import Signer
from aboveboard.apps.group.queries import LegalEntity
from aboveboard.apps.register.actions import apply_entity, apply_purpose
from aboveboard.apps.register.drafts import entity_body, live_body
from aboveboard.apps.register.founding import found
from aboveboard.apps.register.sample_cast import CAST, FOUNDERS, OFFICER, Part, entities, purposes
from aboveboard.apps.signin.actions import add_user, make_token
from aboveboard.core.errors import Conflict
from aboveboard.core.terms import EntityId, Role, StaffId

TOKEN_LIFETIME = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    """How one of the sample cast signs in; written to a file of the sample home and nowhere else."""

    login: str
    role: Role
    entity: EntityId
    staff: str
    password: str
    token: str
    passphrase: str
    """Opens their signing key; empty where they have none."""


@dataclass(frozen=True, slots=True)
class _Authority:
    """Who decides while the sample is laid down."""

    proposer: Signer
    signatory: Signer
    officer: StaffId
    now: datetime

    def decide(self, kind: str, body: Mapping[str, Any]) -> bytes:
        """Take an act through proposal, opinion and signature."""
        answer = propose(kind=kind, body=body, by=self.proposer, now=self.now)
        act = answer.act
        steps = [answer, give_opinion(act=act, in_favour=True, by=self.officer, now=self.now)]
        steps.append(sign_act(act=act, by=self.signatory, now=self.now))
        if not all(step.done for step in steps):
            raise Conflict("The sample group could not be laid down: a rule refused one of its acts.")
        return act


def lay_down_sample_group(*, now: datetime) -> tuple[SampleSignIn, ...]:
    """Found the sample cell, with entities, staff and purposes, and give each of the cast a sign-in and a token.

    Cell first, sign-ins second; the passwords, tokens and passphrases exist in what is returned only.

    Raises:
        Conflict: when the cell exists.
    """
    passphrases = {part.login: secrets.token_urlsafe(18) for part in (*FOUNDERS, *CAST) if part.signs}
    with transaction.atomic(using="vault"):
        staff = _found(passphrases, now)
        first, second = (unlock(staff=staff[part.login], passphrase=passphrases[part.login]) for part in FOUNDERS)
        authority = _Authority(first, second, staff[OFFICER.login], now)
        _enter_entities(authority)
        for part in CAST:
            staff[part.login] = _appoint(authority, part, passphrases.get(part.login, ""))
        for draft in purposes(today(now)):
            apply_purpose(act=authority.decide("purpose", draft.body()), now=now)
    return tuple(
        _sign_in(part, staff[part.login], passphrases.get(part.login, ""), now) for part in (*FOUNDERS, OFFICER, *CAST)
    )


def _found(passphrases: Mapping[str, str], now: datetime) -> dict[str, StaffId]:
    controller = _live_since(entities(today(now))[0], today(now))
    ids = found(
        controller=controller,
        signatories=[_appointee(part, passphrases[part.login]) for part in FOUNDERS],
        officer=_appointee(OFFICER, ""),
        now=now,
        sample=True,
    )
    founders = dict(zip((part.login for part in FOUNDERS), ids["signatories"], strict=True))
    return {**founders, OFFICER.login: ids["officer"][0]}


def _enter_entities(authority: _Authority) -> None:
    day = today(authority.now)
    for entity in entities(day)[1:]:
        apply_entity(act=authority.decide("entity", entity_body(entity)), now=authority.now)
        apply_entity(act=authority.decide("entity", live_body(entity.id, day)), now=authority.now)


def _appoint(authority: _Authority, part: Part, passphrase: str) -> StaffId:
    now = authority.now
    body = appointment_body(_appointee(part, ""), active_from=today(now))
    staff = apply_appointment(act=authority.decide("appointment", body), now=now)
    if passphrase:
        key = make_key(staff=staff, passphrase=passphrase, now=now)
        apply_key(act=authority.decide("key", key_body(key)), now=now)
    return staff


def _sign_in(part: Part, staff: StaffId, passphrase: str, now: datetime) -> SampleSignIn:
    password = secrets.token_urlsafe(12)
    add_user(login=part.login, password=password, staff=staff)
    token = make_token(staff=staff, label="sample", now=now, lifetime=TOKEN_LIFETIME)
    return SampleSignIn(part.login, part.role, part.entity, staff.hex(), password, token, passphrase)


def _appointee(part: Part, passphrase: str) -> Appointee:
    return Appointee(part.name, part.role, part.entity, part.unit, part.workplace, passphrase)


def _live_since(entity: LegalEntity, day: date) -> LegalEntity:
    return LegalEntity(
        **{name: getattr(entity, name) for name in LegalEntity.__slots__ if name != "live_on"}, live_on=day
    )

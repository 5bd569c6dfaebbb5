"""Making and closing sign-ins and tokens; a token is shown once and compared in constant time."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone, localdate

from aboveboard.apps.signin.models import ApiToken, User
from aboveboard.apps.signin.revoked import Stamp, revocations, tell_revoked
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import StaffId

LOGIN = re.compile(r"[a-z0-9][a-z0-9@._-]{1,63}")
LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST = timedelta(days=366)
SHORTEST_PASSWORD = 12
VERIFIED_FOR = timedelta(seconds=3)
MOST_VERIFIED = 1000
_NOBODY = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class _Yes:
    """Whom a token acts for, since when and until when that is taken as read, if nothing is revoked meanwhile."""

    staff: StaffId
    since: datetime
    until: datetime
    stamp: Stamp

    def stands(self, now: datetime) -> bool:
        return self.since <= now < self.until and self.stamp == revocations()


_verified: dict[bytes, _Yes] = {}
"""By hash of the whole token."""


def add_user(*, login: str, password: str, staff: StaffId | None) -> User:
    """Make a sign-in that leads to *staff*; the password is kept as an Argon2 hash.

    Raises:
        Invalid: for a login name or password of the wrong form.
        Conflict: when the login name or the staff member has a sign-in already.
    """
    if LOGIN.fullmatch(login) is None:
        raise Invalid("A login name is 2 to 64 small letters, digits, dots, hyphens, underscores or @.")
    user = User(login=login, staff_id=staff)
    _set_password(user, password)
    try:
        with transaction.atomic(using="default"):
            user.save(force_insert=True)
    except IntegrityError:
        raise Conflict("That login name or staff member has a sign-in already.") from None
    return user


def change_password(*, login: str, password: str) -> None:
    """Give a sign-in a new password; whoever calls this has checked the old one or the authority to reset it."""
    user = _user(login)
    _set_password(user, password)
    user.save(update_fields=["password"])


def close_user(*, login: str, now: datetime) -> None:
    """Close a sign-in and revoke every token that acts for the same staff member."""
    with transaction.atomic(using="default"):
        user = _user(login)
        user.is_active = False
        user.save(update_fields=["is_active"])
        if user.staff_id is not None:
            ApiToken.objects.filter(staff_id=user.staff_id, revoked_at=None).update(revoked_at=now)
        tell_revoked()
    _verified.clear()


def make_token(*, staff: StaffId, label: str, now: datetime, lifetime: timedelta = timedelta(days=90)) -> str:
    """Make a token for *staff* and give its text: it cannot be shown again."""
    if LABEL.fullmatch(label) is None:
        raise Invalid("A token's label is 1 to 40 small letters, digits and hyphens, and names a use, not a person.")
    if not timedelta(0) < lifetime <= LONGEST:
        raise Invalid("A token lives longer than nothing and a year at most.")
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    ApiToken.objects.create(
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).digest(),
        staff_id=staff,
        label=label,
        created_at=now,
        expires_at=now + lifetime,
    )
    return f"ab_{prefix}_{secret}"


def revoke_token(*, prefix: str, staff: StaffId, now: datetime) -> None:
    """Revoke a token of *staff*; it opens nothing from now on, in whichever process.

    Raises:
        Conflict: when there is no such live token of theirs.
    """
    with transaction.atomic(using="default"):
        if not ApiToken.objects.filter(prefix=prefix, staff_id=staff, revoked_at=None).update(revoked_at=now):
            raise Conflict("No live token of that staff member begins so.")
        tell_revoked()
    _verified.clear()


def verify_token(text: str, *, now: datetime) -> StaffId | None:
    """Give whom a token acts for, or None; the day of its use is noted, never the hour.

    A yes is remembered for a few seconds, and no longer than nothing is revoked in any process.
    Whether the staff member may still act is asked of the cell by the caller.
    """
    digest = hashlib.sha256(text.encode()).digest()
    known = _verified.get(digest)
    if known is not None and known.stands(now):
        return known.staff
    _verified.pop(digest, None)
    # Read before the table: what is revoked between the two makes the yes void.
    stamp = revocations()
    staff, until = _verify(text, now)
    if staff is not None and stamp is not None:
        if len(_verified) >= MOST_VERIFIED:
            _verified.clear()
        _verified[digest] = _Yes(staff, now, min(until, now + VERIFIED_FOR), stamp)
    return staff


def _verify(text: str, now: datetime) -> tuple[StaffId | None, datetime]:
    name, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    token = ApiToken.objects.filter(prefix=prefix).first() if name == "ab" else None
    kept = _NOBODY if token is None else bytes(token.digest)
    same = hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), kept)
    if token is None or not same or token.revoked_at is not None or token.expires_at <= now:
        return None, now
    today = localdate(now, get_default_timezone())
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return StaffId(bytes(token.staff_id)), token.expires_at


def _user(login: str) -> User:
    user = User.objects.filter(login=login.strip().lower()).first()
    if user is None:
        raise Conflict("There is no such sign-in.")
    return user


def _set_password(user: User, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"A password has at least {SHORTEST_PASSWORD} characters.")
    user.set_password(password)

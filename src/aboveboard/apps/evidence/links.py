"""Links and visits: how a person without an account comes to their own page, and for how long (Arts 12(2), 15, 32).

A link is good until it expires, for one person. It opens nothing by itself: scanners of mail follow links, so only a
form sent from the page behind it begins a visit. A visit ends after half an hour without a sign of life, or after
eight hours. Of either secret only the SHA-256 is kept; each is 256 random bits, so nothing slower is needed.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from aboveboard.apps.evidence.models import PortalLink, PortalVisit
from aboveboard.core.terms import SubjectId

LINK_LASTS = timedelta(days=14)
IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
"""The last sign of life is written down this often at most: reading a page is no reason to write a row."""
ADDRESS = "/mine/open/"


def make(person: SubjectId, now: datetime) -> str:
    """Make a link to a person's own page; its path, which is shown once and never kept."""
    token = secrets.token_urlsafe(32)
    PortalLink.objects.filter(expires_at__lte=now).delete()
    PortalLink.objects.create(digest=_digest(token), person=person, made_at=now, expires_at=now + LINK_LASTS)
    return f"{ADDRESS}{token}"


def find(token: str, now: datetime) -> SubjectId | None:
    """Give the person a link belongs to; None for one that is unknown or has expired."""
    row = PortalLink.objects.filter(digest=_digest(token), expires_at__gt=now).first()
    return None if row is None else SubjectId(bytes(row.person))


def begin_visit(person: SubjectId, now: datetime) -> str:
    """Begin a visit of a person to their own page; the secret for their browser's cookie."""
    secret = secrets.token_urlsafe(32)
    PortalVisit.objects.filter(_over(now)).delete()
    PortalVisit.objects.create(digest=_digest(secret), person=person, began_at=now, seen_at=now)
    return secret


def visitor(secret: str, now: datetime, *, alive: bool = True) -> SubjectId | None:
    """Give the person a visit belongs to, None when it is over; with *alive* it counts as a sign of life."""
    row = PortalVisit.objects.exclude(_over(now)).filter(digest=_digest(secret)).first()
    if row is None:
        return None
    if alive and now - row.seen_at >= SEEN_EVERY:
        PortalVisit.objects.filter(pk=row.pk).update(seen_at=now)
    return SubjectId(bytes(row.person))


def end_visit(secret: str) -> None:
    """End a visit at once."""
    PortalVisit.objects.filter(digest=_digest(secret)).delete()


def _over(now: datetime) -> Q:
    return Q(seen_at__lte=now - IDLE_LIMIT) | Q(began_at__lte=now - ABSOLUTE_LIMIT)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()

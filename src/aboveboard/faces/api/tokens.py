"""Whom a request acts for: a bearer token names an employee, who must be appointed today; bad tokens are counted."""

import hashlib
from typing import cast

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from aboveboard.apps.signin.actions import verify_token
from aboveboard.core.errors import Denied
from aboveboard.faces.api.problems import TooMany
from aboveboard.faces.web.asking import Asker, asker_of, client_address, now

MOST_BAD_TOKENS = 20
"""From one address within a minute; each web process counts for itself."""
A_MINUTE = 60


class StaffToken(HttpBearer):
    """Turns ``Authorization: Bearer ab_...`` into whoever asks: role, entity, place and moment."""

    def authenticate(self, request: HttpRequest, token: str) -> Asker | None:
        """Give who asks, or None for a token that opens nothing (any more).

        Raises:
            TooMany: after too many bad ones from the same address.
        """
        counted = _counted_under(request)
        if cache.get(counted, 0) >= MOST_BAD_TOKENS:
            raise TooMany
        at = now()
        staff = verify_token(token, now=at)
        try:
            asker = asker_of(request, staff, at) if staff is not None else None
        except Denied:
            # Whoever is not appointed today asks nothing, whatever their token says.
            asker = None
        if asker is None:
            cache.add(counted, 0, A_MINUTE)
            cache.incr(counted)
        return asker


def asker(request: HttpRequest) -> Asker:
    """Give who asks, as the token said."""
    return cast("Asker", request.auth)  # type: ignore[attr-defined]


def _counted_under(request: HttpRequest) -> str:
    return "api-bad-tokens:" + hashlib.sha256(client_address(request).encode()).hexdigest()

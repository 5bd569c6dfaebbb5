"""The manners of every response: what it may load, that nobody keeps it, how long a session lasts, one log line."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from aboveboard.apps.ledger.outage import OUTAGES
from aboveboard.core.errors import AboveboardError
from aboveboard.faces.web.answers import NOT_WRITABLE, answer, show

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SOURCES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "frame-ancestors 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join(SOURCES)
# Passkeys are the one feature of the device that sign-in needs.
FEATURES = (
    "camera=()",
    "geolocation=()",
    "microphone=()",
    "payment=()",
    "usb=()",
    "browsing-topics=()",
    "publickey-credentials-get=(self)",
    "publickey-credentials-create=(self)",
    "clipboard-read=()",
    "clipboard-write=(self)",
)
PERMISSIONS_POLICY = ", ".join(FEATURES)

ABSOLUTE_LIMIT = timedelta(hours=12)
IDLE_LIMIT = timedelta(minutes=30)
# The last sign of life is written down once a minute at most: reading a page is no reason to write a row.
SEEN_EVERY = timedelta(minutes=1)
BEGAN_AT = "began_at"
SEEN_AT = "seen_at"

access_log = logging.getLogger("aboveboard.access")


class ResponseHeaders:
    """Says on every response what it may load and who may frame it; no view can loosen that."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the strict headers."""
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        # Not "no-referrer": with it browsers send "Origin: null" on forms, and every POST would be refused.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class NothingKept:
    """Tells browsers and proxies to keep no copy, unless a view of public things said otherwise itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with ``no-store`` where the view named no rule of its own."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AccessLog:
    """Writes one line a request: method, route name, status, milliseconds; never path, query, address or reader."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then write the line."""
        began = time.perf_counter()
        response = self.get_response(request)
        spent = round((time.perf_counter() - began) * 1000)
        match = request.resolver_match
        route = (match.view_name if match else "") or "-"
        access_log.info("%s %s %d %d ms", _known_method(request), route, response.status_code, spent)
        return response


class SessionLimits:
    """Ends a session twelve hours after it began, or after half an hour in which nobody was there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Sign out what is too old, note a sign of life, answer."""
        # A request without our cookie has no session: do not touch one, or public files would vary by cookie.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.is_empty():
            _hold_to_limits(request)
        return self.get_response(request)


def _hold_to_limits(request: HttpRequest) -> None:
    now = timezone.now().timestamp()
    began = request.session.setdefault(BEGAN_AT, now)
    seen = request.session.get(SEEN_AT, began)
    if now - began > ABSOLUTE_LIMIT.total_seconds():
        _end(request, _("You were signed out twelve hours after signing in. Sign in again to go on."))
    elif now - seen > IDLE_LIMIT.total_seconds():
        _end(request, _("You were signed out after half an hour without a sign of life. Sign in again to go on."))
    elif SEEN_AT not in request.session or now - seen >= SEEN_EVERY.total_seconds():
        request.session[SEEN_AT] = now


def _end(request: HttpRequest, sentence: str) -> None:
    logout(request)
    messages.info(request, sentence)


class AnsweredErrors:
    """Turns an error raised on purpose into its page; anything else stays a fault and is told as one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with the page of the error's class; a database that cannot go on is a ledger that is closed."""
        if isinstance(exception, OUTAGES):
            return show(request, NOT_WRITABLE)
        return answer(request, exception) if isinstance(exception, AboveboardError) else None


def _known_method(request: HttpRequest) -> str:
    """The method, unless a client made one up: what it invents does not belong in a log."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "-"

"""The one table from errors to problem details (RFC 9457): a stable code, one sentence, never a value."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from aboveboard.apps.ledger.outage import OUTAGES
from aboveboard.core.errors import (
    AboveboardError,
    Conflict,
    Denied,
    Invalid,
    KeyUnavailable,
    LedgerUnavailable,
    NotSignedYet,
    NotVerified,
    NotWitnessed,
    Shredded,
)

View = Callable[..., HttpResponse]
PROBLEM_JSON = "application/problem+json"
logger = logging.getLogger("aboveboard.api")

STATUS: Mapping[type[AboveboardError], HTTPStatus] = {
    Denied: HTTPStatus.FORBIDDEN,
    Shredded: HTTPStatus.GONE,
    Invalid: HTTPStatus.BAD_REQUEST,
    Conflict: HTTPStatus.CONFLICT,
    NotSignedYet: HTTPStatus.CONFLICT,
    NotVerified: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    LedgerUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    NotWitnessed: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every class of ``core.errors``; a test fails when one has no status."""

SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("invalid", "What was sent cannot be read."),
    401: ("no_token", "A token that is in force is needed: Authorization: Bearer ab_..."),
    403: ("denied", "What this token acts for may not do this."),
    404: ("not_found", "There is nothing here, or nothing for you."),
    405: ("method_not_allowed", "This address is not asked in that way; the header Allow names how."),
    422: ("invalid", "What was sent does not have the form it must have; the fields are named."),
    429: ("too_many", "Too many tokens that open nothing came from this address; wait a minute."),
    500: ("fault", "The fault is on our side. No personal data was released by it."),
}


class NotHere(Exception):
    """There is nothing at the address, or nothing for whoever asks."""


class TooMany(Exception):
    """Too many bad tokens came from one address."""


def problem(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """Answer with problem details; *more* are members of our own, ids and codes only."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        **more,
    }
    response = HttpResponse(orjson.dumps(body), status=status, content_type=PROBLEM_JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def known_problem(status: int, **more: object) -> HttpResponse:
    """Answer with the problem whose words stand in the table."""
    code, sentence = SENTENCES.get(status, SENTENCES[400])
    return problem(status, code, sentence, **more)


def of_error(_request: HttpRequest, error: AboveboardError) -> HttpResponse:
    """Answer an error raised on purpose; its sentence holds no value."""
    kind = next((kind for kind in type(error).__mro__ if kind in STATUS), None)
    if kind is None:
        return known_problem(HTTPStatus.INTERNAL_SERVER_ERROR)
    return problem(STATUS[kind], error.code, error.sentence)


def of_form(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the fields that have the wrong form; what stood in them is not said back."""
    fields = [{"field": _where(one.get("loc", ())), "wrong": str(one.get("type", ""))} for one in error.errors]
    return known_problem(HTTPStatus.UNPROCESSABLE_ENTITY, fields=fields)


def of_http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself refuses: no token, or a body that is no JSON."""
    response = known_problem(error.status_code)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="aboveboard"'
    return response


@csrf_exempt
def nothing_here(_request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """Say that there is nothing, in the same words for none and none for you."""
    return known_problem(HTTPStatus.NOT_FOUND)


def in_own_form(view: View) -> View:
    """Have *view* answer a method it does not know like every other problem; the framework has no handler for it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        said = known_problem(HTTPStatus.METHOD_NOT_ALLOWED)
        said.headers["Allow"] = response.headers["Allow"]
        return said

    return answered


def too_many(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """Ask to wait."""
    response = known_problem(HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = "60"
    return response


def of_fault(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Write a fault down by its places, and answer without its words."""
    logger.error("a fault while answering the API", exc_info=error)
    return known_problem(HTTPStatus.INTERNAL_SERVER_ERROR)


def of_outage(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Answer that the ledger is closed where a database cannot go on."""
    return of_error(request, LedgerUnavailable("A database cannot go on; no data is released."))


def answer_errors(api: NinjaAPI) -> None:
    """Give *api* the table."""
    handlers: Sequence[tuple[type[Exception], Any]] = (
        (Exception, of_fault),
        *((kind, of_outage) for kind in OUTAGES),
        (AboveboardError, of_error),
        (ValidationError, of_form),
        (HttpError, of_http),
        (Http404, nothing_here),
        (NotHere, nothing_here),
        (TooMany, too_many),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def _where(location: Sequence[object]) -> str:
    return ".".join(str(part) for part in location)

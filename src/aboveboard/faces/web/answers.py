"""The one table from errors to pages: what happened and what can be done, never a number as headline."""

from dataclasses import dataclass
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error looks like to a person."""

    status: HTTPStatus
    title: str | Promise
    sentence: str | Promise
    can_do: str | Promise
    icon: str = "info"


BAD_REQUEST = ErrorPage(
    HTTPStatus.BAD_REQUEST,
    _("This could not be read"),
    _("What was sent does not have the form it must have. Nothing was changed."),
    _("Go back, look at what was entered, and send it again."),
    "circle-alert",
)
FORBIDDEN = ErrorPage(
    HTTPStatus.FORBIDDEN,
    _("This page is not for your role"),
    _("What you may see and do follows from your role and your entity. This page belongs to another one."),
    _("If it belongs to your work, ask a signatory of your entity to name you for it; that is written down."),
    "hand",
)
STALE_FORM = ErrorPage(
    HTTPStatus.FORBIDDEN,
    _("The form was open for too long"),
    _("We could not tell that the form came from this page, so nothing was done with it."),
    _("Go back, load the page again, and send the form once more. Cookies of this site must be allowed."),
    "rotate-ccw",
)
NOT_FOUND = ErrorPage(
    HTTPStatus.NOT_FOUND,
    _("There is nothing at this address"),
    _("Either it never existed, or it is not there for you. We answer both alike, so that nobody can find out."),
    _("Check the address, or start from the first page."),
    "search",
)
GONE = ErrorPage(
    HTTPStatus.GONE,
    _("This has been erased"),
    _("The key to it was destroyed. Nobody can open it any more, nor can we."),
    _("What remains is the proof that it was erased, in the log."),
    "package-open",
)
TOO_LARGE = ErrorPage(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    _("This is more than we take at once"),
    _("The file or form is larger than this page accepts. Nothing was stored."),
    _("Split the file, or ask the operator to import it from the command line."),
    "upload",
)
FAULT = ErrorPage(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    _("Something went wrong on our side"),
    _("The fault was noted, without anything you entered. No personal data was released by it."),
    _("Try again in a moment. If it happens again, tell the operator what you were doing."),
    "triangle-alert",
)
CONFLICT = ErrorPage(
    HTTPStatus.CONFLICT,
    _("Someone was faster"),
    _("Things changed while this page was open, and the act no longer fits. Nothing was changed."),
    _("Load the page again, look at what is there now, and decide anew."),
    "rotate-ccw",
)
NOT_SIGNED = ErrorPage(
    HTTPStatus.CONFLICT,
    _("The log has not signed this yet"),
    _("What was written down about this waits for the log's signature; until then nothing is proved."),
    _("It usually takes a second. Go back and ask again; if it goes on, tell the operator."),
    "clock",
)
REFUSED = ErrorPage(
    HTTPStatus.FORBIDDEN,
    _("The rules say no"),
    _("Nothing was released or changed. That it was asked, and refused, stands in the log."),
    _("Go back: the refusal stands beside what you asked for, with its rule and the way on."),
    "scale",
)
NOT_PROVED = ErrorPage(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    _("The proof does not hold"),
    _("A signature, a proof or a seal does not match what it belongs to. Nothing that rests on it is shown."),
    _("Tell the data protection officer and the operator: this is never to be clicked away."),
    "triangle-alert",
)
CLOSED = ErrorPage(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("The vault is closed for now"),
    _("The key cannot be reached. Without it nobody can open personal data, so no page shows any."),
    _("Nothing is lost. The operator sees why; try again later."),
    "key-round",
)
NOT_WRITABLE = ErrorPage(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("The log cannot be written, so nothing is shown"),
    _("A look is shown only once it is written down. That does not work at the moment, so no data leaves."),
    _("Nothing is lost. The operator sees why; try again later."),
    "book-open",
)
NOT_WITNESSED = ErrorPage(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("Nobody outside confirms the log, so nothing is shown"),
    _("Independent witnesses confirm that the log only grows. They are silent for longer than we allow ourselves."),
    _("Nothing is lost, and changes go on. The operator sees who is silent; try again later."),
    "eye-off",
)

ANSWERS: dict[type[AboveboardError], ErrorPage] = {
    Denied: REFUSED,
    Shredded: GONE,
    Invalid: BAD_REQUEST,
    Conflict: CONFLICT,
    NotSignedYet: NOT_SIGNED,
    NotVerified: NOT_PROVED,
    KeyUnavailable: CLOSED,
    LedgerUnavailable: NOT_WRITABLE,
    NotWitnessed: NOT_WITNESSED,
}
"""Every class of ``core.errors``; a test fails when one has no page."""


def page_for(error: AboveboardError) -> ErrorPage:
    """Return the page of the nearest class of *error*."""
    return next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), FAULT)


def answer(request: HttpRequest, error: AboveboardError) -> HttpResponse:
    """Answer with the page of the error; where input or state was wrong, its own sentence says which."""
    detail = error.sentence if isinstance(error, Invalid | Conflict) else ""
    return show(request, page_for(error), detail)


def show(request: HttpRequest, page: ErrorPage, detail: str = "") -> HttpResponse:
    """Show an error page; htmx gets the words alone, to put where it asked."""
    fragment = request.headers.get("HX-Request") == "true"
    template = "web/errors/fragment.html" if fragment else "web/errors/page.html"
    try:
        return render(request, template, {"error": page, "detail": detail}, status=page.status)
    except (AboveboardError, DatabaseError):
        # The head of a page names its reader, which takes keys and databases: they may be what the page is about.
        return bare(page)


def bare(page: ErrorPage) -> HttpResponse:
    """Answer with an error page that needs neither database nor keys nor session, for when those are what broke."""
    body = get_template("web/errors/bare.html").render({"error": page})
    return HttpResponse(body, status=page.status)

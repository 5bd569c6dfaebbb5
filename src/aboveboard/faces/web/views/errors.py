"""What Django shows when no view answered; the root urls name these as ``handler400`` and so on."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from aboveboard.apps.ledger.outage import OUTAGES
from aboveboard.faces.web import answers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that what was sent could not be read, or was too much at once."""
    too_large = isinstance(exception, RequestDataTooBig)
    return answers.show(request, answers.TOO_LARGE if too_large else answers.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the page belongs to another role."""
    return answers.show(request, answers.FORBIDDEN)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the form did not come from our page; for ``CSRF_FAILURE_VIEW``."""
    return answers.show(request, answers.STALE_FORM)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that there is nothing, in the same words for none and none for you."""
    return answers.show(request, answers.NOT_FOUND)


def fault(request: HttpRequest) -> HttpResponse:
    """Say that it was our fault; if the frame of the page is what broke, without it.

    A database that cannot go on before any view was reached, as where the session is read, is no fault: it is said.
    """
    page = answers.NOT_WRITABLE if isinstance(sys.exception(), OUTAGES) else answers.FAULT
    try:
        return answers.show(request, page)
    except Exception:  # noqa: BLE001 - the last page of all must come whatever is broken
        return answers.bare(page)

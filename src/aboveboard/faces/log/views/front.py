"""The pages for people: how large the log is and how to verify it; and one that checks the evidence it is given."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aboveboard.apps.ledger.confirmed import standing_if_sound
from aboveboard.core.entries.sealed import UNTOLD
from aboveboard.faces.log.pages import check_page, front_page
from aboveboard.faces.log.published import head, tally_of


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the log's head and how to check it."""
    found = head()
    tally = UNTOLD if found is None else tally_of(found)
    page = front_page(found, tally, standing_if_sound(), datetime.now(UTC))
    return render(request, "log/front.html", {"page": page})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Give the page on which anybody checks evidence; nothing they drop there comes back to us."""
    return render(request, "log/check.html", {"page": check_page()})

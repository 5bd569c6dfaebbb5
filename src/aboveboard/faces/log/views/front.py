"""The page for people: how large the log is, how to verify it, and what that does not show."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aboveboard.apps.ledger.confirmed import standing_if_sound
from aboveboard.faces.log.pages import front_page
from aboveboard.faces.log.published import head


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the log's head and how to check it."""
    return render(request, "log/front.html", {"page": front_page(head(), standing_if_sound())})

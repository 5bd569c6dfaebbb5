"""The honest limits, one click away from every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def limits(request: HttpRequest) -> HttpResponse:
    """Say what the log does not prove."""
    return render(request, "web/limits.html")

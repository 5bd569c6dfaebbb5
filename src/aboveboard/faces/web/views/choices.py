"""Choosing the language and the theme, without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from aboveboard.faces.web.language import THEME_COOKIE, Theme, back, known_language, remember


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language; one we do not write in changes nothing."""
    response = back(request)
    code = request.POST.get("language", "")
    if known_language(code):
        remember(request, response, settings.LANGUAGE_COOKIE_NAME, code)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or as the system has it."""
    response = back(request)
    remember(request, response, THEME_COOKIE, Theme.of(request.POST.get("theme", "")))
    return response

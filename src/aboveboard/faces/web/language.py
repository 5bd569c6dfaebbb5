"""The reader's language and theme: one cookie each, changed by a plain form, no account needed."""

from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

THEME_COOKIE = "aboveboard_theme"
YEAR = 365 * 24 * 60 * 60


class Theme(StrEnum):
    """Paper by day, by night, or as the system has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @classmethod
    def of(cls, word: str) -> "Theme":
        """Read a cookie or a form; anything unknown means the system's own."""
        return cls(word) if word in set(cls) else cls.SYSTEM


def known_language(code: str) -> bool:
    """Whether pages are written in the language *code*."""
    return code in dict(settings.LANGUAGES)


def remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice for a year in a cookie that scripts cannot read and other sites do not get."""
    response.set_cookie(name, value, max_age=YEAR, path="/", secure=request.is_secure(), httponly=True, samesite="Lax")


def back(request: HttpRequest) -> HttpResponse:
    """Lead back to the page the form stood on, or home where that address is not ours."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if ours else "/")

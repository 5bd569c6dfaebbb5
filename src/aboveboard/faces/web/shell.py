"""What stands around every page: product, the reader and their entity, language, theme, banners."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aboveboard.faces.web.components import Banner
from aboveboard.faces.web.language import THEME_COOKIE, Theme
from aboveboard.faces.web.sample import in_sample_home

PRODUCT = "Aboveboard"
READER = "reader"
"""Name under which a request carries the reader that `read_by` set."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    word: str
    href: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads this page, for which entity: shown at the head, so that nobody acts for the wrong one."""

    name: str
    entity: str
    nav: tuple[NavItem, ...] = ()
    home: str = "/"
    signed_in: bool = True
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame's own words."""

    product: str
    language: str
    languages: tuple[tuple[str, str], ...]
    theme: Theme
    sample: bool
    docs_href: str
    reader: Reader | None
    banners: tuple[Banner, ...]


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: offer ``shell`` to every template; nothing is asked before a template wants it."""
    return {"shell": SimpleLazyObject(lambda: _shell_of(request))}


def read_by(request: HttpRequest, reader: Reader) -> None:
    """Head the pages of this request with *reader*, where a face knows better than the sign-in who reads."""
    setattr(request, READER, reader)


def _shell_of(request: HttpRequest) -> Shell:
    reader = getattr(request, READER, None) or _reader_of(request)
    sample = in_sample_home()
    banners = (_fiction(),) if sample else ()
    return Shell(
        product=PRODUCT,
        language=get_language() or settings.LANGUAGE_CODE,
        languages=tuple(settings.LANGUAGES),
        theme=Theme.of(request.COOKIES.get(THEME_COOKIE, "")),
        sample=sample,
        docs_href=str(getattr(settings, "DOCS_URL", "")),
        reader=reader,
        banners=banners + (reader.banners if reader else ()),
    )


def _reader_of(request: HttpRequest) -> Reader | None:
    """Ask the one function the settings name; a home without it shows no reader."""
    path = getattr(settings, "READER_OF_REQUEST", "")
    if not path:
        return None
    reader_of: Callable[[HttpRequest], Reader | None] = import_string(path)
    return reader_of(request)


def _fiction() -> Banner:
    sentence = _(
        "Everything here is fictional: the group, its people and their data were generated for this demonstration."
    )
    return Banner(sentence, icon="flask-conical")

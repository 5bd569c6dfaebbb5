"""Articles and sections as the reader's language cites them; the rules keep them as English does."""

import re
from collections.abc import Callable

from django.utils.translation import get_language

SPACE = "\u00a0"
PLACE = re.compile(r"(?P<number>\d+[a-z]?)?(?P<paragraph>\(\d+\))?(?P<letter>\([a-z]\))?")


def cited(article: str) -> str:
    """Return *article* as it is cited in the reader's language; what is not understood stays as it is."""
    if get_language() != "cs":
        return article
    return "; ".join(_source_in_czech(source) for source in article.split("; "))


def _source_in_czech(source: str) -> str:
    for pattern, said in _FORMS:
        if found := pattern.fullmatch(source):
            return said(found)
    return source


def _places(sign: str, listed: str) -> str:
    return ", ".join(_place(sign, one) for one in listed.split(", "))


def _place(sign: str, written: str) -> str:
    found = PLACE.fullmatch(written)
    if found is None:
        return f"{sign}{SPACE}{written}"
    words = ((sign, found["number"]), ("odst.", found["paragraph"]), ("písm.", found["letter"]))
    # A letter keeps its closing bracket in Czech, a paragraph has none.
    parts = (f"{word}{SPACE}{part.strip('()')}{')' if word == 'písm.' else ''}" for word, part in words if part)
    return SPACE.join(parts)


def _act(found: re.Match[str]) -> str:
    named = f"zákon č.{SPACE}{found['number']}{SPACE}Sb."
    return f"{named}, {_places('§', found['places'])}" if found["places"] else named


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"Art(?:s|\.) (?P<places>.+)"), lambda found: _places("čl.", found["places"])),
    (re.compile(r"Recital (?P<number>\d+)"), lambda found: f"bod{SPACE}{found['number']} odůvodnění"),
    (re.compile(r"EDPB (?:Guidelines )?(?P<number>\d+/\d+)"), lambda found: f"pokyny EDPB {found['number']}"),
    (re.compile(r"Act (?P<number>\d+/\d+) Coll\.(?: ss?\. (?P<places>.+))?"), _act),
)

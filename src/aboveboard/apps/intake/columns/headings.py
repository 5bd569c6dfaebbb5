"""The table of known headings: one name, without case, accents and punctuation, has one category a source."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aboveboard.core.errors import Invalid

NO_PERSON = "-"
"""In the place of a category: the column is about no person."""
ANY_SOURCE = "*"
CATEGORY = re.compile(r"T\d\d")
NUMBER = re.compile(r"\d+")
COLUMNS = ["source", "header", "category", "role"]
EXACT_SOURCES = frozenset({"vcard", "popolo"})
"""Sources whose property names are compared as they stand, but for case."""

NAME_ROLES = ("name.full", "name.given", "name.middle", "name.family", "name.prefix", "name.suffix")
"""Roles of the parts that make up one name."""
ROLES = frozenset(
    {
        *NAME_ROLES,
        *("name.other", "email", "phone", "birth_date", "gender", "language", "website", "photo", "note", "tags"),
        *("address.full", "address.street", "address.city", "address.postcode", "address.region"),
        *("address.country", "organisation", "organisation.detail", "function", "department", "external_id"),
        *("objection", "preference", "label", "technical", "fact"),
    }
)
"""What a value can be for; ``objection`` says the person does not want something, and is never read as consent."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading stands for: a category or none (about no person), and a role."""

    category: str | None
    role: str


def plain(name: str) -> str:
    """*name* without case, accents, spaces and punctuation: ``E-mail 1 - Value`` is ``email1value``."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def any_number(name: str) -> str:
    """*name*, plain, with a mark in the place of each number."""
    return NUMBER.sub("#", plain(name))


def _key(source: str, header: str) -> str:
    """How *header* is looked up among the headings of *source*."""
    if source in EXACT_SOURCES:
        return header.casefold()
    return any_number(header.replace("{n}", "0")) if "{n}" in header else plain(header)


@cache
def table() -> dict[str, dict[str, Heading]]:
    """The headings by source; each row of the data file is checked.

    Raises: Invalid, naming the line, for a bad data file.
    """
    headings: dict[str, dict[str, Heading]] = {}
    text = files(__package__).joinpath("headers.csv").read_text("utf-8")
    numbered = enumerate(text.splitlines(), start=1)
    lines = [(number, line) for number, line in numbered if not line.startswith("#")]
    if lines[0][1].split(",") != COLUMNS:
        raise Invalid("headers.csv does not begin with its four columns.")
    for number, line in lines[1:]:
        cells = next(csv.reader([line]))
        if len(cells) != len(COLUMNS):
            raise Invalid(f"headers.csv, line {number}: not four cells.")
        sources, header, category, role = cells
        heading = Heading(checked_category(category, f"headers.csv, line {number}"), role)
        if role not in ROLES:
            raise Invalid(f"headers.csv, line {number}: unknown role.")
        for source in sources.split():
            key = _key(source, header)
            if headings.setdefault(source, {}).setdefault(key, heading) != heading:
                raise Invalid(f"headers.csv, line {number}: the heading stands for something else already.")
    return headings


def checked_category(category: str, where: str) -> str | None:
    """A category by its form, or none for the sign of no person.

    Raises: Invalid, naming *where*.
    """
    if category == NO_PERSON:
        return None
    if not CATEGORY.fullmatch(category):
        raise Invalid(f"{where}: a category is T and two digits, or - for what is about no person.")
    return category


def is_heading(name: str) -> bool:
    """Whether *name* is known as a heading of any source."""
    tables = table().values()
    return any(plain(name) in known or any_number(name) in known or name.casefold() in known for known in tables)

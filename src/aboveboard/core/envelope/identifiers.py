"""What somebody goes by who asks whether anything is held about them, in the one form in which it is compared.

    email           trimmed, case folded
    phone           the last nine digits (all of them where a number has fewer): prefixes are written in many ways
    name            its words, case and accents folded, each once, in order of code points
    name-and-birth  as ``name``, a vertical bar, the day as 2001-12-31

A record is held under a name when one of its names has all these words; under a name with a day when, besides, its
day of birth is that day or is not held. So what a denial says is exact, and can be held against a record.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from aboveboard.core.envelope.blind import SHORTEST, words
from aboveboard.core.errors import Invalid

NAME_CATEGORY, BIRTH_CATEGORY = "T01", "T17"
EMAIL_CATEGORIES = frozenset({"T02", "T04"})
PHONE_CATEGORIES = frozenset({"T03", "T05"})
LONGEST = 200
"""Characters of one identifier."""
_COMPARED_DIGITS, _FEWEST_DIGITS = 9, 6
_DIGITS = re.compile(r"\d[\d\s()./\-]*")
_NO_DIGIT = re.compile(r"[^0-9]+")
_APART = re.compile(r"[,;|\n]| / ")
_DAY_FIRST = re.compile(r"(\d{1,2})[./] ?(\d{1,2})[./] ?(\d{4})")


class IdentifierKind(StrEnum):
    """What an identifier is."""

    EMAIL = "email"
    NAME = "name"
    NAME_AND_BIRTH = "name-and-birth"
    PHONE = "phone"


CATEGORIES: Mapping[IdentifierKind, frozenset[str]] = {
    IdentifierKind.EMAIL: EMAIL_CATEGORIES,
    IdentifierKind.NAME: frozenset({NAME_CATEGORY}),
    IdentifierKind.NAME_AND_BIRTH: frozenset({NAME_CATEGORY, BIRTH_CATEGORY}),
    IdentifierKind.PHONE: PHONE_CATEGORIES,
}
"""The categories in which a record would hold an identifier of each kind."""


def normalised(kind: IdentifierKind, given: str) -> str:
    """Give the compared form; *given* with a day is the name, a vertical bar, the day.

    Raises:
        Invalid: when it is none; what was given is not repeated.
    """
    if len(given) > LONGEST:
        raise Invalid(f"An identifier has at most {LONGEST} characters.")
    match kind:
        case IdentifierKind.EMAIL:
            return _email(given)
        case IdentifierKind.PHONE:
            return _phone(given)
        case IdentifierKind.NAME:
            return " ".join(_name_words(given))
        case IdentifierKind.NAME_AND_BIRTH:
            name, _, day = given.rpartition("|")
            return f"{' '.join(_name_words(name))}|{birth_day(day).isoformat()}"


def held_under(kind: IdentifierKind, compared: str, facts: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a record with these facts, each category and value, is held under an identifier."""
    found = [(category, value) for category, value in facts if category in CATEGORIES[kind]]
    if kind is IdentifierKind.EMAIL:
        return any(value.strip().casefold() == compared for _, value in found)
    if kind is IdentifierKind.PHONE:
        return any(compared in numbers_of(value) for _, value in found)
    name, _, day = compared.partition("|")
    wanted = set(name.split(" "))
    if not any(category == NAME_CATEGORY and wanted <= set(words(value)) for category, value in found):
        return False
    born = [value for category, value in found if category == BIRTH_CATEGORY]
    return not day or not born or any(_same_day(value, day) for value in born)


def numbers_of(text: str) -> set[str]:
    """Give the compared digits of every telephone number in a text; an extension is none."""
    found = set()
    for part in _APART.split(unicodedata.normalize("NFKC", text)):
        for group in _DIGITS.findall(part):
            digits = "".join(_NO_DIGIT.split(group) if group.isascii() else [str(int(m)) for m in group if m.isdigit()])
            if len(digits) >= _FEWEST_DIGITS:
                found.add(digits[-_COMPARED_DIGITS:])
    return found


def birth_day(text: str) -> date:
    """Read a day of birth written as 2001-12-31, 31. 12. 2001 or 31/12/2001.

    Raises:
        Invalid: for anything else.
    """
    try:
        if written := _DAY_FIRST.fullmatch(text.strip()):
            day, month, year = map(int, written.groups())
            return date(year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("A date of birth is written as 2001-12-31, or as 31. 12. 2001.") from None


def _same_day(value: str, day: str) -> bool:
    try:
        return birth_day(value).isoformat() == day
    except Invalid:
        # What is held is no day one can compare: it rules nobody out.
        return True


def _email(given: str) -> str:
    address = given.strip().casefold()
    before, _, after = address.rpartition("@")
    if not before or not after or any(mark.isspace() for mark in address):
        raise Invalid("This is no e-mail address.")
    return address


def _phone(given: str) -> str:
    found = numbers_of(given)
    if len(found) != 1:
        raise Invalid(f"A telephone number has {_FEWEST_DIGITS} digits at least, and one is asked about at a time.")
    return found.pop()


def _name_words(given: str) -> list[str]:
    found = words(given)
    if sum(map(len, found)) < SHORTEST:
        raise Invalid(f"A name has {SHORTEST} letters at least.")
    return sorted(set(found))

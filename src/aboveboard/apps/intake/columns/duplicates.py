"""People who may stand in one file twice: found by keyed hashes of what they share, never by keeping values.

Each person has a few keys, made of two or three things that seldom agree by chance; who shares a key is a candidate,
for a human to judge. National identity numbers are not used (taxonomy T15: never a key). Memory is bounded: past
``capacity`` keys no new one is remembered, and ``forgotten`` says how many were not.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from aboveboard.apps.intake.columns.person import PersonDraft, Plan

USED_ROLES = frozenset({"birth_date", "email", "phone", "address.street", "address.full", "address.postcode"})
STREETS_USED = 3
SIGNS, VOWELS, REPEATED = re.compile(r"[\W_]+"), re.compile("[aeiouyhw]+"), re.compile(r"(.)\1+")
NO_DIGITS = re.compile(r"\D+")
THREE_LETTERS = re.compile(r"[^\W\d_]{3}")
NAMES_AT_HAND = 16384
SHORTEST_NUMBER = 7
SMALLEST_TABLE = 1 << 12
FIRST_TABLE = 1 << 16
LARGEST_TABLE = 1 << 22
FULLEST = 0.8


class Likeness(NamedTuple):
    """Two rows of one file that may be one person, by row number, and what they share."""

    number: int
    earlier: int
    shared: tuple[str, ...]


class DuplicateFinder:
    """Compares each person of one file with all before; the keys are hashes under *secret*."""

    def __init__(self, plan: Plan, secret: bytes, capacity: int = LARGEST_TABLE) -> None:
        """Begin with nobody; *secret* is random and thrown away after the file."""
        self._roles = tuple(column.role if column.role in USED_ROLES else "" for column in plan.columns)
        self._secret = secret[:64]
        self._seen = KeyTable(capacity)
        self._skeleton = lru_cache(NAMES_AT_HAND)(skeleton)

    @property
    def forgotten(self) -> int:
        """Keys that could not be remembered for want of room."""
        return self._seen.forgotten

    def see(self, draft: PersonDraft) -> list[Likeness]:
        """Remember one person, and say whom of those before they may be."""
        known: dict[str, list[str]] = {}
        roles = self._roles
        for at, value in draft.values:
            if role := roles[at]:
                known.setdefault(role, []).append(value)
        if not known:
            return []
        found: dict[int, list[str]] = {}
        for what, text in dict.fromkeys(self._keys(draft, known)):
            digest = blake2b(f"{what}\0{text}".encode(), digest_size=8, key=self._secret).digest()
            earlier = self._seen.first(int.from_bytes(digest, "big"), draft.number)
            if earlier not in {0, draft.number} and what not in (shared := found.setdefault(earlier, [])):
                shared.append(what)
        return [Likeness(draft.number, earlier, tuple(shared)) for earlier, shared in found.items()]

    def _keys(self, draft: PersonDraft, known: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
        """The keys of one person with these values by role: what they are made of, and their text."""
        for address in known.pop("email", ()):
            yield "e-mail", address.casefold().removeprefix("mailto:")
        if not known:
            return
        given, family = self._skeleton(draft.given), self._skeleton(draft.family)
        if not (given or family):
            words = [self._skeleton(word) for word in draft.name.split()]
            given, family = (words[0], words[-1]) if len(words) > 1 else ("", words[0])
        for number in map(digits_of, known.pop("phone", ())):
            if number and family:
                yield "phone and family name", f"{number} {family}"
        if known:
            yield from _of_places_and_dates(known, given, family)


def _of_places_and_dates(known: dict[str, list[str]], given: str, family: str) -> Iterator[tuple[str, str]]:
    """The keys made of a birth date or an address."""
    names = " ".join(sorted((given, family))) if given and family else ""
    postcodes = [plain_code(value) for value in known.get("address.postcode", ())]
    streets = _streets([*known.get("address.street", ()), *known.get("address.full", ())])
    for born in map(day_of, known.get("birth_date", ())):
        if born:
            yield from (("birth date and names", f"{born} {family} {given[:1]}"),) if family else ()
            yield from (("birth date and postcode", f"{born} {code}") for code in postcodes if code)
            yield from (("birth date and street", f"{born} {street}") for street in streets)
    if names:
        yield from (("names and postcode", f"{names} {code}") for code in postcodes if code)
        yield from (("names and street", f"{names} {street}") for street in streets)


class KeyTable:
    """Who had a key first: an open hash table in two flat arrays, 12 bytes a slot."""

    def __init__(self, capacity: int) -> None:
        """Begin small; *capacity* slots (a power of two) are the most there will be."""
        self._capacity = max(capacity, SMALLEST_TABLE)
        self.forgotten = 0
        self._make(min(FIRST_TABLE, self._capacity))

    def _make(self, size: int) -> None:
        """An empty table of *size* slots; a slot with row 0 is free."""
        self._mask = size - 1
        self._keys = array("Q", bytes(8 * size))
        self._rows = array("I", bytes(4 * size))
        self._room = int(size * FULLEST)

    def first(self, key: int, row: int) -> int:
        """The row that had *key* first, this one included; 0 if there is no room to remember it."""
        keys, rows, mask = self._keys, self._rows, self._mask
        slot = key & mask
        while earlier := rows[slot]:
            if keys[slot] == key:
                return earlier
            slot = (slot + 1) & mask
        if self._room == 0:
            if mask + 1 >= self._capacity:
                self.forgotten += 1
                return 0
            self._grow()
            return self.first(key, row)
        keys[slot], rows[slot] = key, row
        self._room -= 1
        return row

    def _grow(self) -> None:
        """Double the table, every key in its new place."""
        keys, rows = self._keys, self._rows
        self._make(2 * len(rows))
        for key, row in zip(keys, rows, strict=True):
            if row:
                self.first(key, row)


def skeleton(name: str) -> str:
    """The first letter and the next consonants of a name, so that most slips of the pen do not matter."""
    folded = name.casefold() if name.isascii() else unicodedata.normalize("NFKD", name).casefold()
    letters = SIGNS.sub("", folded)
    return (letters[:1] + REPEATED.sub(r"\1", VOWELS.sub("", letters[1:])))[:5]


def day_of(text: str) -> str:
    """A date as its three numbers by size, for some write the month first; nothing for no full date."""
    numbers = re.findall(r"\d+", text)
    if numbers and len(numbers[0]) == len("yyyymmdd"):
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    if len(numbers) < len(("year", "month", "day")):
        return ""
    return " ".join(str(number) for number in sorted(map(int, numbers[:3])))


def digits_of(text: str) -> str:
    """The last nine digits of a phone number, so that prefixes do not matter; nothing for a short one."""
    digits = NO_DIGITS.sub("", text)
    return digits[-9:] if len(digits) >= SHORTEST_NUMBER else ""


def plain_code(text: str) -> str:
    """A postcode without spaces and signs."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _streets(values: list[str]) -> list[str]:
    """The skeletons of the first words of an address that have three letters."""
    found = []
    for value in values[:STREETS_USED]:
        word = next((word for word in value.split() if THREE_LETTERS.match(word)), "")
        if word:
            found.append(skeleton(word))
    return found

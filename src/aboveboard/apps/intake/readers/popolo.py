"""People in Popolo JSON as rows, streamed: a list of persons, or an object with persons and their memberships.

Scalars keep their key; lists of objects become one value an object, with its scheme or type in the property's name.
Memberships that stand apart are joined to their person: their distinct texts and a number each are all that is held.
"""

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Self

import ijson

from aboveboard.apps.intake.readers.encoding import TOLERANT
from aboveboard.apps.intake.readers.source import (
    Format,
    PropertyIndex,
    Reason,
    Row,
    RowProblem,
    Source,
)
from aboveboard.core.errors import Invalid

Cells = list[tuple[str, str]]
KINDS = ("scheme", "type")
"""Keys whose value says what kind of value an object of a list is."""
FIRST = ("label", "name", "identifier", "value", "url", "role")
"""Keys whose value stands first in the text of an object."""
OF_PERSONS = frozenset({"given_name", "family_name", "birth_date", "gender", "honorific_prefix", "sort_name"})
OF_ORGANISATIONS = frozenset({"founding_date", "dissolution_date", "parent_id", "seats", "founded_at"})
SPAN = ("start_date", "end_date")
LOOKED_UP = {
    "organization_id": "organizations",
    "on_behalf_of_id": "organizations",
    "legislative_period_id": "events",
    "area_id": "areas",
    "post_id": "posts",
}


class PopoloFile:
    """One Popolo file, read from the start as often as needed."""

    def __init__(self, path: Path, encoding: str) -> None:
        """Look at nothing yet."""
        self.path = path
        self.encoding = encoding
        self.is_list = self._begins_with_list()
        self.memberships = Memberships()

    def _begins_with_list(self) -> bool:
        """Whether the file is a list of persons and not an object."""
        with self.open() as file:
            return file.read(200).lstrip().startswith(b"[")

    def open(self) -> "IO[bytes] | Utf8":
        """The file as UTF-8 without a mark, as the parser needs it."""
        file = self.path.open("rb")
        if self.encoding == "utf-8":
            return file
        return Utf8(file, self.encoding)

    def items(self, key: str) -> Iterator[Any]:
        """The items of one list of the file."""
        with self.open() as file:
            yield from ijson.items(file, "item" if self.is_list else f"{key}.item")

    def people(self) -> Iterator[Cells | Reason]:
        """Each person's cells, or why the record is none; a file that breaks off ends with a reason."""
        try:
            for person in self.items("persons"):
                yield self._person(person)
        except ijson.JSONError:
            yield Reason.BROKEN_FORM

    def _person(self, person: Any) -> Cells | Reason:
        """The cells of one person with their memberships."""
        if not isinstance(person, dict):
            return Reason.NOT_A_PERSON
        keys = person.keys()
        if (keys & OF_ORGANISATIONS or "classification" in keys) and not keys & OF_PERSONS:
            return Reason.NOT_A_PERSON
        return [*flattened("", person), *self.memberships.of(text_of(person.get("id")))]

    def learn_memberships(self) -> None:
        """Read the memberships that stand apart, with the names of what they refer to."""
        if self.is_list:
            return
        names: dict[str, tuple[str, str]] = {}
        terms: dict[str, dict[str, Any]] = {}
        try:
            for key in dict.fromkeys(LOOKED_UP.values()):
                for thing in self.items(key):
                    if isinstance(thing, dict):
                        kind, thing_id = text_of(thing.get("classification")), text_of(thing.get("id"))
                        names[f"{key}/{thing_id}"] = (text_of(thing.get("name")), kind)
                        terms[thing_id] = {day: thing[day] for day in SPAN if key == "events" and thing.get(day)}
            for membership in self.items("memberships"):
                if isinstance(membership, dict):
                    # A membership that names no days of its own lasts as long as its term.
                    term = terms.get(text_of(membership.get("legislative_period_id")), {})
                    own = {key: value for key, value in membership.items() if value is not None and value != ""}
                    self.memberships.add({**term, **own}, names)
        except ijson.JSONError:
            return  # the same error ends the reading of persons, and is reported there


class Utf8:
    """A binary file that gives the text of another one as UTF-8."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        """Read *file*, which is in *encoding*."""
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(errors=TOLERANT)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; what cannot be decoded stays a byte that is not UTF-8, so that the parser stops there."""
        while True:
            raw = self._file.read(size)
            text = self._decoder.decode(raw, final=not raw)
            if text or not raw or size == 0:
                return text.encode("utf-8", errors="surrogateescape")

    def __enter__(self) -> Self:
        """Be closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file underneath."""
        self._file.close()


class Memberships:
    """Memberships by person: a list of numbers each, of texts that are held once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._texts: dict[tuple[str, str], int] = {}
        self._cells: Cells = []
        self._of_person: dict[str, list[int]] = {}
        self._seen: set[str] = set()

    def add(self, membership: dict[str, Any], names: dict[str, tuple[str, str]]) -> None:
        """Hold one membership as one or two cells: in what, and on whose behalf."""
        numbers = self._of_person.setdefault(text_of(membership.get("person_id")), [])
        for cell in _membership_cells(membership, names):
            number = self._texts.setdefault(cell, len(self._cells))
            if number == len(self._cells):
                self._cells.append(cell)
            numbers.append(number)

    def of(self, person_id: str) -> Cells:
        """The cells of one person's memberships."""
        if not self._of_person:
            return []
        self._seen.add(person_id)
        return [self._cells[number] for number in self._of_person.get(person_id, ())]

    def orphans(self) -> int:
        """How many cells belong to people who have not been asked for."""
        return sum(len(held) for person, held in self._of_person.items() if person not in self._seen)


def _membership_cells(membership: dict[str, Any], names: dict[str, tuple[str, str]]) -> Cells:
    """A membership as cells named by the kind of the organisation, ids replaced by names where they are known."""
    rest = {key: value for key, value in membership.items() if key not in {"person_id", "on_behalf_of_id"}}
    kind = ""
    for key, table in LOOKED_UP.items():
        if key in rest:
            name, found = names.get(f"{table}/{text_of(rest[key])}", (text_of(rest[key]), ""))
            rest[key] = name or text_of(rest[key])
            kind = found if key == "organization_id" else kind
    cells = [(f"memberships;{kind or 'other'}", described(rest, first="organization_id"))]
    if behalf := text_of(membership.get("on_behalf_of_id")):
        name, kind = names.get(f"organizations/{behalf}", (behalf, ""))
        span: dict[str, Any] = {key: membership[key] for key in ("start_date", "end_date") if key in membership}
        cells.append((f"memberships;{kind or 'party'}", described({"name": name, **span})))
    return cells


def text_of(value: object) -> str:
    """A JSON scalar as text; nothing for null."""
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def flattened(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """The cells of a JSON value: every scalar in it stands in the text of one of them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flattened(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _of_list(prefix, item)
    elif (text := text_of(value)) and not text.isspace():
        yield prefix, text


def _of_list(prefix: str, item: Any) -> Iterator[tuple[str, str]]:
    """The cells of one item of a list; an object becomes one."""
    if not isinstance(item, dict):
        yield from flattened(prefix, item)
        return
    kind = next((key for key in KINDS if item.get(key)), None)
    name = f"{prefix};{text_of(item[kind])[:40]}" if kind else prefix
    if text := described({key: inner for key, inner in item.items() if key != kind}):
        yield name, text


def described(thing: dict[str, Any], first: str = "") -> str:
    """An object in words: what it names, then the rest in brackets, dates as a span."""
    texts = {key: _joined(value) for key, value in thing.items()}
    texts = {key: text for key, text in texts.items() if text}
    head = next((key for key in (first, *FIRST) if key in texts), next(iter(texts), ""))
    start, end = texts.get("start_date", ""), texts.get("end_date", "")
    rest = [text for key, text in texts.items() if key not in {head, "start_date", "end_date"}]
    if (start or end) and head not in {"start_date", "end_date"}:
        rest.append(f"{start} – {end}".strip())
    main = texts.get(head, "")
    return f"{main} ({', '.join(rest)})" if rest else main


def _joined(value: Any) -> str:
    """Any JSON value as text."""
    if isinstance(value, (dict, list)):
        return ", ".join(text for _, text in flattened("", value))
    return text_of(value)


def popolo_source(path: Path, encoding: str) -> Source:
    """Find the properties of the persons in *path*, and be ready to read them.

    Raises: Invalid, if no person stands in the file.
    """
    file = PopoloFile(path, encoding)
    file.learn_memberships()
    index, people = PropertyIndex(), 0
    for cells in file.people():
        if not isinstance(cells, Reason):
            people += 1
            for name, _ in cells:
                index.add(name)
    if not people:
        raise Invalid("This is JSON, but no list of persons in the form of Popolo.", code="unreadable_file")
    return Source(Format.POPOLO, encoding, tuple(index.numbers), _rows(file, index), counts=tuple(index.counts))


def _rows(file: PopoloFile, index: PropertyIndex) -> Callable[[], Iterator[Row | RowProblem]]:
    """A reader that numbers the persons of *file*."""

    def rows() -> Iterator[Row | RowProblem]:
        """Each person as a row; memberships of people who are not in the file are reported at the end."""
        number = 0
        for cells in file.people():
            number += 1
            if isinstance(cells, Reason):
                yield RowProblem(number, cells, 1)
            else:
                yield Row(number, [text for _, text in cells], [index.number(name) for name, _ in cells])
        if orphans := file.memberships.orphans():
            yield RowProblem(number + 1, Reason.ORPHAN, orphans)

    return rows

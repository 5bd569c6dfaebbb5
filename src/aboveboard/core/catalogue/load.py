"""The loader: reads every row of the dated data files and refuses a bad file with its name and line."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TypeVar

from aboveboard.core.catalogue.catalogue import Catalogue
from aboveboard.core.catalogue.categories import read_categories, read_conditions, read_retention
from aboveboard.core.catalogue.category import (
    AdequacyDecision,
    Confidence,
    Country,
    Holiday,
    Obligation,
    Status,
)
from aboveboard.core.catalogue.rows import Row, rows
from aboveboard.core.errors import Invalid

DATED = date(2026, 11, 22)
"""The date of the data files this version works with."""
TABLES = (
    "adequacy",
    "categories",
    "category-rules",
    "conditions",
    "countries",
    "holidays",
    "obligations",
    "retention",
)

Thing = TypeVar("Thing")


@cache
def catalogue() -> Catalogue:
    """Give the catalogue that comes with this version, read once."""
    return load(data_files())


def data_files(dated: date = DATED) -> Mapping[str, str]:
    """Give the text of each data file of one date, by file name."""
    folder = files("aboveboard.core.catalogue") / "data"
    return {name: (folder / name).read_text("utf-8") for name in (file_name(table, dated) for table in TABLES)}


def file_name(table: str, dated: date = DATED) -> str:
    """Give the name of a table's data file."""
    return f"{table}-{dated.isoformat()}.csv"


def load(texts: Mapping[str, str], dated: date = DATED) -> Catalogue:
    """Check every row of the data files in *texts* and give the catalogue they make.

    Raises:
        Invalid: when a file is missing or a row is not what it must be; names the file and the line.
    """
    for table in TABLES:
        if file_name(table, dated) not in texts:
            raise Invalid(f"The data file {file_name(table, dated)} is missing.", code="invalid_data_file")

    def text(table: str) -> tuple[str, str]:
        name = file_name(table, dated)
        return name, texts[name]

    conditions = read_conditions(*text("conditions"))
    retention = read_retention(*text("retention"))
    obligations = _obligations(*text("obligations"))
    return Catalogue(
        dated=dated,
        categories=read_categories(text("categories"), text("category-rules"), conditions, retention, obligations),
        conditions=conditions,
        retention=retention,
        countries=_countries(*text("countries"), obligations=obligations),
        adequacy=_adequacy(*text("adequacy")),
        holidays=_holidays(*text("holidays")),
        obligations=obligations,
        digest=digest_of({name: texts[name] for name in (file_name(table, dated) for table in TABLES)}),
    )


def digest_of(texts: Mapping[str, str]) -> bytes:
    """Give SHA-256 over each name and the SHA-256 of its text, by name; line ends do not count."""
    whole = sha256()
    for name in sorted(texts):
        text = texts[name].replace("\r\n", "\n").encode("utf-8")
        whole.update(name.encode("utf-8") + b"\0" + sha256(text).digest())
    return whole.digest()


def _once(found: dict[str, Thing], row: Row, key: str, thing: Thing) -> None:
    if key in found:
        row.refuse(f"{key} stands twice.")
    found[key] = thing


def _obligations(file: str, text: str) -> Mapping[str, Obligation]:
    found: dict[str, Obligation] = {}
    columns = ("id", "title", "source", "status", "rule", "test", "confidence", "read_in")
    for row in rows(file, text, columns):
        obligation = Obligation(
            id=row.text("id"),
            title=row.text("title"),
            source=row.text("source"),
            status=row.word("status", Status),
            rule=row.cells["rule"],
            test=row.cells["test"],
            confidence=row.word("confidence", Confidence),
            read_in=row.cells["read_in"],
        )
        by_program = obligation.status in {Status.AUTOMATED, Status.CLOCKED}
        if by_program and not (obligation.rule and obligation.test):
            row.refuse("what is automated or clocked names its rule and its test.")
        _once(found, row, obligation.id, obligation)
    return found


def _countries(file: str, text: str, *, obligations: Mapping[str, Obligation]) -> Mapping[str, Country]:
    found: dict[str, Country] = {}
    for row in rows(file, text, ("code", "alpha3", "name", "name_cs", "membership", "warning")):
        code, membership, warning = row.text("code"), row.cells["membership"], row.cells["warning"]
        if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):  # noqa: PLR2004 - alpha-2
            row.refuse("code is not two capital letters.")
        if membership not in {"eu", "eea", ""}:
            row.refuse("membership is none of eu, eea, empty.")
        if warning and warning not in obligations:
            row.refuse("warning is not the id of an obligation.")
        country = Country(code, row.text("alpha3"), row.text("name"), row.text("name_cs"), bool(membership), warning)
        _once(found, row, code, country)
    return found


def _adequacy(file: str, text: str) -> tuple[AdequacyDecision, ...]:
    found: dict[str, AdequacyDecision] = {}
    columns = ("country", "decision", "decided_on", "scope", "expires_on", "confidence", "note")
    for row in rows(file, text, columns):
        decided_on = row.day("decided_on")
        expires_on = row.day("expires_on") if row.cells["expires_on"] else None
        if expires_on is not None and expires_on <= decided_on:
            row.refuse("it expires before it was decided.")
        decision = AdequacyDecision(
            country=row.text("country"),
            decision=row.text("decision"),
            decided_on=decided_on,
            scope=row.cells["scope"],
            expires_on=expires_on,
            confidence=row.word("confidence", Confidence),
            note=row.cells["note"],
        )
        if decision.confidence is not Confidence.VERIFIED:
            row.refuse("a decision nobody has read opens no country.")
        _once(found, row, f"{decision.country} {decision.scope} {decided_on}", decision)
    return tuple(found.values())


def _holidays(file: str, text: str) -> tuple[Holiday, ...]:
    found = []
    for row in rows(file, text, ("country", "kind", "month", "day", "offset", "name")):
        kind = row.cells["kind"]
        month, day, offset = row.number("month"), row.number("day"), row.number("offset")
        if kind == "fixed":
            try:
                date(2000, month, day)
            except ValueError:
                row.refuse("month and day are no day of a year.")
        elif kind != "easter":
            row.refuse("kind is none of fixed, easter.")
        from_easter = offset if kind == "easter" else None
        found.append(Holiday(row.text("country"), month, day, from_easter, row.text("name")))
    return tuple(found)

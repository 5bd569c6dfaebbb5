"""From the name of a column and the program it comes from to a category; what is not known stays unknown.

Unlabelled e-mail addresses, phone numbers and postal addresses count as private (T04, T05, T07), and so do mobile
phones: only a heading that says work, or a program that is kept for business contacts, makes them T02, T03, T06.
The register of an assembly (Popolo) publishes its members' official addresses. Free text is T91, tags and states of
a sales process are T94, other people's names are T93 or a family category. The look-up is by whole names; a name
that merely resembles a known one could let something in that must not come in.
"""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aboveboard.apps.intake.columns.headings import (
    ANY_SOURCE,
    ROLES,
    Heading,
    any_number,
    checked_category,
    plain,
    table,
)
from aboveboard.apps.intake.readers.source import Format
from aboveboard.core.errors import Invalid


class How(StrEnum):
    """How a category was found."""

    HEADER_TABLE = "header table"
    WORD = "word"
    MAPPING = "mapping"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Classified:
    """What is known of one column.

    ``category`` without a value means *unknown* (the values wait in quarantine), unless ``about_no_person``:
    then they are dropped and reported.
    """

    column: str
    category: str | None
    role: str
    how: How
    about_no_person: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the column has a category or is known to be about no person."""
        return self.how is not How.NOT_FOUND


BUSINESS_KINDS = frozenset(
    {"salesforce", "hubspot", "pipedrive", "espocrm", "odoo", "bottlecrm", "atomic", "twenty", "northwind"}
)
"""Programs kept for business contacts: there an unlabelled address is one at work."""

# Headings that, all present, show which program wrote a file; the first line that fits decides.
SIGNATURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pipedrive", ("Person - Name",)),
    ("pipedrive", ("Person - First name",)),
    ("google-shared", ("contactType", "apiId", "NameLower")),
    ("google", ("Given Name", "Yomi Name")),
    ("google", ("E-mail 1 - Value",)),
    ("google", ("Phone 1 - Value",)),
    ("google", ("First Name", "Organization Name", "File As")),
    ("outlook", ("Business Street", "Home Street")),
    ("outlook", ("E-mail Address", "E-mail Display Name")),
    ("espocrm", ("lastName", "salutationName")),
    ("espocrm", ("lastName", "emailAddressData")),
    ("espocrm", ("lastName", "assignedUserId")),
    ("espocrm", ("lastName", "accountName", "emailAddress")),
    ("salesforce", ("LastName", "SystemModstamp")),
    ("salesforce", ("LastName", "OwnerId")),
    ("salesforce", ("LastName", "MailingStreet")),
    ("salesforce", ("Last Name", "Account Name")),
    ("salesforce", ("Last Name", "Mailing Street")),
    ("hubspot", ("Record ID", "Email")),
    ("hubspot", ("Record ID", "Contact owner")),
    ("twenty", ("firstName", "lastName", "companyDomain")),
    ("twenty", ("firstName", "lastName", "jobTitle", "companyId")),
    ("twenty", ("Phones / Primary Phone Number",)),
    ("twenty", ("Emails / Primary Email",)),
    ("bottlecrm", ("first_name", "last_name", "assigned_emails")),
    ("bottlecrm", ("first_name", "last_name", "do_not_call", "linkedin_url")),
    ("atomic", ("first_name", "last_name", "background", "has_newsletter")),
    ("odoo", ("name", "is_company")),
    ("odoo", ("name", "company_name", "country_id")),
    ("odoo", ("name", "parent_id", "country_id")),
    ("northwind", ("companyName", "contactName", "contactTitle")),
    ("popolo", ("name", "identifiers", "memberships")),
    ("popolo", ("name", "sort_name", "chamber", "term")),
    ("popolo", ("name", "sort_name", "party_id", "term")),
)


USUAL_ROLE = {
    "-": "technical", "T01": "name.full", "T02": "email", "T03": "phone", "T04": "email", "T05": "phone",
    "T06": "address.full", "T07": "address.full", "T13": "external_id", "T17": "birth_date", "T41": "birth_date",
}  # fmt: skip
"""The role of a column that a mapping gives only a category; a plain fact otherwise."""


def source_kind(properties: Sequence[str], form: Format = Format.CSV) -> str:
    """Name the program or form a file comes from, or ``generic``."""
    if form in {Format.VCARD, Format.JCARD, Format.XCARD}:
        return "vcard"
    if form is Format.POPOLO:
        return "popolo"
    present = {plain(name) for name in properties}
    for kind, headings in SIGNATURES:
        if present.issuperset(plain(heading) for heading in headings):
            return kind
    return "generic"


def classify(property_name: str, kind: str, mapping: "Mapping[str, Heading] | None" = None) -> Classified:
    """Classify one column: by the user's *mapping*, by the table of its source, by a known word, or not at all."""
    if mapping and (own := mapping.get(plain(property_name))):
        return _classified(property_name, own, How.MAPPING)
    if kind in {"vcard", "popolo"} and (heading := _exact(property_name, table()[kind])):
        return _classified(property_name, heading, How.HEADER_TABLE)
    tables = (kind, "business") if kind in BUSINESS_KINDS else (kind,)
    for name in tables:
        if heading := _looked_up(property_name, table().get(name, {})):
            return _classified(property_name, heading, How.HEADER_TABLE)
    if heading := _looked_up(_word_of(property_name, kind), table()[ANY_SOURCE]):
        return _classified(property_name, heading, How.WORD)
    return Classified(property_name, None, "fact", How.NOT_FOUND)


def _classified(column: str, heading: Heading, how: How) -> Classified:
    """What *heading* says of *column*."""
    return Classified(column, heading.category, heading.role, how, about_no_person=heading.category is None)


def _looked_up(name: str, headings: Mapping[str, Heading]) -> Heading | None:
    """The heading of exactly this name, or of this name with any number."""
    return headings.get(plain(name)) or headings.get(any_number(name))


def _exact(name: str, headings: Mapping[str, Heading]) -> Heading | None:
    """The heading of this property, or of the property with fewer and fewer qualifiers."""
    folded = name.casefold()
    if heading := headings.get(folded):
        return heading
    while ";" in folded:
        folded = folded.rpartition(";")[0]
        if heading := headings.get(f"{folded};*"):
            return heading
    return None


def _word_of(name: str, kind: str) -> str:
    """The word a property extends a vCard by: ``X-HOBBY`` says hobby; elsewhere the name itself."""
    if kind != "vcard":
        return name
    if name.upper().startswith("X-"):
        name = name[2:].removeprefix("KADDRESSBOOK-X-").removeprefix("EVOLUTION-").removeprefix("MS-")
    return name.partition(";")[0]


def load_mapping(path: Path, known_categories: Collection[str]) -> dict[str, Heading]:
    """Read a user's mapping: CSV of column, category (or ``-``) and, if wished, role; by plain name.

    Raises: Invalid, naming the line, for a category or role that does not exist.
    """
    mapping: dict[str, Heading] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(enumerate(csv.reader(file), start=1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("The mapping is not a CSV file in UTF-8.", code="bad_mapping") from error
    for number, raw in rows:
        cells = [cell.strip() for cell in raw]
        if not any(cells) or cells[0].startswith("#") or (number == 1 and cells[:2] == ["column", "category"]):
            continue
        mapping[plain(cells[0])] = _mapped(cells, f"Mapping, line {number}", known_categories)
    return mapping


def _mapped(cells: list[str], where: str, known_categories: Collection[str]) -> Heading:
    """One checked line of a mapping."""
    if len(cells) not in {2, 3} or not plain(cells[0]):
        raise Invalid(f"{where}: column, category and perhaps a role are needed.", code="bad_mapping")
    category = checked_category(cells[1], where)
    if category is not None and category not in known_categories:
        raise Invalid(f"{where}: the catalogue has no such category.", code="bad_mapping")
    role = "".join(cells[2:]) or USUAL_ROLE.get(category or "-", "fact")
    if role not in ROLES:
        raise Invalid(f"{where}: there is no such role.", code="bad_mapping")
    return Heading(category, role)

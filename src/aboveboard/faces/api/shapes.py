"""What is sent to the API and what it answers, as its OpenAPI description says; answers are not checked again."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

Hex16 = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="16 bytes in hexadecimal digits")]
Hex32 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 in hexadecimal digits")]
CategoryCode = Annotated[str, Field(pattern="^T[0-9]{2}$", description="a category of the catalogue")]


class Me(Schema):
    """Whom the token acts for, and from where."""

    staff: Hex16
    role: str
    entity: str
    country: str
    established_by: str
    purposes: list[str]


class RefusalShape(Schema):
    """One rule's no, for a category."""

    category: CategoryCode
    rule: str
    reason: str
    source: str = Field(description="law, guidance or house-default")
    article: str
    why: str
    way_on: str
    next: str = Field(description="what can be done, in words")


class FactShape(Schema):
    """A fact that was opened."""

    category: CategoryCode
    value: str
    purpose: str
    basis: str
    expires_on: date | None


class PersonShape(Schema):
    """A person, as far as the look released something."""

    id: Hex16
    entry: Hex32
    verdict: str
    facts: list[FactShape]
    refusals: list[RefusalShape]


class PersonLine(Schema):
    """A person in a list."""

    id: Hex16
    facts: list[FactShape]


class People(Schema):
    """People in the contact tier: one look, one entry."""

    entry: Hex32
    people: list[PersonLine]
    page: int
    more: bool


class Search(Schema):
    """What is searched for: three letters of a name at least, or a whole address."""

    term: str = Field(min_length=3, max_length=200)
    purpose: str = ""


class Opening(Schema):
    """What is to be opened, and what for."""

    categories: list[CategoryCode] = Field(min_length=1, max_length=98)
    purpose: str


class FactIn(Schema):
    """A value to be recorded."""

    category: CategoryCode
    value: str = Field(min_length=1, max_length=4000)


class FactsIn(Schema):
    """Values to be recorded about a person, for one purpose, from one source."""

    purpose: str
    source: str = Field(max_length=500, description="where the data come from; without it nothing is recorded")
    facts: list[FactIn] = Field(min_length=1, max_length=50)


class Recorded(Schema):
    """What was recorded, and what was not."""

    entry: Hex32
    verdict: str
    recorded: list[CategoryCode]
    refusals: list[RefusalShape]


class KeyCopy(Schema):
    """A copy of the key store that still lives."""

    id: str
    expires_on: date


class Erased(Schema):
    """That the person's keys are gone, and which copies of the key store still hold them."""

    entry: Hex32
    key_store_copies: list[KeyCopy]


class SightShape(Schema):
    """What staff of one role, entity and place could consult for one purpose, and what that rests on."""

    entity: str
    role: str
    country: str
    established_by: str
    purpose: str
    categories: list[CategoryCode]
    transfer: str
    grant: str = Field(description="id of the grant; empty where none is needed")


class Sights(Schema):
    """Who could see a person now; no value is opened."""

    entry: Hex32
    sights: list[SightShape]


class GrantShape(Schema):
    """A grant of the controller."""

    id: Hex16
    controller: str
    entity: str
    role: str
    purpose: str
    categories: list[CategoryCode]
    valid_from: datetime
    valid_until: datetime
    state: str


class Grants(Schema):
    """The grants whoever asks may know of."""

    grants: list[GrantShape]


class CheckpointShape(Schema):
    """The log as it was last signed."""

    origin: str
    size: int
    root: Hex32
    key: str = Field(description="the log's public key, as a C2SP verifier key")
    note: str = Field(description="the signed checkpoint itself, with the cosignatures it has by now")
    witnessed: int = Field(description="how many entries the quorum of witnesses has confirmed; 0: none, or none named")
    witnesses: dict[str, datetime | None] = Field(
        description="the witnesses named, and when each cosigned this checkpoint"
    )
    without_quorum: str = Field(description="go-on or stop-after-SECONDS; empty where no witness is named")


class ReceiptShape(Schema):
    """The log's signed promise for an entry; an index once it is kept, and how far it is proved."""

    entry: Hex32
    deadline: datetime
    receipt: str
    index: int | None
    leaves: int
    level: str = Field(description="committed, signed or witnessed")


class OrganisationShape(Schema):
    """An organisation; of its people nothing."""

    id: int
    name: str
    country: str
    public_body: bool
    open_deals: int


class Organisations(Schema):
    """A page of organisations."""

    organisations: list[OrganisationShape]
    page: int
    more: bool


class DealShape(Schema):
    """A deal; its title is generated."""

    id: int
    title: str
    organisation_id: int
    organisation: str
    stage: str
    amount: str
    currency: str
    expected_on: date | None


class Deals(Schema):
    """Deals, newest first."""

    deals: list[DealShape]


class OwnLine(Schema):
    """One line of the asker's own; nobody it was about stands in it."""

    number: int
    index: int
    entry: Hex32
    at: datetime
    operation: str
    entity: str
    country: str
    established_by: str
    purpose: str
    categories: list[str]
    refused: list[str]
    verdict: str


class OwnLooksShape(Schema):
    """A stretch of the asker's own lines, the newest first; their numbers run from 0 to length less one."""

    length: int
    unsigned: int
    lines: list[OwnLine]


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str

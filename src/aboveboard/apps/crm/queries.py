"""Reading the commercial store: whose accounts, which opaque ids, which deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from aboveboard.apps.crm.models import Contact, Deal, Organisation
from aboveboard.core.terms import StaffId, SubjectId


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation in a list."""

    id: int
    name: str
    country: str
    public_body: bool
    contacts: int
    open_deals: int


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal in a list; *title* is generated."""

    id: int
    title: str
    organisation_id: int
    organisation: str
    stage: str
    amount: Decimal
    currency: str
    expected_on: date | None


def organisations(owner: StaffId | None = None, *, limit: int = 50, offset: int = 0) -> Sequence[OrganisationLine]:
    """List organisations, of one employee's accounts if asked, by name."""
    rows = Organisation.objects.order_by("folded")
    if owner is not None:
        rows = rows.filter(owner=owner)
    is_open = ~Q(deal__stage__in=("won", "lost")) & Q(deal__isnull=False)
    rows = rows.annotate(
        contacts=Count("contact", distinct=True), open_deals=Count("deal", filter=is_open, distinct=True)
    )
    return [
        OrganisationLine(row.pk, row.name, row.country, row.public_body, row.contacts, row.open_deals)
        for row in rows[offset : offset + limit]
    ]


def organisation(organisation_id: int) -> Organisation | None:
    """Give one organisation, or None."""
    return Organisation.objects.filter(pk=organisation_id).first()


def people_of(owner: StaffId | None, *, limit: int = 25, offset: int = 0) -> Sequence[tuple[SubjectId, str, int]]:
    """Give opaque ids of the people of somebody's accounts (None: of all), organisation name, open deals: a page."""
    contacts = Contact.objects.all() if owner is None else Contact.objects.filter(organisation__owner=owner)
    ordered = contacts.select_related("organisation").order_by("organisation__folded", "pk")
    rows = ordered[offset : offset + limit]
    open_deals = _open_deals({row.organisation_id for row in rows})
    return [
        (SubjectId(bytes(row.person)), row.organisation.name, open_deals.get(row.organisation_id, 0)) for row in rows
    ]


def _open_deals(organisation_ids: set[int]) -> dict[int, int]:
    counted = (
        Deal.objects.filter(organisation__in=organisation_ids)
        .exclude(stage__in=("won", "lost"))
        .values_list("organisation")
        .annotate(Count("pk"))
    )
    return dict(counted)


def is_own_account(owner: StaffId, person: SubjectId) -> bool:
    """Tell whether a person belongs to an account of this employee."""
    return Contact.objects.filter(organisation__owner=owner, person=person).exists()


def organisations_of(person: SubjectId) -> Sequence[tuple[int, str, bool]]:
    """Give id, name and whether it is a public body, of the organisations a person acts for."""
    rows = Contact.objects.filter(person=person).select_related("organisation").order_by("organisation__folded")
    return [(row.organisation_id, row.organisation.name, row.organisation.public_body) for row in rows]


def contacts_of(organisation_id: int, *, limit: int = 50) -> Sequence[SubjectId]:
    """Give opaque ids of the people who act for an organisation."""
    rows = Contact.objects.filter(organisation=organisation_id).order_by("pk")[:limit]
    return [SubjectId(bytes(row.person)) for row in rows]


def deals(owner: StaffId | None = None, organisation_id: int | None = None, *, limit: int = 100) -> Sequence[DealLine]:
    """List deals, newest first, of one employee or organisation if asked."""
    rows = Deal.objects.select_related("organisation").order_by("-pk")
    if owner is not None:
        rows = rows.filter(owner=owner)
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    return [
        DealLine(
            row.pk,
            row.title,
            row.organisation_id,
            row.organisation.name,
            row.stage,
            row.amount,
            row.currency,
            row.expected_on,
        )
        for row in rows[:limit]
    ]


def deal_exists(deal_id: int) -> bool:
    """Tell whether there is such a deal."""
    return Deal.objects.filter(pk=deal_id).exists()

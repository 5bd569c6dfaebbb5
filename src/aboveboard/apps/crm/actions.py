"""Writing the commercial store: organisations, links to persons by opaque id, deals; doing it twice is harmless."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from aboveboard.apps.crm.models import Contact, Deal, Organisation
from aboveboard.core.envelope.blind import fold
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import StaffId, SubjectId

COMMERCIAL = "default"
CLOSED = (Deal.Stage.WON, Deal.Stage.LOST)
_PUBLIC_WORDS = (
    "ministerstvo", "ministry", "ministerium", "urad", "parlament", "snemovna", "senat", "stadt", "bundesamt", "kraj",
    "magistrat", "obec", "mesto", "agency", "amt", "municipality", "commission",
)  # fmt: skip


def organisation(name: str, *, now: datetime, owner: StaffId | None = None, country: str = "") -> Organisation:
    """Give the organisation of that name, made on first mention; the first owner stays.

    Raises:
        Invalid: for a name without a letter or digit.
    """
    shown = " ".join(name.split())[:300]
    folded = " ".join(fold(shown).split())[:300]
    if not any(mark.isalnum() for mark in folded):
        raise Invalid("An organisation needs a name.")
    found, made = Organisation.objects.get_or_create(
        folded=folded,
        defaults={
            "name": shown,
            "owner": owner,
            "country": country,
            "public_body": not _PUBLIC_WORDS_SET.isdisjoint(folded.split()),
            "created_at": now,
        },
    )
    if not made and found.owner is None and owner is not None:
        found.owner = owner
        found.save(update_fields=["owner"])
    return found


_PUBLIC_WORDS_SET = frozenset(_PUBLIC_WORDS)


def link_contacts(links: Iterable[tuple[bytes, str, bytes]], *, now: datetime) -> None:
    """Say of many persons (opaque id, organisation, employee) for whom they act; doing it again changes nothing.

    A name without a letter or digit links nobody.
    """
    with transaction.atomic(using=COMMERCIAL):
        known: dict[str, Organisation] = {}
        contacts = []
        for person, name, owner in links:
            if not any(mark.isalnum() for mark in name):
                continue
            if name not in known:
                known[name] = organisation(name, now=now, owner=StaffId(owner))
            contacts.append(Contact(organisation=known[name], person=person, linked_at=now))
        Contact.objects.bulk_create(contacts, ignore_conflicts=True, batch_size=500)


def link_contact(person: SubjectId, organisation_name: str, *, now: datetime, owner: StaffId | None = None) -> None:
    """Say that a person acts for an organisation; doing it again changes nothing."""
    with transaction.atomic(using=COMMERCIAL):
        found = organisation(organisation_name, now=now, owner=owner)
        Contact.objects.get_or_create(organisation=found, person=person, defaults={"linked_at": now})


def unlink_people(people: Sequence[SubjectId]) -> int:
    """Forget opaque ids whose persons were erased; how many links went."""
    return sum(
        Contact.objects.filter(person__in=people[start : start + 500]).delete()[0]
        for start in range(0, len(people), 500)
    )


def assign(organisation_id: int, owner: StaffId) -> None:
    """Hand an account to an employee."""
    if not Organisation.objects.filter(pk=organisation_id).update(owner=owner):
        raise Conflict("There is no such organisation any more.")


def open_deal(
    organisation_id: int,
    *,
    amount: Decimal,
    currency: str,
    owner: StaffId,
    now: datetime,
    expected_on: date | None = None,
) -> Deal:
    """Open a deal.

    Raises:
        Invalid: for a negative amount or a currency that is not three letters.
    """
    if amount < 0 or len(currency) != len("CZK") or not currency.isalpha():
        raise Invalid("A deal needs an amount from zero up and a currency of three letters, such as CZK.")
    return Deal.objects.create(
        organisation_id=organisation_id,
        owner=owner,
        amount=amount,
        currency=currency.upper(),
        expected_on=expected_on,
        created_at=now,
    )


def move_deal(deal_id: int, stage: str, *, now: datetime) -> Deal:
    """Move a deal to another stage; one that is won or lost stays so.

    Raises:
        Invalid: for an unknown stage.
        Conflict: when it is closed.
    """
    if stage not in Deal.Stage.values:
        raise Invalid("A deal is at lead, offer, negotiation, won or lost.")
    with transaction.atomic(using=COMMERCIAL):
        deal = Deal.objects.select_for_update().get(pk=deal_id)
        if deal.stage in CLOSED:
            raise Conflict("This deal is closed; open a new one.")
        deal.stage = stage
        deal.closed_at = now if stage in CLOSED else None
        deal.save(update_fields=["stage", "closed_at"])
    return deal

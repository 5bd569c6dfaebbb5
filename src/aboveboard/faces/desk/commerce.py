"""Organisations and deals: commercial data, shown at once; their people only by a look."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.crm import queries as crm
from aboveboard.apps.crm.models import Deal, Organisation
from aboveboard.core.terms import Role
from aboveboard.faces.desk import purposes as of_role
from aboveboard.faces.desk.forms import DealForm
from aboveboard.faces.desk.looking import look
from aboveboard.faces.desk.pages import (
    DealRow,
    DealsPage,
    OrganisationPage,
    OrganisationRow,
    OrganisationsPage,
    Tab,
)
from aboveboard.faces.desk.people import lines_of, own_accounts, refusals_of
from aboveboard.faces.desk.person import stage_word
from aboveboard.faces.web import saying, wording
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import EmptyState, PageHead

A_PAGE = 50
CLOSED = ("won", "lost")


def organisations_page(asker: Asker, *, number: int) -> OrganisationsPage:
    """List organisations: a seller's own accounts, for others all."""
    rows = crm.organisations(own_accounts(asker), limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    here = reverse("desk:organisations")
    return OrganisationsPage(
        PageHead(_("Organisations"), _("Commercial data, seen at once. Their people open only with a trace.")),
        tuple(_organisation_row(row) for row in rows[:A_PAGE]),
        earlier=f"{here}?page={number - 1}" if number > 1 else "",
        later=f"{here}?page={number + 1}" if len(rows) > A_PAGE else "",
        empty=None if rows else _no_organisation(),
    )


def organisation_page(
    asker: Asker, organisation: Organisation, *, purpose: str, form: DealForm | None = None
) -> OrganisationPage:
    """Show one organisation with its people, by one look, and its deals."""
    offered = of_role.purposes_for(asker)
    wanted = of_role.chosen(offered, purpose)
    subjects = crm.contacts_of(organisation.pk)
    seen = look(asker, subjects, wanted.id) if subjects else None
    people = lines_of(seen, wanted.id, subjects) if seen and not seen.refused else ()
    here = reverse("desk:organisation", args=[organisation.pk])
    sells = asker.actor.role is Role.SELLER
    return OrganisationPage(
        head=PageHead(organisation.name, meta=tuple(_meta(organisation))),
        people=people,
        deals=deal_rows(asker, crm.deals(organisation_id=organisation.pk)),
        stages=stages(),
        trace=seen.trace if seen else None,
        tabs=tuple(
            Tab(saying.purpose_name(one.id), f"{here}?purpose={one.id}", one is wanted) for one in offered if subjects
        ),
        refusals=refusals_of(seen),
        left_out=_left_out(0 if seen is None or seen.refused else len(subjects) - len(people)),
        new_deal=(form or DealForm(initial={"currency": "CZK"})) if sells else None,
        new_deal_href=reverse("desk:new-deal", args=[organisation.pk]),
    )


def deals_page(asker: Asker) -> DealsPage:
    """List deals, newest first, with what is open by currency."""
    rows = crm.deals(own_accounts(asker))
    return DealsPage(
        PageHead(_("Deals"), _("Figures of organisations, without anybody's personal data.")),
        deal_rows(asker, rows),
        stages(),
        tuple(_totals(rows)),
        None if rows else _no_deal(),
    )


def deal_rows(asker: Asker, deals: Sequence[crm.DealLine]) -> tuple[DealRow, ...]:
    """Give deals as rows; who sells may move those that are open."""
    sells = asker.actor.role is Role.SELLER
    return tuple(
        DealRow(
            deal.title,
            deal.organisation,
            reverse("desk:organisation", args=[deal.organisation_id]),
            f"{wording.number(round(deal.amount))} {deal.currency}",
            wording.day(deal.expected_on) if deal.expected_on else "",
            deal.stage,
            stage_word(deal.stage),
            reverse("desk:move-deal", args=[deal.id]) if sells and deal.stage not in CLOSED else "",
        )
        for deal in deals
    )


def stages() -> tuple[tuple[str, str], ...]:
    """Give the stages of a deal with their words."""
    return tuple((stage.value, stage_word(stage.value)) for stage in Deal.Stage)


def _organisation_row(row: crm.OrganisationLine) -> OrganisationRow:
    return OrganisationRow(
        row.name,
        reverse("desk:organisation", args=[row.id]),
        saying.country_name(row.country) if row.country else "",
        _("public body") if row.public_body else _("company"),
        wording.number(row.contacts),
        wording.number(row.open_deals) if row.open_deals else "",
    )


def _meta(organisation: Organisation) -> Iterable[str]:
    yield _("public body") if organisation.public_body else _("company")
    if organisation.country:
        yield saying.country_name(organisation.country)


def _totals(deals: Sequence[crm.DealLine]) -> Iterable[str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in deals:
        if deal.stage not in CLOSED:
            sums[deal.currency] += deal.amount
    return (f"{wording.number(round(amount))} {currency}" for currency, amount in sorted(sums.items()))


def _left_out(others: int) -> str:
    if not others:
        return ""
    return ngettext(
        "%(number)s more person acts for it and is not open to you for this purpose.",
        "%(number)s more people act for it and are not open to you for this purpose.",
        others,
    ) % {"number": wording.number(others)}


def _no_organisation() -> EmptyState:
    return EmptyState(
        _("No organisation yet"),
        _("Organisations come in with an import of people, or are handed to you as your accounts."),
        "building-2",
    )


def _no_deal() -> EmptyState:
    return EmptyState(
        _("No deal yet"),
        _("A deal is opened on the page of its organisation; its title is made from its number."),
        "handshake",
        _("Choose an organisation"),
        reverse("desk:organisations"),
    )

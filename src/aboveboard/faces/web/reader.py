"""Who reads the page, for which company, and where they can go: the head of every page for staff."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aboveboard.apps.accounts.queries import name_of, staff_member
from aboveboard.apps.group.queries import legal_entity
from aboveboard.core.terms import Role, StaffId
from aboveboard.faces.web.shell import NavItem, Reader

SELLING = frozenset({Role.SELLER, Role.HQ_ANALYST})
DECIDING = frozenset({Role.SIGNATORY, Role.DPO})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Page:
    """One place of the navigation: its route, its word, and whose work it belongs to."""

    route: str
    word: str | Promise
    roles: frozenset[Role] = EVERYBODY


PAGES = (
    Page("desk:people", _("People"), SELLING),
    Page("desk:organisations", _("Organisations"), SELLING),
    Page("desk:deals", _("Deals"), SELLING),
    Page("workbench:grants", _("Grants"), DECIDING | {Role.HQ_ANALYST}),
    Page("workbench:acts", _("Acts"), DECIDING),
    Page("workbench:quarantine", _("Quarantine"), DECIDING),
    Page("workbench:clocks", _("Clocks"), DECIDING),
    Page("workbench:sights", _("Who can see"), frozenset({Role.DPO})),
    Page("workbench:naming", _("Naming"), DECIDING),
    Page("workbench:stranger", _("Strangers"), frozenset({Role.DPO})),
    Page("workbench:ledger", _("Ledger"), DECIDING),
    Page("desk:my-looks", _("My looks"), SELLING | DECIDING),
)
"""Every place of the navigation, in its order; a route nobody has made yet is left out."""


def reader_of(request: HttpRequest) -> Reader | None:
    """Give who is signed in, with their pages; nobody where the sign-in belongs to no employee."""
    staff = getattr(getattr(request, "user", None), "staff_id", None)
    record = staff_member(StaffId(bytes(staff))) if staff else None
    if record is None:
        return None
    entity = legal_entity(record.entity)
    nav = _nav(record.role, request.path)
    name = entity.legal_name if entity else record.entity
    return Reader(name_of(record.id), name, nav, nav[0].href if nav else "/")


def _nav(role: Role, path: str) -> tuple[NavItem, ...]:
    """Give the places of a role; here is the one whose address is the longest beginning of the page's."""
    found = [(page, href) for page in PAGES if role in page.roles and (href := _address(page))]
    here = max((href for _page, href in found if path.startswith(href)), key=len, default="")
    return tuple(NavItem(str(page.word), href, here=href == here) for page, href in found)


def _address(page: Page) -> str:
    try:
        return reverse(page.route)
    except NoReverseMatch:
        return ""

"""Pages of people: of one's own accounts, of an organisation, of a search. One look a page, one entry a look."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.crm import queries as crm
from aboveboard.apps.gate.finding import found_subjects
from aboveboard.apps.register.queries import PurposeText
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Role, StaffId, SubjectId
from aboveboard.faces.desk import purposes as of_role
from aboveboard.faces.desk.bringing import may_bring
from aboveboard.faces.desk.forms import SearchForm
from aboveboard.faces.desk.looking import EMAIL, FUNCTION, NAME, PHONE, Look, look
from aboveboard.faces.desk.pages import PeoplePage, PersonLine, Tab
from aboveboard.faces.web import saying, wording
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import EmptyState, PageHead, RefusalText

A_PAGE = 25
OTHER_CAPACITY = "capacity-not-served"


def own_accounts(asker: Asker) -> StaffId | None:
    """Give whose accounts a reader's lists are about: a seller's own, everybody else's those of all."""
    return asker.actor.staff if asker.actor.role is Role.SELLER else None


def people_page(asker: Asker, *, purpose: str, number: int, cards: bool) -> PeoplePage:
    """Show a page of the people of one's accounts, for one purpose."""
    offered = of_role.purposes_for(asker)
    wanted = of_role.chosen(offered, purpose)
    rows = crm.people_of(own_accounts(asker), limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    shown, more = rows[:A_PAGE], len(rows) > A_PAGE
    seen = look(asker, [subject for subject, _name, _deals in shown], wanted.id) if shown else None
    lines = [(line, why) for row in shown if seen for line, why in [_line(seen, wanted.id, *row)]]
    others = sum(line is None for line, _why in lines)
    address = _Address(wanted.id, number, cards)
    return PeoplePage(
        head=PageHead(_("People"), of_role.sentence(wanted)),
        search=SearchForm(purposes=offered, initial={"purpose": wanted.id}),
        people=() if seen is None or seen.refused else tuple(line for line, _why in lines if line),
        trace=seen.trace if seen else None,
        tabs=tuple(Tab(saying.purpose_name(p.id), address.of(purpose=p.id, number=1), p is wanted) for p in offered),
        ways=(Tab(_("Table"), address.of(cards=False), not cards), Tab(_("Cards"), address.of(cards=True), cards)),
        cards=cards,
        refusals=refusals_of(seen),
        left_out=_left_out(0 if seen and seen.refused else others),
        earlier=address.of(number=number - 1) if number > 1 else "",
        later=address.of(number=number + 1) if more else "",
        empty=None if shown else _nobody_yet(may_bring=may_bring(asker)),
        bring=reverse("desk:import") if may_bring(asker) else "",
    )


def found_page(asker: Asker, form: SearchForm, offered: Sequence[PurposeText]) -> PeoplePage:
    """Show whom a search found, as far as the rules let the reader see them.

    That nobody has the name and that whoever has it is not for this reader gives the very same page: no total, no
    trace, no refusal. The look is committed all the same, and the person reads of it.
    """
    purpose = of_role.chosen(offered, form.cleaned_data["purpose"])
    subjects = found_subjects(form.cleaned_data["term"])
    # Asked also where nobody was found, so that the time it takes does not tell "none" from "none for you".
    seen = look(asker, subjects, purpose.id)
    lines = () if seen.refused else lines_of(seen, purpose.id, subjects)
    head = PageHead(_("Search"), of_role.sentence(purpose))
    if not lines:
        return PeoplePage(head, form, empty=_nobody_found(), with_deals=False)
    return PeoplePage(head, form, lines, seen.trace, with_deals=False)


def lines_of(seen: Look, purpose: str, subjects: Iterable[SubjectId]) -> tuple[PersonLine, ...]:
    """Give those of *subjects* that a look released, by name."""
    lines = [
        line
        for subject in dict.fromkeys(subjects)
        for line, why in [_line(seen, purpose, subject, organisation_of(subject), 0)]
        if line is not None and not why
    ]
    return tuple(sorted(lines, key=lambda line: line.name))


def organisation_of(subject: SubjectId) -> str:
    """Name the organisations a person acts for."""
    return ", ".join(name for _id, name, _public in crm.organisations_of(subject))


def refusals_of(seen: Look | None) -> tuple[RefusalText, ...]:
    """Say why nothing at all was released, where that is so."""
    if seen is None or not seen.refused:
        return ()
    return saying.refusal_texts(seen.asked.decision, purpose=seen.asked.question.purpose, about=_("contact data"))


def _line(
    seen: Look, purpose: str, subject: SubjectId, organisation: str, deals: int
) -> tuple[PersonLine | None, tuple[Refusal, ...]]:
    """Give the line of one person; none for somebody erased, or known in a capacity the purpose does not serve."""
    outcome = seen.asked.decision.outcomes.get(subject)
    if outcome is None or subject in seen.asked.gone:
        return None, ()
    refused = tuple(one for refusals in outcome.refused.values() for one in refusals)
    if not outcome.released and (not refused or any(one.reason == OTHER_CAPACITY for one in refused)):
        return None, refused
    because = ""
    if not outcome.released:
        because = saying.refusal_text(
            refused[0], category=_("contact data"), purpose=saying.purpose_name(purpose)
        ).sentence
    return PersonLine(
        href=f"{reverse('desk:person', args=[subject])}?{urlencode({'purpose': purpose})}",
        name=seen.value(subject, NAME),
        organisation=organisation,
        function=seen.value(subject, FUNCTION),
        email=seen.value(subject, EMAIL),
        phone=seen.value(subject, PHONE),
        open_deals=wording.number(deals) if deals else "",
        closed_because=because,
    ), refused if because else ()


class _Address:
    """Addresses of this list with one thing changed."""

    def __init__(self, purpose: str, number: int, cards: bool) -> None:  # noqa: FBT001 - one of three alike
        self._now: dict[str, object] = {"purpose": purpose, "number": number, "cards": cards}

    def of(self, **changed: object) -> str:
        wanted = self._now | changed
        query = {"purpose": wanted["purpose"]}
        query |= {"page": wanted["number"]} if wanted["number"] != 1 else {}
        query |= {"view": "cards"} if wanted["cards"] else {}
        return f"{reverse('desk:people')}?{urlencode(query)}"


def _left_out(others: int) -> str:
    if not others:
        return ""
    return ngettext(
        "%(number)s more person of this page is not known for this purpose.",
        "%(number)s more people of this page are not known for this purpose.",
        others,
    ) % {"number": wording.number(others)}


def _nobody_yet(*, may_bring: bool) -> EmptyState:
    action, address = (
        (_("Import people"), "desk:import") if may_bring else (_("See the organisations"), "desk:organisations")
    )
    return EmptyState(
        _("Nobody here yet"),
        _("People come in by an import: it says column by column what may be kept, and why the rest may not."),
        "users",
        action,
        reverse(address),
    )


def _nobody_found() -> EmptyState:
    return EmptyState(
        _("Nobody found for you"),
        _("Nobody has this name or address, or whoever has it is not for your purpose. Both look the same here."),
        "search",
    )

"""The page of one person: the contact tier open, everything else a closed row, what stands in the way in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.crm import queries as crm
from aboveboard.apps.gate.listing import ClosedFact, closed_facts, opened_sources
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.register.queries import PurposeText
from aboveboard.apps.vault.models import Person
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.apps.vault.queries import standing_of
from aboveboard.core.catalogue import CONTACT_TIER
from aboveboard.core.policy.case import controller_country
from aboveboard.core.policy.deadlines import term_end
from aboveboard.core.policy.question import Standing
from aboveboard.core.terms import Capacity, NoticeState, Role, SubjectId
from aboveboard.faces.desk import purposes as of_role
from aboveboard.faces.desk.groups import GROUPS, group_of
from aboveboard.faces.desk.looking import NAME, Look, look
from aboveboard.faces.desk.pages import GonePage, OfficialProposal, PersonPage, Tab
from aboveboard.faces.desk.people import refusals_of
from aboveboard.faces.desk.recording import empty_record_page
from aboveboard.faces.web import saying, wording
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import (
    Banner,
    Clock,
    FactGroup,
    OpenRow,
    PageHead,
    SealedRow,
    TimelineItem,
    Tone,
)

FADES_AFTER = 5 * 60
NOTICE_TERM = 31


def standing(person: Person) -> Standing:
    """Give what holds for a person as the rules see it."""
    return standing_of(
        person.capacities, person.notice, person.exemption, person.obtained_on, person.contacted_on,
        person.restricted_on, person.choices, person.collected_directly,
    )  # fmt: skip


def gone_page(person: Person) -> GonePage:
    """Say when somebody was erased, and nothing else."""
    erased = person.erased_at or person.erasing_at
    sentence = _("Erased on %(date)s. The keys were destroyed; nobody can open it any more, nor can we.")
    return GonePage(PageHead(_("This person was erased"), sentence % {"date": wording.day(erased) if erased else ""}))


def person_page(asker: Asker, person: Person, *, purpose: str, opened: str = "") -> PersonPage:
    """Show one person: one look for the contact tier and, where asked for, one closed row beside it."""
    subject, holds, offered = SubjectId(bytes(person.id)), standing(person), of_role.purposes_for(asker)
    wanted = of_role.chosen(offered, purpose) if purpose else of_role.fitting(asker, offered, holds)
    seen = look(asker, [subject], wanted.id, CONTACT_TIER | ({opened} if opened else set()))
    listed = closed_facts(seen.asked, subject)
    own = [one for one in seen.facts.get(subject, ()) if one.fact.category in CONTACT_TIER]
    here = reverse("desk:person", args=[subject])
    page = PersonPage(
        head=PageHead(seen.value(subject, NAME) or _("A person")),
        trace=seen.trace,
        tabs=tuple(
            Tab(saying.purpose_name(one.id), f"{here}?{urlencode({'purpose': one.id})}", one is wanted)
            for one in offered
        ),
        banners=tuple(_banners(person, holds)),
        refusals=refusals_of(seen),
        note=_note(seen, listed),
    )
    if seen.refused:
        return page
    # For whom somebody acts says something about them: it stands only on a page whose look was released.
    acts_for = crm.organisations_of(subject)
    return replace(
        page,
        organisations=tuple((name, reverse("desk:organisation", args=[key])) for key, name, _public in acts_for),
        timeline=tuple(_timeline(acts_for)),
        capacities=tuple(capacity_words(holds, today(asker.at))),
        clock=_notice_clock(asker, holds),
        contact=FactGroup(_("Contact"), tuple(open_rows(own)), _("open at once, with a trace")),
        closed=tuple(_groups(_rows(asker, seen, subject, offered, listed))),
        official=_official(subject, holds, asker),
        record=empty_record_page(subject, offered, wanted.id) if asker.actor.role is Role.SELLER else None,
    )


def open_rows(facts: Sequence[OpenFact], *, fresh: bool = False) -> Iterable[OpenRow]:
    """Give a row a category, with every value in it."""
    sources = opened_sources([one.fact for one in facts])
    by_category: dict[str, list[OpenFact]] = {}
    for one in facts:
        by_category.setdefault(one.fact.category, []).append(one)
    for category, several in sorted(by_category.items()):
        first = several[0].fact
        ends = [one.fact.expires_on for one in several if one.fact.expires_on]
        about = _about(first.basis, [sources.get(one.fact.source, "") for one in several], min(ends, default=None))
        values = tuple(one.value for one in several)
        yield OpenRow(
            row_id(category), saying.category_name(category), values, about,
            fresh=fresh, fades_after=FADES_AFTER if fresh else 0,
        )  # fmt: skip


def sealed_row(
    asker: Asker, subject: SubjectId, offered: Sequence[PurposeText], fact: ClosedFact, error: str = ""
) -> SealedRow:
    """Give a closed row: what it is, and the form that opens it, or why it stays closed."""
    refusals = saying.texts_of(fact.refusals, category=fact.category, purpose=fact.purpose)
    about = _about(fact.basis, fact.sources, fact.expires_on)
    if fact.how_many > 1:
        values = ngettext("%(number)s value", "%(number)s values", fact.how_many)
        about = (values % {"number": wording.number(fact.how_many)}, *about)
    name, row = saying.category_name(fact.category), row_id(fact.category)
    if refusals:
        return SealedRow(row, name, about, refusal=refusals[0])
    picker = of_role.picker(
        asker, offered, category=fact.category, likely=fact.purpose, prefix=f"{row}-for", error=error
    )
    action = reverse("desk:open", args=[subject])
    return SealedRow(row, name, about, action, (("category", fact.category),), picker, smooth=True)


def row_id(category: str) -> str:
    """Give the id of a category's row on the page."""
    return f"fact-{category}"


def capacity_words(holds: Standing, day: date) -> Iterable[str]:
    """Say as what the person is known, and since when."""
    words = {
        Capacity.CUSTOMER: _("customer since %(date)s"),
        Capacity.OFFICIAL: _("public official since %(date)s"),
        Capacity.PARTNER: _("partner since %(date)s"),
    }
    for capacity, since, until in holds.capacities:
        if since <= day and (until is None or day < until):
            yield words[capacity] % {"date": wording.day(since)}


def _rows(
    asker: Asker, seen: Look, subject: SubjectId, offered: Sequence[PurposeText], listed: Sequence[ClosedFact]
) -> dict[str, OpenRow | SealedRow]:
    """Give the rows beyond the contact tier by category: closed ones, and what this very look opened or refused."""
    rows: dict[str, OpenRow | SealedRow] = {one.category: sealed_row(asker, subject, offered, one) for one in listed}
    for category, refusals in seen.asked.decision.outcomes[subject].refused.items():
        if category not in CONTACT_TIER:
            said = saying.texts_of(refusals, category=category, purpose=seen.asked.question.purpose)
            rows[category] = SealedRow(row_id(category), saying.category_name(category), refusal=said[0])
    fresh = [one for one in seen.facts.get(subject, ()) if one.fact.category not in CONTACT_TIER]
    rows |= {row.row_id.removeprefix("fact-"): row for row in open_rows(fresh, fresh=True)}
    return rows


def _groups(rows: Mapping[str, OpenRow | SealedRow]) -> Iterable[FactGroup]:
    for group in GROUPS:
        inside = tuple(row for category, row in sorted(rows.items()) if group_of(category) is group)
        if inside:
            yield FactGroup(str(group.title), inside)


def _about(basis: str, sources: Iterable[str], expires_on: date | None) -> tuple[str, ...]:
    until = _("until %(date)s") % {"date": wording.day(expires_on)} if expires_on else _("while the relation lasts")
    return (saying.basis_name(basis), *dict.fromkeys(filter(None, sources)), until)


def _banners(person: Person, holds: Standing) -> Iterable[Banner]:
    if person.restricted_on is not None:
        words = _("Restricted since %(date)s: while something is examined, the data are kept and not used.")
        yield Banner(words % {"date": wording.day(person.restricted_on)}, Tone.WARN, "hand")
    for purpose in sorted(holds.objections):
        words = _("The person objects to: %(purpose)s.")
        yield Banner(words % {"purpose": saying.purpose_name(purpose)}, Tone.WARN, "hand")


def _notice_clock(asker: Asker, holds: Standing) -> Clock | None:
    """Draw how long the notice may still wait (Art. 14(3)(a)), where it is owed."""
    if holds.notice is not NoticeState.OWED:
        return None
    due = term_end(holds.obtained_on, months=1, country=controller_country(snapshot(now=asker.at).register))
    return wording.clock(due=due, today=today(asker.at), term_days=NOTICE_TERM)


def _official(subject: SubjectId, holds: Standing, asker: Asker) -> OfficialProposal | None:
    """Propose the capacity of an official where the organisation is a public body; a human confirms it."""
    public = [name for _id, name, public in crm.organisations_of(subject) if public]
    known = any(capacity is Capacity.OFFICIAL and until is None for capacity, _since, until in holds.capacities)
    if not public or known or asker.actor.role is not Role.SELLER:
        return None
    words = _("%(office)s is a public body. If this person holds an office there, stricter rules protect them.")
    return OfficialProposal(words % {"office": public[0]}, reverse("desk:official", args=[subject]))


def _timeline(acts_for: Sequence[tuple[int, str, bool]]) -> Iterable[TimelineItem]:
    """Tell the deals of the person's organisations; what was talked about is sealed."""
    for key, _name, _public in acts_for:
        for deal in crm.deals(organisation_id=key, limit=10):
            amount = f"{wording.number(round(deal.amount))} {deal.currency}"
            when = wording.day(deal.expected_on) if deal.expected_on else _("no date yet")
            yield TimelineItem(when, deal.title, f"{stage_word(deal.stage)} · {amount}", reverse("desk:deals"))


def stage_word(stage: str) -> str:
    """Give the word for how far a deal has come."""
    return {
        "lead": _("lead"), "offer": _("offer"), "negotiation": _("negotiation"), "won": _("won"), "lost": _("lost"),
    }[stage]  # fmt: skip


def _note(seen: Look, listed: Sequence[ClosedFact]) -> str:
    if seen.refused or listed:
        return ""
    if seen.asked.decision.grant:
        return _("The grant covers these contact data. What else is held is not shown, nor that it is.")
    return _("Nothing else is held about this person.")

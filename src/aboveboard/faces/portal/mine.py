"""The person's own page, put together from one committed look."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from aboveboard.apps.evidence.lines import Line
from aboveboard.apps.evidence.logs import chain_length
from aboveboard.apps.evidence.naming import named_readers
from aboveboard.apps.gate.asking import Asked
from aboveboard.apps.intake.queries import open_quarantined
from aboveboard.apps.ledger.confirmed import named, standing_if_sound
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.core.terms import SubjectId
from aboveboard.faces.portal import looks
from aboveboard.faces.portal.held import fact_groups, waiting_group
from aboveboard.faces.portal.naming import naming_sentences, with_names
from aboveboard.faces.portal.pages import MinePage, OlderPage
from aboveboard.faces.portal.rights import consent_lines, right_cards, standing_sentences
from aboveboard.faces.portal.visiting import controller_name
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import EmptyState, PageHead, TraceBar
from aboveboard.faces.web.witnesses import witness_sentences


def mine_page(asked: Asked, person: SubjectId) -> MinePage:
    """Open what was released and say everything that stands on record."""
    opened = asked.opened()
    waiting = open_quarantined(person, asked) if opened else ()
    # Counted first: a line that comes in between is read twice rather than never told.
    counted = chain_length(person)
    lines, damage = looks.read(person)
    sealed, overdue = looks.sealed(asked.question.asked_at)
    named_ones = named_readers(asked.question) if opened else {}
    return MinePage(
        head=_head(),
        trace=_trace(asked, opened, lines),
        groups=fact_groups(opened) + waiting_group(waiting),
        empty=None if opened else _nothing_held(),
        standing=standing_sentences(person) + naming_sentences(person, named_ones),
        gaps=looks.gaps(person),
        damage=(*damage, overdue) if overdue else damage,
        sealed=sealed,
        looks=with_names(looks.looks_part(lines, 1), looks.others(lines), named_ones),
        own=looks.own_looks(lines),
        changes=looks.changes(lines),
        consents=consent_lines(person),
        rights=right_cards(person),
        news=news_address(len(lines), counted),
        checkpoint=reverse("portal:checkpoint"),
        witnesses=witness_sentences(standing_if_sound()),
    )


def news_address(since: int, counted: int) -> str:
    """Give the address of the live line: lines shown, and lines counted when it was asked last."""
    return f"{reverse('portal:news')}?{urlencode({'since': since, 'told': counted})}"


def older_page(person: SubjectId, number: int) -> OlderPage:
    """Give an older page of looks."""
    lede = _("Part of the look you began when you opened your page; no value stands here.")
    return OlderPage(PageHead(_("Who looked"), lede), looks.looks_part(looks.read(person)[0], number))


def _head() -> PageHead:
    lede = _("%(name)s answers for these data. Whoever opens them is written down before they see anything.")
    return PageHead(_("What we hold about you"), lede % {"name": controller_name()})


def _nothing_held() -> EmptyState:
    return EmptyState(_("No value is held about you"), _("What is recorded later stands here at once."))


def _trace(asked: Asked, opened: Sequence[OpenFact], lines: Sequence[Line]) -> TraceBar:
    """The same line as at the desk, turned round: you looked, and so often others did."""
    others = sum(one.count for one in looks.others(lines))
    parts = (
        _("You looked at your own record"),
        wording.categories(len({one.fact.category for one in opened})),
        _("others: %(looks)s") % {"looks": wording.looks(others)},
    )
    proof = wording.proof_chip(
        committed_at=asked.question.asked_at,
        signed=False,
        witnesses=named(),
        digest=asked.entry_hash,
        href="#proof",
    )
    return TraceBar(parts, proof, reverse("portal:receipt", args=[asked.entry_hash.hex()]))

"""What is sealed and what falls due, for those who decide: the orders, and what the log says of them in public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.delayed import OrderLine, SealedState, orders_listed, sealed_state
from aboveboard.faces.web.components import Banner, Clock, EmptyState, PageHead, Tone
from aboveboard.faces.web.saying import purpose_name
from aboveboard.faces.web.wording import clock, day, number
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.wording import ORDER_STATES, word_of

TERM_DAYS = 365


@dataclass(frozen=True, slots=True)
class OrderShown:
    """An order in words, its clock while it stands, and whether the reader can end it."""

    act: str
    sentence: str
    state: str
    about: tuple[str, ...]
    href: str
    clock: Clock | None
    may_end: bool


@dataclass(frozen=True, slots=True)
class SealedPage:
    """Everything that is sealed in this cell."""

    head: PageHead
    banners: tuple[Banner, ...]
    public: str
    """What everybody can count in the log."""
    orders: tuple[OrderShown, ...]
    empty: EmptyState | None
    propose: str


def sealed_page(worker: Worker) -> SealedPage:
    """Give the orders and the public count."""
    now = worker.asker.at
    state, orders = sealed_state(now), orders_listed(now)
    nothing = EmptyState(_("Nothing is sealed"), _("An order that a law asks for stands here with its day."), "clock")
    lede = _(
        "Where a law forbids telling a person for a time, looks at them stand in the log sealed: counted by everybody,"
        " opened on their day."
    )
    return SealedPage(
        PageHead(_("Sealed looks"), lede),
        sealed_banners(state),
        public_sentence(state),
        tuple(_shown(one, worker, now) for one in orders),
        None if orders else nothing,
        reverse("workbench:propose-act", args=["delay"]) if not worker.advises else "",
    )


def sealed_banners(state: SealedState) -> tuple[Banner, ...]:
    """Say, where an opening is overdue, since when, and what follows."""
    if not state.overdue or state.first is None:
        return ()
    sentence = _(
        "A sealed look was to be opened by %(day)s and was not: every evidence that is made now says so. Start"
        " `aboveboard work`."
    ) % {"day": day(state.first)}
    return (Banner(sentence, Tone.STOP, "triangle-alert"),)


def public_sentence(state: SealedState) -> str:
    """Say what everybody can count."""
    tally = state.tally
    if not tally.sealed:
        return _("No look was ever sealed in this log.")
    said = ngettext(
        "%(sealed)s look was sealed, %(opened)s opened since.",
        "%(sealed)s looks were sealed, %(opened)s opened since.",
        tally.sealed,
    ) % {"sealed": number(tally.sealed), "opened": number(tally.opened)}
    if tally.late:
        late = ngettext("%(late)s after its day.", "%(late)s after their day.", tally.late)
        said += " " + late % {"late": number(tally.late)}
    if state.last is not None:
        said += " " + _("The last is opened by %(day)s.") % {"day": day(state.last)}
    return said


def orders_due(now: datetime) -> Sequence[tuple[str, Clock]]:
    """Give the standing orders with their clocks, for the page of everything that falls due."""
    standing = [one for one in orders_listed(now) if one.state == "standing" or one.outstanding]
    return [(_sentence(one), _clock(one, now)) for one in standing if one.state != "renewed"]


def _shown(one: OrderLine, worker: Worker, now: datetime) -> OrderShown:
    standing = one.state == "standing"
    sealed = ngettext("%(n)s look sealed", "%(n)s looks sealed", one.sealed) % {"n": number(one.sealed)}
    about = (sealed, f"{one.law}, {one.article}", *(purpose_name(purpose) for purpose in one.purposes))
    return OrderShown(
        one.act.hex(),
        _sentence(one),
        word_of(ORDER_STATES, one.state),
        about,
        reverse("workbench:act", args=[one.act.hex()]),
        _clock(one, now) if standing or one.outstanding else None,
        standing and worker.signs,
    )


def _sentence(one: OrderLine) -> str:
    if one.person is None:
        return _("An order about somebody who was erased since")
    return _("Looks at the person %(id)s…, opened by %(day)s") % {"id": one.person.hex()[:8], "day": day(one.open_by)}


def _clock(one: OrderLine, now: datetime) -> Clock:
    return clock(due=one.open_by, today=today(now), term_days=TERM_DAYS)

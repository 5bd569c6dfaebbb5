"""What runs out or falls due: grants, assessments, instruments; each with its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.granted import grants_listed
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.notices import owed
from aboveboard.core.policy.register import Register
from aboveboard.faces.web.components import Clock, EmptyState, PageHead
from aboveboard.faces.web.saying import purpose_name
from aboveboard.faces.web.wording import clock, number
from aboveboard.faces.workbench.sealed_pages import orders_due
from aboveboard.faces.workbench.wording import ROLES, entity_name, word_of

TERM_DAYS, A_MONTH = 365, 31


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due: what, and its clock."""

    what: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class ClocksPage:
    """Everything with a clock, by kind, the nearest first."""

    head: PageHead
    groups: tuple[tuple[str, tuple[Due, ...]], ...]
    empty: EmptyState | None


def clocks_page(now: datetime) -> ClocksPage:
    """Give everything that runs out or falls due."""
    day, register = today(now), snapshot(now=now).register
    groups = (
        (_("Notices owed"), _notices(now, day)),
        (_("Sealed looks to open"), [Due(what, due) for what, due in orders_due(now)]),
        (_("Grants that end"), _grants(now, day)),
        (_("Assessments to review"), _assessments(register, day)),
        (_("Transfer instruments that end"), _instruments(register, day)),
    )
    shown = tuple((title, tuple(due)) for title, due in groups if due)
    empty = EmptyState(_("Nothing runs out"), _("What has an end or a review will stand here with its clock."), "clock")
    head = PageHead(_("Clocks"), _("What runs out or falls due. Overdue is the only thing in red."))
    return ClocksPage(head, shown, None if shown else empty)


def _notices(now: datetime, day: date) -> Sequence[Due]:
    due = []
    for one in owed(now):
        words = ngettext("%(number)s person to be told", "%(number)s people to be told", one.people)
        due.append(Due(words % {"number": number(one.people)}, clock(due=one.open_until, today=day, term_days=A_MONTH)))
    return due


def _grants(now: datetime, day: date) -> Sequence[Due]:
    live = [line for line in grants_listed(now=now) if line.state in ("in-force", "not-yet")]
    ends = sorted(
        (today(line.valid_until), f"{word_of(ROLES, line.role.value)}, {entity_name(line.entity)}") for line in live
    )
    return [_due(words, ends_on, day) for ends_on, words in ends]


def _assessments(register: Register, day: date) -> Sequence[Due]:
    found = [
        (purpose.assessment.review_on, _("Legitimate interest: %(purpose)s") % {"purpose": purpose_name(purpose.id)})
        for purpose in register.purposes.values()
        if purpose.assessment is not None and purpose.ended_on is None
    ]
    for one in register.instruments:
        if one.assessment is not None:
            said = {"from": entity_name(one.exporter), "to": entity_name(one.importer)}
            found.append((one.assessment.review_on, _("Transfer from %(from)s to %(to)s") % said))
    return [_due(words, review_on, day) for review_on, words in sorted(found)]


def _instruments(register: Register, day: date) -> Sequence[Due]:
    found = [
        (
            one.valid_until,
            _("From %(from)s to %(to)s") % {"from": entity_name(one.exporter), "to": entity_name(one.importer)},
        )
        for one in register.instruments
    ]
    return [_due(words, until, day) for until, words in sorted(found)]


def _due(what: str, on: date, day: date) -> Due:
    return Due(what, clock(due=on, today=day, term_days=TERM_DAYS))

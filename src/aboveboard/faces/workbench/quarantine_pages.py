"""What waits in quarantine: per import and column why, how many, and for how long; never a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.intake.admitting import proposed_for
from aboveboard.apps.intake.deciding import Decided
from aboveboard.apps.intake.queries import ImportRecord, WaitingColumn, imports, waiting_columns
from aboveboard.faces.web.components import Clock, EmptyState, PageHead, RefusalText
from aboveboard.faces.web.saying import category_name, purpose_name, refusal_text
from aboveboard.faces.web.wording import clock, day, number
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.wording import DECISIONS, word_of

TERM_DAYS = 30


@dataclass(frozen=True, slots=True)
class Column:
    """A column that waits, or waited: its heading, its category, the rule, how many people, its clock."""

    heading: str
    category: str
    refusal: RefusalText
    how_many: str
    state: str
    clock: Clock | None
    drop: str = ""
    admit: str = ""
    """Where a signatory decides; empty where there is nothing to decide, or for others."""
    proposed: str = ""
    """Where the act stands that proposes to admit it."""


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """Every import with columns in quarantine, newest first."""

    head: PageHead
    groups: tuple[tuple[str, tuple[Column, ...]], ...]
    empty: EmptyState | None


def quarantine_page(worker: Worker) -> QuarantinePage:
    """Give what waits, import by import."""
    records = {record.number: record for record in imports()}
    by_import: dict[int, list[WaitingColumn]] = {}
    for column in waiting_columns():
        by_import.setdefault(column.number, []).append(column)
    proposed = proposed_for()
    groups = tuple(
        (
            _heading(records[of]),
            tuple(
                _column(worker, records[of], at, one, proposed.get((of, one.column))) for at, one in enumerate(columns)
            ),
        )
        for of, columns in by_import.items()
    )
    lede = _("What a file brought that may not be kept as it is. Undecided, its key is shredded after thirty days.")
    return QuarantinePage(PageHead(_("Quarantine"), lede), groups, None if groups else _nothing())


def column_at(of: int, place: int) -> WaitingColumn:
    """Give one column of an import by its place in the list.

    Raises:
        Http404: when there is none, or it is decided.
    """
    columns = waiting_columns(of)
    if not 0 <= place < len(columns) or columns[place].decision:
        raise Http404
    return columns[place]


def sentence_of(column: WaitingColumn) -> str:
    """Say which column it is, without a value."""
    said = {"column": column.column, "number": number(column.number), "people": _people(column.values)}
    return _("Column “%(column)s” of import %(number)s: %(people)s.") % said


def outcome(decided: Decided) -> str:
    """Say what came of an admission."""
    taken = ngettext("%(number)s value is kept now.", "%(number)s values are kept now.", decided.values)
    sentence = taken % {"number": number(decided.values)}
    if not decided.left:
        return sentence
    left = ngettext("%(number)s waits on.", "%(number)s wait on.", decided.left) % {"number": number(decided.left)}
    return f"{sentence} {left}"


def outcome_of(decided: Decided, body: Mapping[str, Any]) -> Iterator[str]:
    """Say what came of an admission in effect, and why the rules let nothing, or not everything, in."""
    yield outcome(decided)
    category, purpose = category_name(str(body["category"])), purpose_name(str(body["purpose"]))
    for one in decided.refusals:
        yield refusal_text(one, category=category, purpose=purpose).sentence


def _heading(record: ImportRecord) -> str:
    said = {"number": number(record.number), "day": day(record.started_at), "purpose": purpose_name(record.purpose)}
    return _("Import %(number)s, %(day)s, for %(purpose)s") % said


def _column(worker: Worker, record: ImportRecord, place: int, column: WaitingColumn, proposed: bytes | None) -> Column:
    named = category_name(column.category) if column.category else _("not recognised")
    waits = not column.decision and record.quarantine_ended_at is None
    at = [column.number, place]
    return Column(
        column.column,
        named,
        refusal_text(column.refusal, category=named, purpose=purpose_name(record.purpose)),
        _people(column.values),
        word_of(DECISIONS, column.decision),
        _clock(column.until, worker.asker.at) if waits else None,
        reverse("workbench:drop", args=at) if waits and worker.signs else "",
        reverse("workbench:admit", args=at) if waits and worker.signs and not proposed else "",
        reverse("workbench:act", args=[proposed.hex()]) if waits and proposed else "",
    )


def _people(count: int) -> str:
    return ngettext("%(number)s person", "%(number)s people", count) % {"number": number(count)}


def _clock(until: date, now: datetime) -> Clock:
    return clock(due=until, today=today(now), term_days=TERM_DAYS)


def _nothing() -> EmptyState:
    return EmptyState(
        _("Nothing waits"),
        _("When an import meets data that may not be kept as they are, they wait here, sealed, for thirty days."),
        "inbox",
    )

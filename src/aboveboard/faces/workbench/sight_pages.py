"""Who could see a person, as the officer reads it: by company, role, place and purpose; no name, no value."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from aboveboard.apps.evidence.readers import Sight, WhoCanSee
from aboveboard.core.terms import PlaceSource, TransferTool, Verdict
from aboveboard.faces.web.components import Cell, Column, DataTable, PageHead, RefusalText, TraceBar
from aboveboard.faces.web.saying import category_name, country_name, established, purpose_name, refusal_texts, trace_of
from aboveboard.faces.web.wording import number
from aboveboard.faces.workbench.wording import ROLES, entity_name, word_of


@dataclass(frozen=True, slots=True)
class SightsPage:
    """The question, and its answer once it was asked."""

    head: PageHead
    table: DataTable | None = None
    nobody: bool = False
    refusals: tuple[RefusalText, ...] = ()
    trace: TraceBar | None = None


def question_page() -> SightsPage:
    """Give the page before it is asked."""
    return SightsPage(
        PageHead(
            _("Who can see a person"),
            _("Who could look at what of one person now, from where and by which rule. Asking is itself a look."),
        )
    )


def answer_page(found: WhoCanSee) -> SightsPage:
    """Give the answer, with the trace it left."""
    head = question_page().head
    if found.asked.decision.verdict is Verdict.REFUSE:
        refusals = refusal_texts(found.asked.decision, purpose=found.asked.question.purpose)
        return SightsPage(head, None, not refusals, refusals, trace_of(found.asked))
    columns = (
        Column(_("Who")),
        Column(_("Company")),
        Column(_("From")),
        Column(_("Purpose")),
        Column(_("Categories")),
        Column(_("Employees"), numeric=True),
        Column(_("Rests on")),
    )
    rows = tuple(_row(sight) for sight in found.sights)
    table = DataTable(_("Who could look now"), columns, rows) if rows else None
    return SightsPage(head, table, not rows, (), trace_of(found.asked))


def _row(sight: Sight) -> tuple[Cell, ...]:
    names = ", ".join(category_name(one) for one in sorted(sight.categories))
    return (
        Cell(word_of(ROLES, sight.role.value)),
        Cell(entity_name(sight.entity)),
        Cell(country_name(sight.country), note=established(PlaceSource(sight.established))),
        Cell(purpose_name(sight.purpose)),
        Cell(names),
        Cell(number(sight.staff)),
        _rests_on(sight),
    )


def _rests_on(sight: Sight) -> Cell:
    tools = {
        TransferTool.WITHIN_EEA: _("no transfer"),
        TransferTool.ADEQUACY: _("adequacy decision"),
        TransferTool.CLAUSES: _("standard clauses"),
        TransferTool.BINDING_RULES: _("binding corporate rules"),
        TransferTool.DEROGATION: _("exception for one case"),
    }
    note = _("grant %(id)s…") % {"id": sight.grant.hex()[:8]} if sight.grant else ""
    return Cell(tools[sight.transfer], note=note)

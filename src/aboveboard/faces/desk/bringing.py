"""Bringing people in by a file: what would become of each column is shown first, and only that is then carried out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.importing import Imported, rehearse_import, run_import
from aboveboard.apps.intake.order import ImportOrder, parse_relation
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import PurposeId, Role, RuleSource, StaffId
from aboveboard.faces.desk.import_form import ImportForm
from aboveboard.faces.web import saying, wording
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.citing import cited
from aboveboard.faces.web.components import Cell, Column, DataTable, PageHead, RefusalText
from aboveboard.faces.web.uploads import laid_down

NAME = "T01"
FATES = {
    "admitted": gettext_noop("kept"),
    "quarantined": gettext_noop("waits in quarantine"),
    "dropped": gettext_noop("not kept"),
    "failed": gettext_noop("could not be read"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of a file, or became of it."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: DataTable | None = None
    refusals: tuple[RefusalText, ...] = ()
    judged: str = ""
    """Names the file that was judged, for carrying it out; empty once that is done, or cannot be."""
    link: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The form, and what came of it."""

    head: PageHead
    form: ImportForm
    outcome: Outcome | None = None


def may_bring(asker: Asker) -> bool:
    """Tell whether a reader's work is to take people in: the controller's own sellers."""
    return asker.actor.role is Role.SELLER and asker.actor.entity == snapshot(now=asker.at).register.controller


def import_page(form: ImportForm, outcome: Outcome | None = None) -> ImportPage:
    """Give the page with its form."""
    lede = _("Each column is judged before a value of it is stored. You see first what would become of it.")
    return ImportPage(PageHead(_("Import people"), lede), form, outcome)


def dealt_with(asker: Asker, staff: StaffId, form: ImportForm, *, take: bool) -> Outcome | None:
    """Judge the file of a valid form; with *take*, take it in if it was judged before. None: the form says why not."""
    given = form.cleaned_data
    taking = take and form.was_judged()
    with laid_down(given["file"]) as path:
        order = ImportOrder(
            path,
            asker.actor.entity,
            parse_relation(given["relation"]),
            PurposeId(given["purpose"]),
            given["source"],
            given["notice"],
            collected_directly=given["directly"],
        )
        do = run_import if taking else rehearse_import
        try:
            imported = do(order, by=staff, now=asker.at, progress=lambda _done: None, place=asker.place)
        except (Invalid, Conflict) as error:
            form.add_error("file", error.sentence)
            return None
    return _outcome(imported, form, asked=take, taken=taking)


def _outcome(imported: Imported, form: ImportForm, *, asked: bool, taken: bool) -> Outcome:
    purpose = saying.purpose_name(form.cleaned_data["purpose"])
    if imported.report is None:
        named = saying.category_name(NAME)
        refusals = tuple(saying.refusal_text(one, category=named, purpose=purpose) for one in imported.refusals)
        return Outcome(_("Nobody can be taken in so"), refusals=refusals)
    report = imported.report
    sentences, table = tuple(_sentences(report)), _columns(report)
    if imported.again:
        return Outcome(_("This file was taken in before, on the same terms; nothing was changed"), sentences, table)
    if taken:
        people = (reverse("desk:people"), _("To the people; who is new appears there within seconds"))
        return Outcome(_("The file is taken in"), sentences, table, link=people)
    title = _("What would become of the file") if not asked else _("Another file than the one judged; look at it first")
    return Outcome(title, sentences, table, judged=form.token())


def _sentences(report: Mapping[str, Any]) -> Iterator[str]:
    people = report["people"]
    counted = (
        (report["rows"], _("Rows")),
        (people["new"], _("new people")),
        (people["known"], _("known already")),
        (people["unchanged"], _("unchanged")),
        (people["erased"], _("not taken in because they were erased")),
        (people["refused"], _("refused")),
    )
    yield ", ".join(f"{what}: {wording.number(count)}" for count, what in counted if count) + "."
    yield from _troubles(report)
    for lock in report["locks"]:
        day = wording.day(date.fromisoformat(lock["open_until"]))
        yield ngettext(
            "%(number)s person has not been told yet: their data stay open until %(day)s, then they lock.",
            "%(number)s people have not been told yet: their data stay open until %(day)s, then they lock.",
            lock["people"],
        ) % {"number": wording.number(lock["people"]), "day": day}
    if report["cells"]["quarantined"]:
        day = wording.day(date.fromisoformat(report["quarantine_until"]))
        yield _("What waits in quarantine is sealed apart until %(day)s; a signatory decides about it.") % {"day": day}


def _troubles(report: Mapping[str, Any]) -> Iterator[str]:
    broken = sum(line["rows"] for line in report["broken"])
    if broken:
        yield ngettext(
            "%(number)s row could not be read; the operator finds its number and the reason beside the import.",
            "%(number)s rows could not be read; the operator finds their numbers and the reasons beside the import.",
            broken,
        ) % {"number": wording.number(broken)}
    if pairs := report["duplicates"]["pairs"]:
        yield ngettext(
            "%(number)s pair of rows may be one person twice.",
            "%(number)s pairs of rows may be one person twice.",
            pairs,
        ) % {"number": wording.number(pairs)}
    if objections := report["objections"]:
        yield ngettext(
            "%(number)s value says that somebody does not want something; the officer should look at it.",
            "%(number)s values say that somebody does not want something; the officer should look at them.",
            objections,
        ) % {"number": wording.number(objections)}


def _columns(report: Mapping[str, Any]) -> DataTable:
    heads = (_("Column"), _("Category"), _("What becomes of it"))
    rows = tuple(_row(line) for line in report["columns"])
    columns = (*(Column(head) for head in heads), Column(_("Values"), numeric=True))
    return DataTable(_("What becomes of each column"), columns, rows, compact=True)


def _row(line: Mapping[str, Any]) -> tuple[Cell, ...]:
    category = saying.category_name(line["category"]) if line["category"] else _("not recognised")
    why = ""
    if line["rule_source"]:
        why = f"{wording.source_word(RuleSource(line['rule_source']))}, {cited(line['article'])}"
    values = wording.number(line["values"])
    return Cell(line["column"]), Cell(category), Cell(_(FATES[line["fate"]]), note=why), Cell(values)

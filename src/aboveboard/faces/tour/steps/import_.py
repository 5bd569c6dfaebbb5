"""Step 1: a raw export with children, income and hobbies; the import refuses them, saying whose rule it is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aboveboard.apps.crm.queries import people_of
from aboveboard.apps.intake.importing import run_import
from aboveboard.apps.intake.order import ImportOrder, Notice, Relation
from aboveboard.apps.jobs import actions as jobs
from aboveboard.apps.jobs.queries import Claim
from aboveboard.apps.vault.outgoing import CONTACT_JOB
from aboveboard.core.terms import Capacity, EntityId, NoticeState, RuleSource
from aboveboard.faces.tour.people import write_raw_export
from aboveboard.faces.tour.story import PURPOSE, SELLER, Story
from aboveboard.faces.web.wording import number, source_word

PEOPLE = 2400
REFUSED = {
    "Počet dětí": gettext_noop("children"),
    "Roční příjem": gettext_noop("income"),
    "Koníčky": gettext_noop("hobbies"),
    "Náboženství": gettext_noop("religion"),
}
FATES = {
    "admitted": gettext_noop("admitted"),
    "quarantined": gettext_noop("quarantined"),
    "dropped": gettext_noop("dropped"),
}


def run(story: Story) -> None:
    """Write the export as somebody's spreadsheet would, and take it in."""
    path = story.folder() / "raw-export.csv"
    filled = write_raw_export(path, PEOPLE)
    now = datetime.now(UTC)
    notice = Notice(NoticeState.INFORMED, "privacy-notice-3", now.date())
    order = ImportOrder(path, EntityId("cz"), Relation(Capacity.CUSTOMER), PURPOSE, "old address book", notice)
    imported = run_import(order, by=story.staff(SELLER), now=now, progress=lambda _done: None)
    report = imported.report
    story.expect(
        report is not None,
        _("A raw export of %(people)s people is read (%(file)s, Czech spreadsheet).")
        % {"people": number(PEOPLE), "file": path.name},
    )
    if report is None:
        return
    cells = report["cells"]
    said = ", ".join(f"{_(word)}: {number(cells[fate])}" for fate, word in FATES.items())
    story.add(_("Values: %(number)s; %(fates)s") % {"number": number(cells["in"]), "fates": said})
    settled = sum(cells[fate] for fate in ("admitted", "quarantined", "dropped", "failed"))
    story.expect(cells["in"] == filled == settled, _("No value is lost without a word."))
    for column in report["columns"]:
        if column["column"] in REFUSED:
            word = REFUSED[column["column"]]
            story.expect(
                column["fate"] != "admitted",
                f"{column['column']} ({_(word)}): {_(column['fate'])}, {column['rule']}, {_whose(column)}.",
            )
    taken_in = report["people"]["new"]
    story.expect(taken_in == PEOPLE, _("People taken in, sealed: %(people)s.") % {"people": number(taken_in)})
    _tell_commercial_side()
    first = people_of(story.staff(SELLER), limit=1)
    story.expect(bool(first), _("The seller's accounts are there; of people they hold opaque ids alone."))
    if first:
        story.kept["person"] = first[0][0].hex()
    story.settle()


def _whose(column: Mapping[str, Any]) -> str:
    return source_word(RuleSource(column["rule_source"])) if column["rule_source"] else ""


def _tell_commercial_side() -> None:
    """Do now what the worker does within seconds: link opaque ids to organisations."""
    from aboveboard.apps.crm.duties import JOBS

    claimed: Claim | None
    while (claimed := jobs.claim(now=datetime.now(UTC), kinds=[CONTACT_JOB])) is not None:
        JOBS[CONTACT_JOB](claimed, datetime.now(UTC))
        jobs.finish(claimed, now=datetime.now(UTC))

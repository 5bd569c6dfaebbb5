"""Step 1: a raw export with children, income and hobbies; the import refuses them, saying whose rule it is."""

from datetime import UTC, datetime

from aboveboard.apps.crm.queries import people_of
from aboveboard.apps.intake.importing import run_import
from aboveboard.apps.intake.order import ImportOrder, Notice, Relation
from aboveboard.apps.jobs import actions as jobs
from aboveboard.apps.jobs.queries import Claim
from aboveboard.apps.vault.outgoing import CONTACT_JOB
from aboveboard.core.terms import Capacity, EntityId, NoticeState
from aboveboard.faces.tour.people import write_raw_export
from aboveboard.faces.tour.story import PURPOSE, SELLER, Story

PEOPLE = 2400
REFUSED = {"Počet dětí": "children", "Roční příjem": "income", "Koníčky": "hobbies", "Náboženství": "religion"}


def run(story: Story) -> None:
    """Write the export as somebody's spreadsheet would, and take it in."""
    path = story.folder() / "raw-export.csv"
    filled = write_raw_export(path, PEOPLE)
    now = datetime.now(UTC)
    notice = Notice(NoticeState.INFORMED, "privacy-notice-3", now.date())
    order = ImportOrder(path, EntityId("cz"), Relation(Capacity.CUSTOMER), PURPOSE, "old address book", notice)
    imported = run_import(order, by=story.staff(SELLER), now=now, progress=lambda _done: None)
    report = imported.report
    story.expect(report is not None, f"A raw export of {PEOPLE} people is read ({path.name}, Czech spreadsheet).")
    if report is None:
        return
    cells = report["cells"]
    said = ", ".join(f"{cells[fate]} {fate}" for fate in ("admitted", "quarantined", "dropped"))
    story.say(f"     {cells['in']} values: {said}")
    settled = sum(cells[fate] for fate in ("admitted", "quarantined", "dropped", "failed"))
    story.expect(cells["in"] == filled == settled, "No value is lost without a word.")
    for column in report["columns"]:
        if column["column"] in REFUSED:
            word = REFUSED[column["column"]]
            story.expect(
                column["fate"] != "admitted",
                f"{column['column']} ({word}): {column['fate']}, {column['rule']}, {column['rule_source']}.",
            )
    story.expect(report["people"]["new"] == PEOPLE, f"{report['people']['new']} people are in, sealed.")
    _tell_commercial_side()
    first = people_of(story.staff(SELLER), limit=1)
    story.expect(bool(first), "The seller's accounts are there; of people they hold opaque ids alone.")
    if first:
        story.kept["person"] = first[0][0].hex()
    story.settle()


def _tell_commercial_side() -> None:
    """Do now what the worker does within seconds: link opaque ids to organisations."""
    from aboveboard.apps.crm.duties import JOBS

    claimed: Claim | None
    while (claimed := jobs.claim(now=datetime.now(UTC), kinds=[CONTACT_JOB])) is not None:
        JOBS[CONTACT_JOB](claimed, datetime.now(UTC))
        jobs.finish(claimed, now=datetime.now(UTC))

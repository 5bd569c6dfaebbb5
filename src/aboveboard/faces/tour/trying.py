"""Trying a file: read, judged, reported, and not kept; the temporary copy is deleted before the answer is given."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.files.uploadedfile import UploadedFile

from aboveboard.apps.intake.importing import rehearse_import
from aboveboard.apps.intake.order import ImportOrder, Notice, Relation
from aboveboard.core.errors import Denied
from aboveboard.core.terms import Capacity, EntityId, NoticeState, PurposeId
from aboveboard.faces.tour.story import SELLER, Story
from aboveboard.faces.web.uploads import laid_down

PURPOSES = {
    Capacity.CUSTOMER: PurposeId("customer-relationship"),
    Capacity.OFFICIAL: PurposeId("public-affairs"),
    Capacity.PARTNER: PurposeId("supplier-management"),
}


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """What would become of one column."""

    name: str
    category: str
    fate: str
    rule: str
    source: str
    values: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What an import of the file would do."""

    rows: int
    people: int
    columns: tuple[ColumnLine, ...]


def dry_run(file: "UploadedFile[bytes]", relation: str) -> Tried:
    """Judge every column of *file* for people in the capacity *relation*.

    Raises:
        Invalid: when it cannot be read.
    """
    capacity = Capacity(relation)
    with laid_down(file) as path:
        order = ImportOrder(
            path,
            EntityId("cz"),
            Relation(capacity),
            PURPOSES[capacity],
            "somebody's own file",
            Notice(NoticeState.OWED),
        )
        imported = rehearse_import(
            order, by=Story.load().staff(SELLER), now=datetime.now(UTC), progress=lambda _done: None
        )
    if imported.report is None:
        raise Denied("The rules refuse this import as a whole.")
    report = imported.report
    return Tried(report["rows"], report["people"]["new"], tuple(_line(column) for column in report["columns"]))


def _line(column: dict[str, object]) -> ColumnLine:
    name, category = str(column["column"]), column["category_name"] or "-"
    rule, source = column["rule"] or "-", column["rule_source"] or "-"
    return ColumnLine(name, str(category), str(column["fate"]), str(rule), str(source), int(str(column["values"])))

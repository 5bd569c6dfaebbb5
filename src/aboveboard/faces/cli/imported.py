"""What an import says, in words: how many, what became of each column and by which rule, what to do next."""

from collections.abc import Mapping
from typing import Any

from aboveboard.faces.cli.answers import Rows

PAIRS_TOLD = 20
FATES = {"admitted": "kept", "quarantined": "waits", "dropped": "not kept", "failed": "not read"}
"""What becomes of a value, in the words of whoever reads the report."""


def words_of(report: Mapping[str, Any]) -> list[str | Rows]:
    """Give a report in words."""
    said: list[str | Rows] = [_headline(report), _people(report), _cells(report), _columns(report)]
    if report["objections"]:
        said.append(
            f"{report['objections']} values say that somebody does not want something; that is not consent to the rest."
            " The officer should look at them."
        )
    if report["relation_unsaid"]:
        said.append(f"{report['relation_unsaid']} rows name no relation that is known; they count as officials.")
    said += _broken(report) + _doubles(report)
    said += [
        f"{line['people']} people have not been told yet: their data stay open until {line['open_until']}, then they"
        " lock (Art. 14(3)(a)). `aboveboard notice` shows and marks them."
        for line in report["locks"]
    ]
    if report["cells"]["quarantined"] and not report["dry_run"]:
        said.append(
            f"What waits is sealed apart until {report['quarantine_until']} and shown to the person; then its key is"
            " shredded. A signatory decides earlier with `aboveboard quarantine`."
        )
    return said


def _headline(report: Mapping[str, Any]) -> str:
    file = report["file"]
    what = "Nothing was written: this is what would happen." if report["dry_run"] else f"Import {report['import']}."
    form = ", ".join(
        str(part) for part in (file["format"], file["program"], file["encoding"], file["delimiter"]) if part
    )
    return f"{what} {report['rows']} rows ({form}) for {report['purpose']}."


def _people(report: Mapping[str, Any]) -> str:
    people = report["people"]
    told = [
        (people["new"], "new"),
        (people["known"], "known already"),
        (people["unchanged"], "unchanged"),
        (people["erased"], "not taken in because they were erased"),
        (people["refused"], "refused"),
    ]
    return "People: " + ", ".join(f"{count} {what}" for count, what in told if count or what == "new") + "."


def _cells(report: Mapping[str, Any]) -> str:
    cells = report["cells"]
    return (
        f"{cells['in']} cells = {cells['admitted']} kept + {cells['quarantined']} wait + {cells['dropped']} not kept +"
        f" {cells['failed']} not read; {cells['empty']} were empty."
    )


def _columns(report: Mapping[str, Any]) -> Rows:
    lines = [
        (
            line["column"],
            f"{line['category']} {line['category_name']}" if line["category_name"] else line["category"] or "unknown",
            FATES[line["fate"]],
            f"{line['rule']}: {line['reason']}" if line["rule"] else "",
            line["rule_source"] or "",
            line["article"] or "",
            line["values"],
        )
        for line in report["columns"]
        if line["values"]
    ]
    return Rows(("column", "category", "fate", "rule", "which is", "article", "values"), lines)


def _broken(report: Mapping[str, Any]) -> list[str]:
    said = [f"{line['rows']} rows, {line['cells']} cells: {line['sentence']}" for line in report["broken"]]
    if report["broken_file"]:
        said.append(f"Their numbers and reasons stand in {report['broken_file']}.")
    return said


def _doubles(report: Mapping[str, Any]) -> list[str]:
    doubles = report["duplicates"]
    if not doubles["pairs"]:
        return []
    shown = [f"{number} and {earlier}" for number, earlier, _ in doubles["shown"][:PAIRS_TOLD]]
    more = " and more" if doubles["pairs"] > len(shown) else ""
    return [f"{doubles['pairs']} pairs of rows may be one person twice: {', '.join(shown)}{more}."]

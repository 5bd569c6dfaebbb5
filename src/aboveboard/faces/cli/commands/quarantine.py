"""What waits in quarantine: shown by column, dropped, or admitted where the rules allow it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli import acts
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Rows
from aboveboard.faces.cli.command import group

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting


@group
def command() -> None:
    """Show what waits in quarantine, drop a column of it, or admit one."""


@command.command("list")
@click.argument("number", type=int, required=False, metavar="[IMPORT]")
@acting
def list_columns(*, number: int | None, acting: "Acting") -> Answer:
    """List the columns that wait or were decided on, of one IMPORT or of all; names of columns, never values."""
    from aboveboard.apps.intake.queries import waiting_columns
    from aboveboard.core.errors import Denied
    from aboveboard.core.terms import Role

    if acting.actor.role is Role.OUTSIDER:
        raise Denied("What waits in quarantine is for the staff of this cell.")
    found = [
        {
            "import": column.number,
            "column": column.column,
            "category": column.category or None,
            "rule": column.refusal.rule,
            "reason": column.refusal.reason,
            "rule_source": column.refusal.source.value,
            "article": column.refusal.article,
            "values": column.values,
            "until": column.until.isoformat(),
            "decision": column.decision or None,
        }
        for column in waiting_columns(number)
    ]
    columns = ("import", "column", "category", "rule", "which is", "values", "until", "decided")
    rows = [
        (
            line["import"],
            line["column"],
            line["category"] or "unknown",
            f"{line['rule']}: {line['reason']}",
            line["rule_source"],
            line["values"],
            line["until"],
            line["decision"] or "",
        )
        for line in found
    ]
    return Answer({"columns": found}, [Rows(columns, rows)] if found else ["Nothing waits."])


@command.command("drop")
@click.argument("number", type=int, metavar="IMPORT")
@click.argument("column")
@acting
def drop(*, number: int, column: str, acting: "Acting") -> Answer:
    """Delete what waits in COLUMN of an IMPORT; a signatory's word, and an entry in the log."""
    from aboveboard.apps.intake.deciding import drop_column

    decided = drop_column(number, column, by=acting.staff, now=acting.now)
    return Answer({"import": number, "dropped": decided.values}, [f"{decided.values} values are deleted."])


@command.command("admit")
@click.argument("number", type=int, metavar="IMPORT")
@click.argument("column")
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@click.option("--basis", required=True, help="What it rests on: the basis of that purpose (legitimate-interest, ...).")
@click.option("--category", required=True, help="What the column is, as the catalogue knows it (T01 to T98).")
@acts.signing
@acting
def admit(
    *,
    number: int,
    column: str,
    purpose: str,
    basis: str,
    category: str,
    passphrase_file: Path | None,
    acting: "Acting",
) -> Answer:
    """Propose to record what waits in COLUMN of an IMPORT as facts; then opinion, signature and `act apply`.

    Only what the rules let in is recorded; a house default is lifted first: `aboveboard act propose lift-default`.
    """
    from aboveboard.apps.intake.admitting import KIND, Admission, admission_body
    from aboveboard.core.terms import CategoryId, LawfulBasis, PurposeId

    bases = {each.value: each for each in LawfulBasis}
    if basis not in bases:
        raise click.UsageError(f"The bases of Art. 6(1) are {', '.join(bases)}.")
    terms = Admission(PurposeId(purpose), bases[basis], CategoryId(category.upper()))
    return acts.propose(KIND, admission_body(number, column, terms), acting, passphrase_file)

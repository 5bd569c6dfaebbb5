"""Orders that keep a law's silence: looks at one person are sealed in the log, counted, and opened on their day."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aboveboard.faces.cli import acts
from aboveboard.faces.cli.act_steps import add_steps
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Rows
from aboveboard.faces.cli.command import group
from aboveboard.faces.cli.moments import DAY

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@group
def command() -> None:
    """Propose, opine on, sign, apply, end and list orders to seal looks for a time, where a law forbids telling."""


@command.command("propose")
@click.option("--person", required=True, type=acts.ActType(), help="Whom it is about: the id of the person.")
@click.option("--purpose", "purposes", multiple=True, required=True, help="Looks for this purpose; again for more.")
@click.option("--law", required=True, help="The law that forbids telling.")
@click.option("--article", required=True, help="Its article.")
@click.option("--open-by", type=DAY, required=True, help="The latest day of opening, in UTC; a year ahead at most.")
@click.option("--renews", type=acts.ActType(), help="The order this one takes the place of.")
@acts.signing
@acting
def propose(
    *,
    person: bytes,
    purposes: tuple[str, ...],
    law: str,
    article: str,
    open_by: datetime,
    renews: bytes | None,
    passphrase_file: Path | None,
    acting: "Acting",
) -> Answer:
    """Propose an order: about whom, looks for which purposes, which law, until when."""
    from aboveboard.apps.gate.delays import DelayDraft, propose_delay
    from aboveboard.core.terms import PurposeId, SubjectId

    draft = DelayDraft(
        SubjectId(person), tuple(map(PurposeId, purposes)), law, article, open_by.date(), renews or b""
    )  # fmt: skip
    by = acts.signer_of(acting, passphrase_file)
    taken = propose_delay(draft, by=by, now=acting.now, place=acting.place)
    return acts.said(taken, "proposed", "Next: the officer's opinion, then another signatory's signature.")


add_steps(
    command,
    opine="Put the data protection officer's opinion beside the proposed order ACT.",
    sign="Sign the proposed order ACT for the controller; never one's own proposal.",
    apply="Let the signed order ACT take effect: from now on looks it covers are sealed.",
)


@command.command("end")
@click.argument("act", type=acts.ActType())
@acting
def end(*, act: bytes, acting: "Acting") -> Answer:
    """End the order ACT before its day and open what it sealed; one signatory of the controller is enough."""
    from aboveboard.apps.gate.delays import end_delay

    opened = end_delay(act, by=acting.staff, now=acting.now, place=acting.place)
    return Answer({"act": act.hex(), "state": "ended", "opened": opened}, [f"Ended; {opened} sealed lines are opened."])


@command.command("list")
@acting
def list_orders(*, acting: "Acting") -> Answer:
    """List orders with what each has sealed, and what the log says of sealed lines in public."""
    from aboveboard.apps.gate.delayed import orders_listed, sealed_state

    state = sealed_state(acting.now)
    found: list[dict[str, Any]] = [
        {
            "act": one.act.hex(),
            "purposes": list(one.purposes),
            "law": one.law,
            "article": one.article,
            "open_by": one.open_by.isoformat(),
            "state": one.state,
            "sealed": one.sealed,
            "outstanding": one.outstanding,
        }
        for one in orders_listed(acting.now)
    ]
    tally = state.tally
    public = {"sealed": tally.sealed, "opened": tally.opened, "late": tally.late, "overdue": state.overdue}
    columns = ("act", "law", "article", "open_by", "state", "sealed", "outstanding")
    words = f"The log counts {tally.sealed} sealed lines, {tally.opened} opened, {tally.late} of these after their day."
    more = ["An opening is overdue; start `aboveboard work`."] if state.overdue else []
    rows = Rows(columns, [[one[name] for name in columns] for one in found])
    return Answer({"orders": found, "log": public}, [rows, words, *more])

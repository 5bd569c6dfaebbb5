"""Grants: leave for another entity's role to read, for a time, under two signatures."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aboveboard.faces.cli import acts
from aboveboard.faces.cli.act_steps import add_steps
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Rows
from aboveboard.faces.cli.command import group
from aboveboard.faces.cli.looks import categories_named
from aboveboard.faces.cli.moments import DAY

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@group
def command() -> None:
    """Propose, opine on, sign, apply, revoke and list grants to readers of other entities."""


@command.command("propose")
@click.option("--entity", required=True, help="Whose staff may read.")
@click.option("--role", required=True, help="In which role (headquarters-analyst, seller, ...).")
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@click.option("--category", "categories", multiple=True, help="T01 to T98; again for more. Default: the contact tier.")
@click.option("--from", "valid_from", type=DAY, help="First day; default: now.")
@click.option("--until", "valid_until", type=DAY, required=True, help="The day it ends.")
@acts.signing
@acting
def propose(
    *,
    entity: str,
    role: str,
    purpose: str,
    categories: tuple[str, ...],
    valid_from: datetime | None,
    valid_until: datetime,
    passphrase_file: Path | None,
    acting: "Acting",
) -> Answer:
    """Propose a grant: which entity, role, purpose, categories, until when."""
    from aboveboard.apps.accounts.queries import controller
    from aboveboard.apps.gate.grants import KIND, grant_body
    from aboveboard.core.errors import Invalid
    from aboveboard.core.terms import EntityId, PurposeId, Role

    if role not in {known.value for known in Role}:
        raise Invalid("There is no such role.")
    body = grant_body(
        controller=controller() or EntityId(""),
        entity=EntityId(entity),
        role=Role(role),
        purpose=PurposeId(purpose),
        categories=categories_named(categories),
        valid_from=_midnight(valid_from.date()) if valid_from else acting.now,
        valid_until=_midnight(valid_until.date()),
    )
    return acts.propose(KIND, body, acting, passphrase_file)


add_steps(
    command,
    opine="Put the data protection officer's opinion beside the proposed grant ACT.",
    sign="Sign the proposed grant ACT for the controller; never one's own proposal, never one's own advantage.",
    apply="Let the signed grant ACT take effect.",
)


@command.command("revoke")
@click.argument("act", type=acts.ActType())
@acting
def revoke(*, act: bytes, acting: "Acting") -> Answer:
    """End the grant ACT at once; one signatory, or the officer, is enough."""
    from aboveboard.apps.gate.grants import revoke as end

    end(act, by=acting.staff, now=acting.now, place=acting.place)
    return Answer({"act": act.hex(), "state": "revoked"}, ["Revoked."])


@command.command("list")
@acting
def list_grants(*, acting: "Acting") -> Answer:
    """List grants in force, ended and revoked."""
    from aboveboard.apps.accounts.queries import act_holds
    from aboveboard.apps.gate.models import Grant

    found: list[dict[str, Any]] = [
        {
            "act": bytes(row.id).hex(),
            "entity": row.entity,
            "role": row.role,
            "purpose": row.purpose,
            "categories": row.categories.split(","),
            "from": row.valid_from.isoformat(),
            "until": row.valid_until.isoformat(),
            "revoked": row.revoked_at.isoformat() if row.revoked_at else None,
            "in_force": row.revoked_at is None and row.valid_from <= acting.now < row.valid_until,
            "signatures_hold": act_holds(bytes(row.id)),
        }
        for row in Grant.objects.order_by("valid_from")
    ]
    columns = ("act", "entity", "role", "purpose", "categories", "until", "in_force", "signatures_hold")
    rows = [[" ".join(one[name]) if name == "categories" else one[name] for name in columns] for one in found]
    return Answer({"grants": found}, [Rows(columns, rows)])


def _midnight(day: date) -> datetime:
    from django.utils.timezone import get_default_timezone

    return datetime.combine(day, time(), get_default_timezone()).astimezone(UTC)

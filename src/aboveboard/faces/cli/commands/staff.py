"""Staff: appointed under two signatures, each with a sign-in that leads to an opaque id."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Conflict, Denied, Invalid
from aboveboard.faces.cli import acts
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Exit, Rows
from aboveboard.faces.cli.command import group
from aboveboard.faces.cli.moments import DAY
from aboveboard.faces.cli.secrets_in import secret

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@group
def command() -> None:
    """List staff, appoint them under two signatures, and give them a sign-in."""


@command.command("list")
@click.option("--entity", help="Only staff of this entity.")
@acting
def list_staff(*, entity: str | None, acting: "Acting") -> Answer:
    """List who is on record, by entity and unit, never by what they did; names are for colleagues."""
    from aboveboard.apps.accounts.queries import names_of, staff_members, today
    from aboveboard.apps.signin.queries import login_of
    from aboveboard.core.terms import EntityId, Role

    if acting.actor.role is Role.OUTSIDER:
        raise Denied("Names of staff are shown to colleagues only.")
    members = staff_members(entity=EntityId(entity) if entity else None)
    names = names_of([member.id for member in members])
    found = [
        {
            "staff": member.id.hex(),
            "name": names[member.id],
            "role": member.role.value,
            "entity": member.entity,
            "unit": member.unit,
            "workplace": member.workplace,
            "active": member.active_on(today(acting.now)),
            "login": login_of(member.id),
        }
        for member in members
    ]
    columns = ("staff", "name", "role", "entity", "unit", "workplace", "active", "login")
    return Answer({"staff": found}, [Rows(columns, [[one[column] for column in columns] for one in found])])


@command.command("propose")
@click.option("--name-file", type=FILE, help="The name of the appointee; without it, it is asked for.")
@click.option("--role", required=True, help="seller, signatory, data-protection-officer, ...")
@click.option("--entity", required=True, help="The legal entity they work for.")
@click.option("--unit", required=True, help="Their unit, by short name.")
@click.option("--workplace", required=True, help="Country of their workplace, two letters.")
@click.option("--from", "active_from", type=DAY, help="First day; default: today.")
@click.option("--until", "active_until", type=DAY, help="The day it ends, if that is known.")
@acts.signing
@acting
def propose(
    *,
    name_file: Path | None,
    role: str,
    entity: str,
    unit: str,
    workplace: str,
    active_from: datetime | None,
    active_until: datetime | None,
    passphrase_file: Path | None,
    acting: "Acting",
) -> Answer:
    """Propose an appointment; the name is sealed under a key of the appointee's own before anything is kept."""
    from aboveboard.apps.accounts.actions import Appointee
    from aboveboard.apps.accounts.appointments import appointment_body
    from aboveboard.apps.accounts.queries import today
    from aboveboard.core.terms import CountryCode, EntityId, Role

    if role not in {known.value for known in Role}:
        raise Invalid("There is no such role.")
    name = secret("Name of the appointee", name_file, option="--name-file")
    appointee = Appointee(name, Role(role), EntityId(entity), unit, CountryCode(workplace.upper()))
    body = appointment_body(
        appointee,
        active_from=active_from.date() if active_from else today(acting.now),
        active_until=active_until.date() if active_until else None,
    )
    return acts.propose("appointment", body, acting, passphrase_file)


@command.command("sign")
@click.argument("act", type=acts.ActType())
@click.option("--overruling-file", type=FILE, help="Why the officer's opinion against is overruled. It is kept sealed.")
@acts.signing
@acting
def sign(*, act: bytes, overruling_file: Path | None, passphrase_file: Path | None, acting: "Acting") -> Answer:
    """Sign the proposed appointment ACT for the controller and let it take effect; gives the staff id."""
    from aboveboard.apps.accounts.appointments import apply_appointment
    from aboveboard.apps.accounts.queries import act as act_of

    record = act_of(act)
    if record is None or record.kind != "appointment":
        raise Conflict("There is no such appointment.")
    if record.state != "signed":
        answer = acts.sign(act, acting, passphrase_file, overruling_file)
        if answer.exit is not Exit.DONE:
            return answer
    staff = apply_appointment(act=act, now=acting.now, place=acting.place)
    data = {"act": act.hex(), "state": "applied", "staff": staff.hex()}
    return Answer(data, [f"Appointed: {staff.hex()}.", "Next: `aboveboard staff admit` gives them a sign-in."])


@command.command("admit")
@click.argument("staff", type=acts.ActType())
@click.argument("login")
@click.option("--password-file", type=FILE, help="Their first password; without it, it is asked for.")
@acting
def admit(*, staff: bytes, login: str, password_file: Path | None, acting: "Acting") -> Answer:
    """Give the appointed employee STAFF a sign-in; an operator or a signatory does."""
    from aboveboard.apps.accounts.queries import active_staff
    from aboveboard.apps.signin.actions import add_user
    from aboveboard.core.terms import Role, StaffId

    if acting.actor.role not in (Role.OPERATOR, Role.SIGNATORY):
        raise Denied("A sign-in is made by an operator or a signatory.")
    if active_staff(StaffId(staff), now=acting.now) is None:
        raise Conflict("Nobody of that id is appointed today.")
    add_user(
        login=login,
        password=secret("Their first password", password_file, option="--password-file"),
        staff=StaffId(staff),
    )
    return Answer({"staff": staff.hex(), "login": login}, ["Made. They change the password at their first sign-in."])


@command.command("close")
@click.argument("login")
@acting
def close(*, login: str, acting: "Acting") -> Answer:
    """Close the sign-in LOGIN and revoke its tokens; an operator or a signatory does."""
    from aboveboard.apps.signin.actions import close_user
    from aboveboard.core.terms import Role

    if acting.actor.role not in (Role.OPERATOR, Role.SIGNATORY):
        raise Denied("A sign-in is closed by an operator or a signatory.")
    close_user(login=login, now=acting.now)
    return Answer({"closed": True}, ["Closed; no token of it opens anything."])

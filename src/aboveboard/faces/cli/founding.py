"""Founding a home, step by step: folders, keys, tables, the cell; cut short, it begins anew."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aboveboard.core.errors import Conflict, Invalid
from aboveboard.faces.cli.readiness import is_founded, require_nothing_unfinished
from aboveboard.faces.cli.sample import FILE
from aboveboard.faces.cli.secrets_in import secret, secret_in

if TYPE_CHECKING:
    from aboveboard.apps.accounts.actions import Appointee
    from aboveboard.apps.group.queries import LegalEntity

FOLDERS = ("log", "outbox", "uploads")


@dataclass(frozen=True, slots=True)
class Founder:
    """A signatory or the officer, with how they will sign in."""

    appointee: "Appointee"
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom a cell is founded with."""

    controller: "LegalEntity"
    signatories: tuple[Founder, ...]
    officer: Founder


def lay_down(plan: Plan | None, *, now: datetime, tell: Callable[[str], None]) -> dict[str, Any]:
    """Lay down the home of *plan*, or of the sample group where there is none; what was made and where.

    Raises:
        Conflict: when there is a home already, or another command runs on it.
    """
    from django.conf import settings

    from aboveboard.apps.ledger.standstill import begin_work, end_work, standstill

    options = settings.OPTIONS
    _make_folders(options.home, options.outside)
    with standstill():
        if require_nothing_unfinished(but="init"):
            _clear(options.home, options.outside)
        elif is_founded() or _holds_keys():
            raise Conflict("There is a home already; `aboveboard init` founds a new one only.")
        begin_work("init", {})
        tell("Making keys and tables ...")
        _lay_keys(options.outside)
        _make_tables()
        tell("Founding the cell ...")
        made: dict[str, Any] = {"cell": options.cell, "origin": options.origin, "sample": plan is None}
        made |= {"home": str(options.home), "outside": str(options.outside)}
        made |= _found_sample(options.home, now) if plan is None else _found(plan, now)
        end_work()
    return made


def read_plan(path: Path) -> Plan:
    """Read whom a cell is founded with from a JSON file; secrets stand in files that it names.

    Raises:
        Invalid: naming the part that is missing or of the wrong form.
    """
    try:
        told = json.loads(path.read_bytes())
        signatories = tuple(_founder(one, "signatory", path.parent) for one in told["signatories"])
        return Plan(_entity(told["controller"]), signatories, _founder(told["officer"], "officer", path.parent))
    except KeyError as error:
        raise Invalid(f"The founding file lacks {str(error.args[0])[:40]!r}.") from None
    except (ValueError, TypeError, AttributeError):
        raise Invalid("The founding file does not have the form it must have.") from None


def ask_for_plan() -> Plan:
    """Ask on the terminal whom the cell is founded with."""
    from aboveboard.apps.group.queries import LegalEntity
    from aboveboard.core.terms import CountryCode, EntityId, EntityStanding

    country = str(click.prompt("Country of the controller", default="CZ", err=True)).upper()
    entity = str(click.prompt("Short id of the controller", default=country.lower(), err=True))
    name = str(click.prompt("Legal name of the controller", err=True))
    controller = LegalEntity(EntityId(entity), name, CountryCode(country), EntityStanding.CONTROLLER)
    asked = [_ask_for_founder(f"Signatory {number}", controller, signs=True) for number in (1, 2)]
    return Plan(controller, tuple(asked), _ask_for_founder("Data protection officer", controller, signs=False))


def _ask_for_founder(who: str, controller: "LegalEntity", *, signs: bool) -> Founder:
    from aboveboard.core.terms import Role

    name = str(click.prompt(f"{who}: name", err=True))
    login = str(click.prompt(f"{who}: login", err=True))
    password = secret(f"{who}: password", None, option="--founding", confirm=True)
    passphrase = (
        secret(f"{who}: passphrase of the signing key", None, option="--founding", confirm=True) if signs else ""
    )
    role = Role.SIGNATORY if signs else Role.DPO
    return Founder(_appointee(name, role, controller, controller.country, "", passphrase), login, password)


def _founder(told: Mapping[str, Any], part: str, folder: Path) -> Founder:
    from aboveboard.apps.group.queries import LegalEntity
    from aboveboard.core.terms import CountryCode, EntityId, EntityStanding, Role

    entity = EntityId(str(told["entity"]))
    country = CountryCode(str(told["workplace"]))
    controller = LegalEntity(entity, "-", country, EntityStanding.CONTROLLER)
    signs = part == "signatory"
    passphrase = secret_in(folder / told["passphrase_file"]) if signs else ""
    role = Role.SIGNATORY if signs else Role.DPO
    made = _appointee(str(told["name"]), role, controller, country, str(told.get("unit", "")), passphrase)
    return Founder(made, str(told["login"]), secret_in(folder / told["password_file"]))


def _appointee(
    name: str, role: Any, controller: "LegalEntity", workplace: Any, unit: str, passphrase: str
) -> "Appointee":
    from aboveboard.apps.accounts.actions import Appointee
    from aboveboard.core.terms import Role

    unit = unit or ("board" if role is Role.SIGNATORY else "data-protection")
    return Appointee(name, role, controller.id, unit, workplace, passphrase)


def _entity(told: Mapping[str, Any]) -> "LegalEntity":
    from aboveboard.apps.group.queries import LegalEntity
    from aboveboard.core.terms import CountryCode, EntityId, EntityStanding

    days = ("staff_notice_on", "consultation_on", "agreement_on", "live_on")
    given: dict[str, Any] = {day: date.fromisoformat(told[day]) for day in days if told.get(day)}
    return LegalEntity(
        id=EntityId(str(told["id"])),
        legal_name=str(told["legal_name"]),
        country=CountryCode(str(told["country"])),
        standing=EntityStanding.CONTROLLER,
        works_council=bool(told.get("works_council", False)),
        consultation_document=str(told.get("consultation_document", "")),
        serious_reason=str(told.get("serious_reason", "")),
        **given,
    )


def _make_folders(home: Path, outside: Path) -> None:
    for folder in (home, outside, *(home / name for name in FOLDERS)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (home, outside):
        folder.chmod(0o700)


def _holds_keys() -> bool:
    from aboveboard.apps.keys.access import is_here, key_store_path, root_key_path

    return is_here() and (root_key_path().exists() or key_store_path().exists())


def _clear(home: Path, outside: Path) -> None:
    """Take away what a founding that was cut short had made; nothing is in it that anybody could miss."""
    from aboveboard.apps import keys

    keys.close()
    from aboveboard.apps.keys.access import is_here, key_store_path, root_key_path

    kept = key_store_path().parent.glob("keys.sqlite3*") if is_here() else ()
    root = (root_key_path(),) if is_here() else ()
    for path in (*home.glob("*.sqlite3*"), home / FILE, *kept, *root, outside / "secret_key"):
        path.unlink(missing_ok=True)


def _lay_keys(outside: Path) -> None:
    from aboveboard.apps.keys.access import is_here

    if is_here():
        prepare_keys()
    _write_secret(outside / "secret_key", secrets.token_urlsafe(64) + "\n")


def prepare_keys() -> Path:
    """Lay down a new root key and, where a key service is to keep it, the folder and the secrets beside it.

    Raises:
        Conflict: when a root key lies there already.
        KeyUnavailable: when the keys are kept on another machine.
    """
    from aboveboard.apps.keeper.serving import lay_secrets
    from aboveboard.apps.keys.access import at_a_distance, embedded, key_home, root_key_path
    from aboveboard.apps.keys.root import FileRootKey

    path = root_key_path()
    if at_a_distance():
        key_home().mkdir(parents=True, exist_ok=True, mode=0o700)
        key_home().chmod(0o700)
        lay_secrets(key_home())
    FileRootKey(path).lay_down()
    embedded().close()
    return path


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _make_tables() -> None:
    from django.core.management import call_command
    from django.db import connections

    for alias in connections:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            Path(connections[alias].settings_dict["NAME"]).chmod(0o600)


def _found(plan: Plan, now: datetime) -> dict[str, Any]:
    from aboveboard.apps.register.founding import found
    from aboveboard.apps.signin.actions import add_user

    staff = found(
        controller=plan.controller,
        signatories=[founder.appointee for founder in plan.signatories],
        officer=plan.officer.appointee,
        now=now,
    )
    ids = (*staff["signatories"], *staff["officer"])
    for founder, one in zip((*plan.signatories, plan.officer), ids, strict=True):
        add_user(login=founder.login, password=founder.password, staff=one)
    return {"signatories": [one.hex() for one in staff["signatories"]], "officer": staff["officer"][0].hex()}


def _found_sample(home: Path, now: datetime) -> dict[str, Any]:
    from aboveboard.apps.register.sample import lay_down_sample_group

    entries = [{**asdict(entry), "role": entry.role.value} for entry in lay_down_sample_group(now=now)]
    path = home / FILE
    _write_secret(path, json.dumps({"sample": True, "sign_ins": entries}, indent=1, ensure_ascii=False) + "\n")
    return {"sign_ins": str(path)}

"""Sign in on this command line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Denied
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.secrets_in import secret
from aboveboard.faces.cli.sign_ins import keep_token

if TYPE_CHECKING:
    from aboveboard.apps.signin.models import User

LIFETIME = timedelta(hours=8)
REFUSED = "Login, password or code do not fit, or this sign-in is closed."
ONLY_PASSKEY = "This sign-in has a passkey and no code; make a token on your own page and give it with --token-file."


@answering()
@click.argument("login")
@click.option(
    "--password-file", type=click.Path(path_type=Path, dir_okay=False), help="Read the password from this file."
)
@click.option("--code-file", type=click.Path(path_type=Path, dir_okay=False), help="Read the one-time code from it.")
def command(*, login: str, password_file: Path | None, code_file: Path | None) -> Answer:
    """Sign in as LOGIN for eight hours; commands then act for you with --as LOGIN.

    The token lies in a file that only you can read, below your configuration folder.
    """
    from django.contrib.auth import authenticate

    from aboveboard.apps.gate.snapshot import snapshot
    from aboveboard.apps.signin.actions import make_token
    from aboveboard.core.terms import StaffId

    now = datetime.now(UTC)
    password = secret("Password", password_file, option="--password-file")
    user: User | None = authenticate(None, username=login.strip().lower(), password=password)
    if user is None or user.staff_id is None:
        raise Denied(REFUSED)
    _require_second_factor(user, code_file)
    actor = snapshot(now=now).actor(StaffId(bytes(user.staff_id)))
    keep_token(login, make_token(staff=StaffId(bytes(user.staff_id)), label="command-line", now=now, lifetime=LIFETIME))
    until = now + LIFETIME
    data = {"login": user.login, "role": actor.role.value, "entity": actor.entity, "until": until.isoformat()}
    return Answer(data, [f"Signed in as {user.login} ({actor.role.value}, {actor.entity}) until {until:%H:%M} UTC."])


def _require_second_factor(user: "User", code_file: Path | None) -> None:
    """Ask for the one-time code where the sign-in has one; a password alone opens nothing then."""
    from allauth.mfa.models import Authenticator

    factors = list(Authenticator.objects.filter(user_id=user.pk))
    codes = [factor for factor in factors if factor.type != Authenticator.Type.WEBAUTHN]
    if not factors:
        return
    if not any(factor.type == Authenticator.Type.TOTP for factor in factors):
        raise Denied(ONLY_PASSKEY)
    code = secret("One-time code", code_file, option="--code-file").strip()
    if not any(factor.wrap().validate_code(code) for factor in codes):
        raise Denied(REFUSED)

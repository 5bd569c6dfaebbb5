"""Sign out on this command line."""

from datetime import UTC, datetime

import click

from aboveboard.core.errors import Conflict
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import Needs, answering
from aboveboard.faces.cli.sign_ins import NOT_SIGNED_IN, forget_token


@answering(needs=Needs.HOME)
@click.argument("login")
def command(*, login: str) -> Answer:
    """Forget the token of LOGIN and revoke it, so that no copy of it opens anything."""
    from aboveboard.apps.signin.actions import revoke_token, verify_token

    token = forget_token(login)
    if token is None:
        raise Conflict(NOT_SIGNED_IN)
    now = datetime.now(UTC)
    staff = verify_token(token, now=now)
    if staff is not None:
        revoke_token(prefix=token.split("_")[1], staff=staff, now=now)
    return Answer({"signed_out": True}, ["Signed out."])

"""For whom a command acts: a staff member who signed in, never simply whoever runs the machine."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aboveboard.core.errors import Denied
from aboveboard.faces.cli.sign_ins import kept_token, token_in

if TYPE_CHECKING:
    from aboveboard.core.policy.question import Actor, Place, Question
    from aboveboard.core.terms import CategoryId, Operation, StaffId, SubjectId

Function = TypeVar("Function", bound=Callable[..., Any])
REFUSED = "This token opens nothing (any more); sign in again with `aboveboard login LOGIN`."


@dataclass(frozen=True, slots=True)
class Acting:
    """The staff member a command acts for, as the rules see them, their place, and the moment."""

    staff: "StaffId"
    actor: "Actor"
    place: "Place"
    now: datetime

    def question(
        self,
        operation: "Operation",
        subjects: tuple["SubjectId", ...],
        categories: frozenset["CategoryId"],
        purpose: str,
    ) -> "Question":
        """Make the question that is put to the gate."""
        from aboveboard.core.policy.question import Question
        from aboveboard.core.terms import PurposeId

        return Question(self.actor, operation, subjects, categories, PurposeId(purpose), self.place, self.now)


def acting_for(token: str) -> Acting:
    """Give whom *token* acts for.

    Raises:
        Denied: when it opens nothing, or its owner is not appointed today.
    """
    from aboveboard.apps.gate.places import place_of
    from aboveboard.apps.gate.snapshot import snapshot
    from aboveboard.apps.signin.actions import verify_token

    now = datetime.now(UTC)
    staff = verify_token(token, now=now)
    if staff is None:
        raise Denied(REFUSED)
    return Acting(staff, snapshot(now=now).actor(staff), place_of(staff, None, now), now)


def acting(function: Function) -> Function:
    """Give the command ``--as`` and ``--token-file``, and itself an ``acting`` argument."""

    @click.option("--as", "as_login", metavar="LOGIN", help="For whom: a login that signed in on this command line.")
    @click.option(
        "--token-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="For whom: the owner of the token in this file.",
    )
    @functools.wraps(function)
    def wrapped(*args: Any, as_login: str | None, token_file: Path | None, **kwargs: Any) -> Any:
        if (as_login is None) == (token_file is None):
            raise click.UsageError("Say for whom: --as LOGIN (after `aboveboard login LOGIN`) or --token-file FILE.")
        token = kept_token(as_login) if as_login is not None else token_in(Path(str(token_file)))
        return function(*args, acting=acting_for(token), **kwargs)

    return wrapped  # type: ignore[return-value]


def person_argument(function: Function) -> Function:
    """Give the command a SUBJECT argument: the opaque id of a person, 32 hexadecimal digits."""
    return click.argument("subject", type=SubjectType())(function)


class SubjectType(click.ParamType[bytes]):
    """A person by opaque id."""

    name = "subject"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Read 32 hexadecimal digits."""
        if isinstance(value, bytes):
            return value
        try:
            found = bytes.fromhex(value)
        except ValueError:
            found = b""
        if len(found) != 16:  # noqa: PLR2004 - the size of an id
            # The text itself is not repeated: somebody may have typed a name.
            self.fail(
                "a person is named by the 32 hexadecimal digits of their id; `aboveboard find` gives it", param, ctx
            )
        return found

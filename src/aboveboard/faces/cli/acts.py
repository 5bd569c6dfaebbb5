"""Acts on the command line: proposed, opined on, signed, refused, applied; the same for every kind."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aboveboard.core.errors import Conflict, Invalid
from aboveboard.faces.cli.acting import Acting
from aboveboard.faces.cli.answers import Answer, Exit, Rows
from aboveboard.faces.cli.looks import refusal_data, refusal_words
from aboveboard.faces.cli.secrets_in import secret, secret_in

if TYPE_CHECKING:
    from aboveboard.apps.accounts.queries import ActRecord
    from aboveboard.apps.accounts.rules import Answer as StepTaken
    from aboveboard.apps.accounts.signing import Signer
    from aboveboard.apps.intake.deciding import Decided

Function = TypeVar("Function", bound=Callable[..., Any])
ID_SIZE = 16


class ActType(click.ParamType[bytes]):
    """An act, or a grant, by its id."""

    name = "act"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Read 32 hexadecimal digits."""
        if isinstance(value, bytes):
            return value
        try:
            found = bytes.fromhex(value)
        except ValueError:
            found = b""
        if len(found) != ID_SIZE:
            self.fail("an id of 32 hexadecimal digits is wanted", param, ctx)
        return found


def signing(function: Function) -> Function:
    """Give the command ``--passphrase-file`` for the key it signs with."""

    @click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The passphrase of your signing key; without it, it is asked for.",
    )
    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapped  # type: ignore[return-value]


def signer_of(acting: Acting, passphrase_file: Path | None) -> "Signer":
    """Open the signing key of whoever the command acts for; in a sample home its passphrase is known."""
    from aboveboard.apps.accounts.actions import unlock

    return unlock(staff=acting.staff, passphrase=passphrase_of(acting, passphrase_file))


def passphrase_of(acting: Acting, file: Path | None, *, confirm: bool = False) -> str:
    """Give the passphrase from its file, from the sample's, or from the terminal."""
    from aboveboard.apps.signin.queries import login_of
    from aboveboard.faces.cli.sample import sample_entry

    if file is None:
        entry = sample_entry(login_of(acting.staff) or "")
        if entry is not None and entry.passphrase:
            return entry.passphrase
    return secret("Passphrase of your signing key", file, option="--passphrase-file", confirm=confirm)


def propose(kind: str, body: Mapping[str, Any], acting: Acting, passphrase_file: Path | None) -> Answer:
    """Propose an act of *kind* and say what became of it."""
    from aboveboard.apps.accounts.acts import propose as take

    by = signer_of(acting, passphrase_file)
    taken = take(kind=kind, body=body, by=by, now=acting.now, place=acting.place)
    return said(taken, "proposed", "Next: the officer's opinion, then another signatory's signature.")


def opine(act: bytes, acting: Acting, *, in_favour: bool, reason_file: Path | None) -> Answer:
    """Put the officer's opinion beside an act."""
    from aboveboard.apps.accounts.acts import give_opinion

    reason = secret_in(reason_file) if reason_file else ""
    taken = give_opinion(
        act=act, in_favour=in_favour, by=acting.staff, now=acting.now, reason=reason, place=acting.place
    )
    return said(taken, "opined", "Next: the controller's signatory signs or refuses.")


def sign(act: bytes, acting: Acting, passphrase_file: Path | None, overruling_file: Path | None) -> Answer:
    """Sign an act for the controller."""
    from aboveboard.apps.accounts.acts import sign_act

    overruling = secret_in(overruling_file) if overruling_file else ""
    by = signer_of(acting, passphrase_file)
    taken = sign_act(act=act, by=by, now=acting.now, overruling_reason=overruling, place=acting.place)
    return said(taken, "signed", "Next: apply it; until then nothing follows from it.")


def refuse(act: bytes, acting: Acting) -> Answer:
    """End an act without effect."""
    from aboveboard.apps.accounts.acts import refuse_act

    return said(
        refuse_act(act=act, by=acting.staff, now=acting.now, place=acting.place), "refused", "It has no effect."
    )


def apply(act: bytes, acting: Acting) -> Answer:
    """Let a signed act take effect, whatever its kind."""
    from aboveboard.apps.accounts.queries import act as act_of
    from aboveboard.apps.intake.deciding import Decided

    record = act_of(act)
    if record is None:
        raise Conflict("There is no such act.")
    doers = _appliers()
    if record.kind not in doers:
        raise Invalid("An act of this kind takes effect by another command.")
    done = doers[record.kind](act, acting)
    data = {"act": act.hex(), "kind": record.kind, "state": "applied"}
    return _admitted(done, data) if isinstance(done, Decided) else Answer(data, ["It is in force."])


def _admitted(decided: "Decided", data: Mapping[str, Any]) -> Answer:
    """Say what came of an admission: the rules are asked about each person once more."""
    refusals = [refusal_data(refusal) for refusal in decided.refusals]
    words = [f"{decided.values} values are recorded, {decided.left} wait on.", *refusal_words(decided.refusals)]
    made = {**data, "admitted": decided.values, "left": decided.left, "refusals": refusals}
    return Answer(made, words, Exit.DONE if decided.values or not decided.left else Exit.REFUSED)


def said(taken: "StepTaken", state: str, next_step: str) -> Answer:
    """Say what became of a step: done, or every refusal with its way on."""
    if taken.done:
        return Answer({"act": taken.act.hex(), "state": state}, [f"Act {taken.act.hex()}: {state}.", next_step])
    data = {"act": taken.act.hex() or None, "refusals": [refusal_data(refusal) for refusal in taken.refusals]}
    return Answer(data, refusal_words(taken.refusals), Exit.REFUSED)


def listed(kind: str | None, *, open_only: bool) -> Answer:
    """List acts, newest first."""
    from aboveboard.apps.accounts.queries import acts

    found = acts(kind=kind, open_only=open_only)
    rows = [(act.id.hex(), act.kind, act.state, f"{act.proposed_at:%Y-%m-%d %H:%M}", _holds(act)) for act in found]
    return Answer(
        {"acts": [act_data(act) for act in found]}, [Rows(("act", "kind", "state", "proposed", "signatures"), rows)]
    )


def act_data(act: "ActRecord") -> dict[str, Any]:
    """Give the machine form of an act."""
    return {
        "act": act.id.hex(),
        "kind": act.kind,
        "state": act.state,
        "controller": act.controller,
        "body": dict(act.body),
        "proposed_by": act.proposed_by.hex(),
        "proposed_at": act.proposed_at.isoformat(),
        "opinion_in_favour": act.opinion_in_favour,
        "signed_by": act.signed_by.hex() if act.signed_by else None,
        "signatures_hold": act.signatures_hold,
    }


def _holds(act: "ActRecord") -> str:
    if act.decided_at is None:
        return ""
    return "hold" if act.signatures_hold else "DO NOT HOLD"


def _appliers() -> Mapping[str, Callable[[bytes, Acting], object]]:
    from aboveboard.apps.accounts import appointments, log_keys
    from aboveboard.apps.evidence import naming
    from aboveboard.apps.gate import delays, grants
    from aboveboard.apps.intake import admitting
    from aboveboard.apps.register import actions as register

    def by(action: Callable[..., object]) -> Callable[[bytes, Acting], object]:
        return lambda act, acting: action(act=act, now=acting.now, place=acting.place)

    return {
        "grant": by(grants.apply_grant),
        delays.KIND: by(delays.apply_delay),
        "appointment": by(appointments.apply_appointment),
        "role": by(appointments.apply_role),
        "key": by(appointments.apply_key),
        log_keys.KIND: by(log_keys.apply_log_key),
        "entity": by(register.apply_entity),
        "purpose": by(register.apply_purpose),
        "instrument": by(register.apply_instrument),
        "lift-default": by(register.apply_lift_default),
        admitting.KIND: by(admitting.apply_admission),
        naming.KIND: by(naming.apply_naming),
    }

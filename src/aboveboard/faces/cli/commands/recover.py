"""Declare a gap after a database was set back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aboveboard.core.errors import Denied, Invalid
from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import Needs, answering
from aboveboard.faces.cli.readiness import NO_HOME, is_founded, require_key_store, require_nothing_unfinished
from aboveboard.faces.cli.sample import sample_entry
from aboveboard.faces.cli.secrets_in import secret

if TYPE_CHECKING:
    from aboveboard.apps.accounts.signing import Signer
    from aboveboard.apps.ledger.recovering import Ended

TWO = 2


@answering(needs=Needs.SETTINGS)
@click.option("--declare-gap", is_flag=True, required=True, help="End the log that ran ahead, and say so for good.")
@click.option("--signatory", "logins", multiple=True, metavar="LOGIN", help="One of two signatories; give it twice.")
@click.option(
    "--passphrase-file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Passphrase of the signatory given at the same place; without it, it is asked for.",
)
def command(*, declare_gap: bool, logins: tuple[str, ...], files: tuple[Path, ...]) -> Answer:  # noqa: ARG001 - the flag is the consent
    """Declare a gap: the copy that was restored becomes the truth, and the log says what was lost.

    Every erasure since is completed again, a new log is opened whose first leaf names the last signed head and the
    lost range, and each person with lines in it is told on their page. Two signatories sign. A recovery that was
    cut short is finished by the same command.
    """
    from aboveboard.apps.gate.recovery import declare_gap as declare
    from aboveboard.apps.gate.recovery import finish_declared
    from aboveboard.apps.ledger.recovering import COMMAND

    if not require_nothing_unfinished(but=COMMAND) and not is_founded():
        raise Invalid(NO_HOME, code="no_home")
    require_key_store()
    finished = finish_declared()
    if finished is not None:
        return _answer(finished, {})
    signers = _signers(logins, files)
    tell("Ending the old log, completing erasures, opening the new log ...")
    declared = declare(proposer=signers[0], signatory=signers[1], now=datetime.now(UTC))
    return _answer(declared.ended, {"affected": declared.affected, "erased": declared.erased})


def _signers(logins: tuple[str, ...], files: tuple[Path, ...]) -> list["Signer"]:
    from aboveboard.apps.accounts.actions import unlock
    from aboveboard.apps.signin.queries import staff_of

    if len(logins) != TWO:
        raise click.UsageError("Two signatories declare a gap: give --signatory LOGIN twice.")
    signers = []
    for number, login in enumerate(logins):
        staff = staff_of(login)
        if staff is None:
            raise Denied("A gap is declared by two different signatories of the controller.")
        entry = sample_entry(login)
        if number < len(files) or entry is None:
            file = files[number] if number < len(files) else None
            passphrase = secret(f"Passphrase of signatory {number + 1}", file, option="--passphrase-file")
        else:
            passphrase = entry.passphrase
        signers.append(unlock(staff=staff, passphrase=passphrase))
    return signers


def _answer(ended: "Ended", more: dict[str, Any]) -> Answer:
    data = {**ended.facts(), **more}
    lost = ended.size - ended.kept
    words = [
        f"The log {ended.origin} ended at {ended.size} leaves; {lost} of them are lost to this database.",
        f"The log is now {ended.new_origin}; its first leaf says so.",
    ]
    if ended.elsewhere:
        kept = f"outside/elsewhere-{ended.number}"
        words.append(
            f"It was signed elsewhere too, over {ended.elsewhere.size} leaves; that checkpoint lies in {kept}."
        )
    if more:
        words.append(
            f"{more['affected']} persons have lines in the lost range; {more['erased']} erasures were completed."
        )
    words.append("Give the new log's key to everybody who checks proofs: `aboveboard key list`.")
    words.append("Copy the key store now (`aboveboard key backup`): copies from before hold no key of the new log.")
    return Answer(data, words)

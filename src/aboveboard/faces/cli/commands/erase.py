"""Erase a person."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Conflict, Shredded
from aboveboard.faces.cli.acting import acting, person_argument
from aboveboard.faces.cli.answers import Answer, Exit, tell
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.looks import decided, refusal_words

if TYPE_CHECKING:
    from aboveboard.apps.evidence.certificate import Closing
    from aboveboard.faces.cli.acting import Acting

LONGEST_WAIT = 60.0


@answering()
@person_argument
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@click.option(
    "--certificate",
    "out",
    type=click.Path(path_type=Path, file_okay=False),
    help="A new folder for the person's last pack: their lines, no values, and the certificate.",
)
@click.option("--yes", is_flag=True, help="Do not ask once more; this cannot be undone.")
@acting
def command(*, subject: bytes, purpose: str, out: Path | None, yes: bool, acting: "Acting") -> Answer:
    """Erase SUBJECT: keys are shredded, ciphertext and search index deleted, the person's log forgotten.

    Proofs already given out stay valid. Copies of the key store made within 30 days are named: until they are
    gone, so is not everything.
    """
    from aboveboard.apps.evidence.certificate import closing
    from aboveboard.apps.evidence.pack import require_new
    from aboveboard.apps.gate.deeds import erase
    from aboveboard.apps.ledger.key_copies import living_copies
    from aboveboard.apps.vault.queries import categories_held
    from aboveboard.core.terms import CategoryId, Operation, SubjectId, Verdict

    if not yes:
        click.confirm("Shred this person's keys for good?", abort=True, err=True)
    if out is not None:
        require_new(out)
    last_key = closing(SubjectId(subject)) if out is not None else None
    held = frozenset(map(CategoryId, categories_held(subject)))
    performed = erase(acting.question(Operation.ERASE, (SubjectId(subject),), held, purpose), SubjectId(subject))
    if performed.gone:
        raise Shredded("This person was erased already.")
    data = decided(performed.entry_hash, performed.decision)
    words = [f"Entry {performed.entry_hash.hex()} is committed: {performed.decision.verdict.value}."]
    words += refusal_words(performed.decision.refusals)
    if performed.decision.verdict is Verdict.REFUSE:
        return Answer(data, words, Exit.REFUSED)
    copies = [{"id": copy.id, "expires_on": copy.expires_on.isoformat()} for copy in living_copies(acting.now)]
    words.append("Erased: no key of this person is left in the key store.")
    words += [f"A copy of the key store still lives: {copy['id']}, until {copy['expires_on']}." for copy in copies]
    if last_key is not None and out is not None:
        _certify(last_key, out)
        words.append(f"The certificate and every line about them lie in {out}.")
    return Answer({**data, "key_store_copies": copies, "certificate": str(out) if out else None}, words)


def _certify(last_key: "Closing", out: Path) -> None:
    """Write the certificate as soon as the erase line is signed: by the running sequencer, or by this command."""
    from aboveboard.apps.evidence.certificate import write_certificate
    from aboveboard.apps.ledger.sequencer import Sequencer, sequencing

    tell("Waiting for the line that says so to be signed ...")
    until = time.monotonic() + LONGEST_WAIT
    while True:
        with suppress(Conflict), sequencing():
            Sequencer().drain()
        try:
            write_certificate(last_key, out.absolute(), now=datetime.now(UTC))
        except Conflict:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return

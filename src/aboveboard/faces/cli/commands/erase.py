"""Erase a person."""

from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Shredded
from aboveboard.faces.cli.acting import acting, person_argument
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.looks import decided, refusal_words

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting


@answering()
@person_argument
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@click.option("--yes", is_flag=True, help="Do not ask once more; this cannot be undone.")
@acting
def command(*, subject: bytes, purpose: str, yes: bool, acting: "Acting") -> Answer:
    """Erase SUBJECT: keys are shredded, ciphertext and search index deleted, the person's log forgotten.

    Proofs already given out stay valid. Copies of the key store made within 30 days are named: until they are
    gone, so is not everything.
    """
    from aboveboard.apps.gate.deeds import erase
    from aboveboard.apps.ledger.key_copies import living_copies
    from aboveboard.apps.vault.queries import categories_held
    from aboveboard.core.terms import CategoryId, Operation, SubjectId, Verdict

    if not yes:
        click.confirm("Shred this person's keys for good?", abort=True, err=True)
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
    return Answer({**data, "key_store_copies": copies}, words)

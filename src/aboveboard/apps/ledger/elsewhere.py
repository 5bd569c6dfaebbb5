"""Evidence that this log was signed elsewhere too: by a copy of this machine, or further on than this copy reaches.

    outside/elsewhere    a checkpoint with the log's own signature that the tree here does not lead to

A witness that says it has seen more may lie; a checkpoint that our own key has signed does not. While the file lies
there nothing is signed and nothing released: a gap is declared, or a copy that leads to it is laid back.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from aboveboard.apps.calls.calling import Heard, Line
from aboveboard.apps.files.durable import sync_folder, write_file
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.actions import OUTSIDE_ELSEWHERE
from aboveboard.apps.ledger.publishing import RolledBack, log_folder, root_at, stored_head
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.merkle import consistency_proof, verify_consistency
from aboveboard.core.tlog.note import MAX_NOTE_SIZE, SignedNote, open_note
from aboveboard.core.tlog.tiles import subtree_reader
from aboveboard.core.tlog.witness import monitoring_path

OK = 200
SECONDS = 5.0
"""How long a witness has for one answer."""


def elsewhere_path() -> Path:
    """Give the file of the evidence."""
    return Path(settings.OPTIONS.outside) / OUTSIDE_ELSEWHERE


def kept_evidence() -> tuple[Checkpoint, bytes] | None:
    """Give the checkpoint that was signed elsewhere, with the note it came in; None where there is none."""
    try:
        note = elsewhere_path().read_bytes()
    except FileNotFoundError:
        return None
    return Checkpoint.parse(SignedNote.parse(note).text), note


def require_one_history() -> None:
    """Refuse to go on while there is evidence of another history.

    Raises:
        RolledBack: when there is, saying what it shows.
    """
    found = kept_evidence()
    if found is not None:
        raise RolledBack(sentence_of(found[0]))


def require_resolved() -> None:
    """Refuse evidence that the database does not lead to; a newer copy that was laid back does.

    Raises:
        RolledBack: when it does not.
    """
    found = kept_evidence()
    if found is not None and not _database_leads_to(found[0]):
        raise RolledBack(sentence_of(found[0]))


def _database_leads_to(other: Checkpoint) -> bool:
    return stored_head()[0] >= other.size and root_at(other.size) == other.root


def sentence_of(other: Checkpoint) -> str:
    """Say what a checkpoint from elsewhere means and what can be done."""
    return (
        f"A witness shows a checkpoint of {other.size} entries that this log's key has signed and that this database"
        " does not lead to: an old copy was laid back, or another copy of this home is being sequenced. Nothing more is"
        " signed or released here. Stop the copy that is not to go on, restore the newer one, or declare the gap with"
        " `aboveboard recover --declare-gap`."
    )


def contradicts(note: bytes, verifiers: Sequence[Verifier], signed: Checkpoint) -> Checkpoint | None:
    """Give the checkpoint in *note* if it is ours and our tree, up to the head *signed*, does not lead to it.

    What anybody has seen is in the head outside before it is published; so more than that was signed elsewhere.
    """
    try:
        other = Checkpoint.parse(open_note(note, verifiers).text)
    except (Invalid, NotVerified):
        return None
    if other.origin != signed.origin or other.size == 0:
        return None
    return None if other.size <= signed.size and _leads(signed, other) else other


def _leads(signed: Checkpoint, other: Checkpoint) -> bool:
    """Tell whether *other* is a beginning of *signed*, by the published tiles, and else by the leaves themselves."""
    if other.size == signed.size:
        return other.root == signed.root
    try:
        subtree = subtree_reader(FileTiles(log_folder()).get, signed.size)
        proof = consistency_proof(other.size, signed.size, subtree)
        verify_consistency(other.size, signed.size, proof, other.root, signed.root)
    except (Invalid, NotVerified):
        # Tiles can be damaged; only the leaves say whether anybody else has signed.
        return root_at(other.size) == other.root
    return True


def keep(note: bytes) -> None:
    """Keep the evidence, durably; the first that was found stays."""
    if not elsewhere_path().exists():
        write_file(elsewhere_path(), note)


def set_aside(number: int) -> None:
    """Keep the evidence under the number of the log that ended because of it."""
    if elsewhere_path().exists():
        elsewhere_path().rename(elsewhere_path().with_name(f"{OUTSIDE_ELSEWHERE}-{number}"))
        sync_folder(elsewhere_path().parent)


def settle() -> None:
    """Forget evidence that the database leads to by now.

    Raises:
        RolledBack: when it does not.
    """
    require_resolved()
    elsewhere_path().unlink(missing_ok=True)


def look_for_evidence(addresses: Iterable[str], verifiers: Sequence[Verifier], signed: Checkpoint) -> None:
    """Ask every witness once for the newest checkpoint of this log that it has, before anything is signed here.

    Who does not answer within one time-out is passed over: the sequencer depends on nobody.

    Raises:
        RolledBack: when one shows a checkpoint that the database does not lead to; it is kept.
    """
    asked = list(addresses)
    if not asked:
        return
    with ThreadPoolExecutor(len(asked)) as threads:
        shown = list(threads.map(lambda address: fetch_latest(address, signed.origin), asked))
    for note in shown:
        other = contradicts(note, verifiers, signed) if note else None
        if note and other:
            keep(note)
            raise RolledBack(sentence_of(other))


def fetch_latest(address: str, origin: str) -> bytes | None:
    """Fetch the newest checkpoint of the log *origin* that the witness at *address* has cosigned; None without one."""
    with Line(address, seconds=SECONDS, most=MAX_NOTE_SIZE) as line:
        heard = line.get(monitoring_path(origin))
    return heard.body if isinstance(heard, Heard) and heard.status == OK else None

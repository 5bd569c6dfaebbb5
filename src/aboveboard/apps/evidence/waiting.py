"""What is committed about a person and not yet signed: it cannot be proved yet, and whoever asks is told how much."""

from aboveboard.apps.ledger.actions import open_pending, signed_size
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.ledger.publishing import stored_head
from aboveboard.apps.ledger.sealing import kept_from
from aboveboard.core.errors import NotSignedYet
from aboveboard.core.terms import SubjectId

_STEP = 2000


def pending_about(subject: SubjectId) -> frozenset[bytes]:
    """Name the entries about a person that the sequencer has not taken yet, looks that it will seal left out."""
    rows = Pending.objects.values_list("id", "sealed", "entry_hash").iterator(_STEP)
    opened = ((bytes(name), open_pending(bytes(row_id), bytes(sealed))) for row_id, sealed, name in rows)
    about = [(name, entry) for name, entry in opened if any(line.subject == subject for line in entry.subjects)]
    kept = kept_from(subject, [entry for _, entry in about])
    return frozenset(name for (name, _), is_kept in zip(about, kept, strict=True) if not is_kept)


def anything_waits(subject: SubjectId) -> bool:
    """Tell whether the log must sign once more before it shows everything committed about a person."""
    return bool(pending_about(subject)) or stored_head()[0] > signed_size()


def nothing_signed(waiting: int) -> NotSignedYet:
    """Say that nothing about the person is signed yet, how much waits for it, and how it is signed."""
    entries = "1 entry about this person is" if waiting == 1 else f"{waiting} entries about this person are"
    return NotSignedYet(
        f"{entries} committed but not yet signed, so there is nothing that can be proved yet. `aboveboard serve` signs"
        " within a second while it runs; `aboveboard sequence --once` signs now. Then ask again."
    )

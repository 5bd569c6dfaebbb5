"""Receipts: the log's signature under the promise that a committed entry stands in the log by a deadline.

What is signed, and how it is held against a pack later, stands in `core.verify.receipts`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveboard.apps import keys
from aboveboard.apps.ledger.actions import STALE_AFTER_US
from aboveboard.apps.ledger.leaves import log_number
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.ledger.models import Receipt as ReceiptRow
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.core.entries.entry import moment
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.envelope.labels import label_key_digest
from aboveboard.core.tlog.note import sign_note
from aboveboard.core.verify.receipts import Promise

MERGE_DELAY = timedelta(microseconds=STALE_AFTER_US)
"""Within this an entry is in the log; a pending one that is older stops the gate."""


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """The promise for one entry, and where it stands once the promise is kept."""

    entry_hash: bytes
    deadline: datetime
    note: str
    index: int | None
    """Lowest index of its leaves; None while it is committed and not yet sequenced."""
    leaves: int


def receipt(entry_hash: bytes, now: datetime, *, person: bytes = b"") -> SignedReceipt | None:
    """Sign the receipt of an entry that is committed; None where there is no such entry.

    For the *person* concerned it says among whose lines the entry has to be; that it is about them the caller knows.
    A deadline that has passed at *now* without an index is a promise broken, and the receipt proves it.
    """
    # What waits is asked first: an entry that is sequenced between the two questions is found by the second.
    waiting = Pending.objects.filter(entry_hash=entry_hash).values_list("committed_us", flat=True).first()
    if waiting is not None:
        return _signed(entry_hash, min(moment(waiting), now) + MERGE_DELAY, None, 0, person)
    sequenced = ReceiptRow.objects.filter(entry_hash=entry_hash).first()
    if sequenced is None:
        return None
    deadline = moment(sequenced.sequenced_us) + MERGE_DELAY
    return _signed(entry_hash, deadline, int(sequenced.seq), sequenced.leaves, person)


def _signed(entry_hash: bytes, deadline: datetime, index: int | None, leaves: int, person: bytes) -> SignedReceipt:
    origin = log_origin()
    promise = Promise(origin, entry_hash, deadline, _owner(person) if person else b"")
    note = sign_note(promise.encode(), log_signer(origin)).encode()
    return SignedReceipt(entry_hash, deadline, note, index, leaves)


def _owner(person: bytes) -> bytes:
    """Name the person by the key that finds their lines in the log that is written now."""
    return label_key_digest(log_keys(keys.store().key(KeyKind.LOG, person), log_number()).label)

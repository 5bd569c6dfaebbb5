"""Receipts: the log's signature under the promise that a committed entry stands in the log by a deadline.

    text of the note (C2SP signed-note), each line ended by a newline:
        aboveboard/receipt/v1
        <origin of the log>
        <entry hash, base64>
        <deadline, RFC 3339 in UTC>

No origin reads like the first line, so a receipt cannot be taken for a checkpoint signed with the same key.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aboveboard.apps.ledger.actions import STALE_AFTER_US
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.ledger.models import Receipt as ReceiptRow
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.core.entries.entry import moment
from aboveboard.core.tlog.note import sign_note

FIRST_LINE = "aboveboard/receipt/v1"
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


def receipt(entry_hash: bytes, now: datetime) -> SignedReceipt | None:
    """Sign the receipt of an entry that is committed; None where there is no such entry.

    A deadline that has passed at *now* without an index is a promise broken, and the receipt proves it.
    """
    # What waits is asked first: an entry that is sequenced between the two questions is found by the second.
    waiting = Pending.objects.filter(entry_hash=entry_hash).values_list("committed_us", flat=True).first()
    if waiting is not None:
        return _signed(entry_hash, min(moment(waiting), now) + MERGE_DELAY, None, 0)
    sequenced = ReceiptRow.objects.filter(entry_hash=entry_hash).first()
    if sequenced is None:
        return None
    return _signed(entry_hash, moment(sequenced.sequenced_us) + MERGE_DELAY, int(sequenced.seq), sequenced.leaves)


def receipt_text(origin: str, entry_hash: bytes, deadline: datetime) -> str:
    """Give the text that is signed."""
    until = deadline.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{FIRST_LINE}\n{origin}\n{b64encode(entry_hash).decode()}\n{until}\n"


def _signed(entry_hash: bytes, deadline: datetime, index: int | None, leaves: int) -> SignedReceipt:
    origin = log_origin()
    note = sign_note(receipt_text(origin, entry_hash, deadline), log_signer(origin)).encode()
    return SignedReceipt(entry_hash, deadline, note, index, leaves)

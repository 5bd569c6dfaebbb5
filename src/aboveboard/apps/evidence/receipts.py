"""Receipts to keep: the promise for an entry, and, once it is kept, the line that shows so, opened to whoever acted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.evidence.logs import Log, current_log, published_note
from aboveboard.apps.evidence.waiting import pending_about
from aboveboard.apps.ledger.actions import CELL, signed_size
from aboveboard.apps.ledger.receipts import SignedReceipt, receipt
from aboveboard.core import canonical
from aboveboard.core.entries.leaf import FIELDS, Leaf, actor_field_key, open_audit, open_by_actor
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.errors import Conflict, NotVerified, Shredded
from aboveboard.core.terms import StaffId, SubjectId
from aboveboard.core.verify import shape
from aboveboard.core.verify.receipts import LINE, RECEIPT


def own_receipt(entry_hash: bytes, person: SubjectId, now: datetime) -> SignedReceipt | None:
    """Give a person the receipt of an entry about them, which says so; None where it is about somebody else."""
    about = entry_hash in pending_about(person) or any(line.entry_hash == entry_hash for line in lines(person))
    return receipt(entry_hash, now, person=person) if about else None


def receipt_files(entry_hash: bytes, *, by: StaffId, now: datetime) -> Mapping[str, bytes]:
    """Give the receipt of an entry, and the line that keeps its promise where *by* acted in it and it is signed.

    Raises:
        Conflict: when there is no such entry.
    """
    found = receipt(entry_hash, now)
    if found is None:
        raise Conflict("There is no entry of this hash in this log.")
    files = {RECEIPT: found.note.encode()}
    if found.index is None or found.index >= signed_size():
        return files
    note = published_note()
    line = _line(found.index, by, current_log(note))
    return {**files, shape.CHECKPOINT: note, LINE: canonical.encode(line)} if line else files


def _line(index: int, by: StaffId, log: Log) -> dict[str, Any] | None:
    """Open the reader's side of a line to the reader; None where somebody else acted."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT data, actor, audit FROM ledger_leaf WHERE seq = %s", [index])
        data, actor, sealed = (bytes(one) for one in cursor.fetchone())
    leaf, cell = Leaf.decode(data), settings.OPTIONS.cell
    try:
        own = log_keys(keys.store().key(KeyKind.ACTOR, by), log.number)
        opened = open_by_actor(cell, leaf, actor, own)
    except (NotVerified, Shredded):
        return None
    whole = open_audit(cell, leaf, sealed, opened.leaf_key).field_commitments()
    blind = actor_field_key(own.opening, opened.side.number)
    return {
        "index": index,
        "leaf": data.hex(),
        "opened": {"actor": [blind.hex(), opened.side.encode().decode()]},
        "hidden": [one.hex() for name, one in zip(FIELDS, whole, strict=True) if name != "actor"],
        "proof": [one.hex() for one in log.prover().inclusion(index)],
    }

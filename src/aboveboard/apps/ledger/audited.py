"""The log as the officer and an authority read it: what K_audit opens of each line, newest first, and its state.

Neither who a line is about nor who looked is opened here: those two fields lie under other keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.ledger.actions import CELL, STALE_AFTER_US, signed_size
from aboveboard.apps.ledger.confirmed import Standing, standing
from aboveboard.apps.ledger.elsewhere import kept_evidence
from aboveboard.apps.ledger.models import Gap
from aboveboard.core.entries.entry import EntryKind, microseconds
from aboveboard.core.entries.leaf import AUDIT_FIELDS, Leaf, leaf_key, open_audit
from aboveboard.core.entries.said import Said, said
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import leaf_hash

_OWNER = bytes(16)


@dataclass(frozen=True, slots=True)
class AuditedLine:
    """One line: its place and hash, and what it says where it opens."""

    index: int
    hash: bytes
    said: Said | None
    """None where the month's key is gone, or the line was changed."""
    sealed: bool = False
    """Kept from the person for a time by law; its public kind says so."""


@dataclass(frozen=True, slots=True)
class LogState:
    """How the log stands: how far it is sequenced and signed, and for how long its oldest entry has waited."""

    size: int
    root: bytes
    signed: int
    waiting_us: int
    stale: bool
    gaps: tuple[tuple[int, str, int, int, datetime], ...]
    """Of each log that ended: number, origin, first lost line, size, when the gap was declared."""
    witnesses: Standing | None
    """What outsiders have confirmed; None where nobody is named."""
    elsewhere: int
    """Size of a checkpoint that was signed elsewhere and this database does not lead to; 0 without one."""


def audited_lines(before: int | None = None, *, limit: int = 50) -> Sequence[AuditedLine]:
    """Give lines newest first, those in front of *before* where it is given."""
    # Index leaves say nothing of anybody; they belong to no month.
    where, values = ("WHERE month > 0 AND seq < %s ", [before]) if before is not None else ("WHERE month > 0 ", [])
    query = f"SELECT seq, data, month, audit FROM ledger_leaf {where}ORDER BY seq DESC LIMIT %s"
    with connections[CELL].cursor() as cursor:
        cursor.execute(query, [*values, limit])
        rows = cursor.fetchall()
    months = keys.store().keys(KeyKind.AUDIT, [_OWNER])
    return tuple(
        AuditedLine(
            int(seq),
            leaf_hash(bytes(data)),
            _said(bytes(data), bytes(audit), months.get((_OWNER, str(month)))),
            bytes(data)[1] == EntryKind.SEALED,
        )
        for seq, data, month, audit in rows
    )


def log_state(now: datetime) -> LogState:
    """Give how the log stands at *now*."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT size, root FROM ledger_head WHERE id = 1")
        size, root = cursor.fetchone()
        cursor.execute("SELECT min(committed_us) FROM ledger_pending")
        oldest = cursor.fetchone()[0]
    waiting = max(0, microseconds(now) - int(oldest)) if oldest is not None else 0
    gaps = tuple(
        (gap.number, gap.origin, gap.kept, gap.size, gap.declared_at) for gap in Gap.objects.order_by("number")
    )
    other = kept_evidence()
    return LogState(
        int(size),
        bytes(root),
        signed_size(),
        waiting,
        waiting > STALE_AFTER_US,
        gaps,
        standing(),
        other[0].size if other else 0,
    )


def _said(data: bytes, sealed: bytes, key: bytes | None) -> Said | None:
    if key is None:
        return None
    try:
        leaf = Leaf.decode(data)
        opened = open_audit(settings.OPTIONS.cell, leaf, sealed, leaf_key(key, leaf.subject_label))
        if opened.commitment() != leaf.commitment:
            return None
        return said({name: value.decode() for name, value in zip(AUDIT_FIELDS, opened.values, strict=True)})
    except (Invalid, NotVerified):
        return None

"""Governance as evidence: the acts that looks rest on, their signatures, and the log's lines about them.

The cell's own lines are found by label like a person's. What was found is remembered while the process lives, and
counts as long as the last line looked at is still the same: each line holds the hash of the one before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.accounts.models import Act
from aboveboard.apps.accounts.signing import decision_fields, proposal_fields
from aboveboard.apps.evidence.lines import texts_of
from aboveboard.apps.evidence.logs import Log, Row, chain_length
from aboveboard.apps.ledger.witnesses import CHOSEN
from aboveboard.core import canonical
from aboveboard.core.entries.entry import CELL_OWNER, EntryKind
from aboveboard.core.entries.leaf import Leaf, OpenedAudit, leaf_key, open_audit
from aboveboard.core.entries.said import Said, said
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.verify.acts import texts
from aboveboard.core.verify.lines import OPENED_LOG

_CHUNK = 500
_KINDS = (EntryKind.GOVERNANCE, EntryKind.CELL)
_ABOUT_KEYS = frozenset({"key.added", "key.retired"})
_ABOUT_ACTS = frozenset({"act.signed", "act.applied", "grant.revoked"})
_ALWAYS = frozenset({"cell.founded", OPENED_LOG, CHOSEN})


@dataclass(frozen=True, slots=True)
class GovernanceLine:
    """A line about governance, opened with K_audit."""

    log: int
    index: int
    leaf: bytes
    audit: OpenedAudit
    said: Said


@dataclass(slots=True)
class _Known:
    """The governance lines of one log met so far, and the cell's number after the last one looked at."""

    next: int = 0
    last: bytes = b""
    lines: list[GovernanceLine] = field(default_factory=list)


_known: dict[bytes, _Known] = {}


def governance_lines(log: Log) -> list[GovernanceLine]:
    """Give every line of governance in *log*, in the cell's own order.

    Raises:
        NotVerified: when one does not open; it was changed.
    """
    found = keys.store().keys(KeyKind.LOG, [CELL_OWNER])
    if (CELL_OWNER, "") not in found:
        return []
    label_key = log_keys(found[CELL_OWNER, ""], log.number).label
    known = _still_true(log, label_key)
    expected = 0 if log.former else chain_length(CELL_OWNER)
    while True:
        labels = [label(label_key, number) for number in range(known.next, known.next + _CHUNK)]
        rows = log.rows(labels)
        if not rows:
            return list(known.lines)
        last = max(at for at, name in enumerate(labels) if name in rows)
        met = [rows[name] for name in labels[: last + 1] if name in rows]
        known.lines += [_opened(log, row) for row in met if row.data[1] in _KINDS]
        known.next, known.last = known.next + last + 1, rows[labels[last]].data
        if known.next >= expected and last + 1 < _CHUNK:
            return list(known.lines)


def _still_true(log: Log, label_key: bytes) -> _Known:
    known = _known.setdefault(label_key, _Known())
    if known.next:
        name = label(label_key, known.next - 1)
        row = log.rows([name]).get(name)
        if row is None or row.data != known.last:  # another copy of the ledger was laid over this one
            known = _known[label_key] = _Known()
    return known


def relied_on(lines: Iterable[GovernanceLine], acts: Sequence[Act]) -> list[GovernanceLine]:
    """Pick the lines that show *acts* signed and applied, their keys on record, and what the cell was founded as."""
    act_ids = {bytes(act.pk).hex() for act in acts}
    key_ids = {bytes(key).hex() for act in acts for key in (act.proposer_key_id, act.signer_key_id) if key}
    return [line for line in lines if _relied_on(line.said, act_ids, key_ids)]


def _relied_on(line: Said, act_ids: set[str], key_ids: set[str]) -> bool:
    body = line.body
    if line.operation in _ABOUT_ACTS:
        return body.get("act") in act_ids
    if line.operation in _ABOUT_KEYS:
        return body.get("key") in key_ids or not key_ids.isdisjoint(texts(body.get("retired")))
    return line.operation in _ALWAYS


def acts_of(grants: Iterable[str]) -> list[Act]:
    """Give the acts behind *grants* (hexadecimal ids) that are there and signed."""
    ids = [bytes.fromhex(grant) for grant in sorted(set(grants))]
    rows = Act.objects.select_related("proposer_key", "signer_key").filter(pk__in=ids).exclude(signer_signature=None)
    return sorted(rows, key=lambda act: bytes(act.pk))


def packed_act(act: Act) -> dict[str, Any]:
    """Give an act as a pack shows it: its body, and what two people signed."""
    return {
        "id": bytes(act.pk).hex(),
        "body": canonical.decode(bytes(act.body)),
        "proposal": proposal_fields(act),
        "proposer_signature": bytes(act.proposer_signature).hex(),
        "decision": decision_fields(act),
        "signer_signature": bytes(act.signer_signature or b"").hex(),
    }


def _opened(log: Log, row: Row) -> GovernanceLine:
    try:
        leaf = Leaf.decode(row.data)
        key = leaf_key(keys.store().cell_key(KeyKind.AUDIT, str(row.month)), leaf.subject_label)
        audit = open_audit(settings.OPTIONS.cell, leaf, row.audit, key)
        return GovernanceLine(log.number, row.index, row.data, audit, said(texts_of(audit)))
    except (Invalid, NotVerified):
        raise NotVerified(f"Entry {row.index} of the log does not open: it was changed.", code="line") from None

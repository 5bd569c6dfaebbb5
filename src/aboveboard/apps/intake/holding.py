"""Values that wait: sealed under a key made of the import's and the person's, so that either one's end is theirs.

    key  = HMAC-SHA256(K_quarantine of the import, "aboveboard/quarantine/v1" || K_log of the person)
    text = JSON [[slot, value], ...]

When the import's key is shredded after thirty days nothing of it opens; when a person is erased nothing of theirs does.
"""

import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson
from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.intake.fates import ColumnFate
from aboveboard.apps.intake.models import HeldColumn, Import, Quarantined
from aboveboard.apps.intake.people import Held
from aboveboard.apps.ledger import rows
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, sealer, unseal
from aboveboard.core.errors import Shredded
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import RuleSource

_COLUMNS = ("id", "of_id", "person", "slots", "sealed")


class Waiting(NamedTuple):
    """What waits of one person from one import, opened."""

    id: bytes
    of: int
    person: bytes
    values: Held


def hold(of: Import, held: Mapping[bytes, Held], log_keys: Mapping[bytes, bytes]) -> None:
    """Seal what waits of each person and write it in the open transaction; *log_keys* are those at hand."""
    if not held:
        return
    token = bytes(of.token)
    import_key = keys.store().key(KeyKind.QUARANTINE, token)
    if missing := [person for person in held if person not in log_keys]:
        found = keys.store().keys(KeyKind.LOG, missing)
        log_keys = {**log_keys, **{person: key for (person, _), key in found.items()}}
    head, made = os.urandom(10), []
    for number, (person, values) in enumerate(held.items()):
        row_id = head + number.to_bytes(6, "big")
        seal = sealer(_key(import_key, log_keys[person]))
        sealed = seal(orjson.dumps(values), _place_of(token, person, row_id))
        made.append((row_id, of.pk, person, _slots(values), sealed))
    rows.insert("intake_quarantined", _COLUMNS, made)


def hold_again(row: Waiting, token: bytes, import_key: bytes, log_key: bytes) -> None:
    """Write what is left of a row whose values were decided in part; nothing left is no row."""
    if not row.values:
        Quarantined.objects.filter(id=row.id).delete()
        return
    sealed = sealer(_key(import_key, log_key))(orjson.dumps(row.values), _place_of(token, row.person, row.id))
    Quarantined.objects.filter(id=row.id).update(slots=_slots(row.values), sealed=sealed)


def opened(found: Iterable[Quarantined]) -> list[Waiting]:
    """Open rows; those whose key is gone are left out. Nothing of it may be shown without a committed look."""
    found = list(found)
    log_keys = keys.store().keys(KeyKind.LOG, list({bytes(row.person) for row in found}))
    tokens = {one.pk: bytes(one.token) for one in Import.objects.filter(pk__in={row.of_id for row in found})}
    import_keys = {number: key for number, token in tokens.items() if (key := _import_key(token))}
    waiting = []
    for row in found:
        person, import_key = bytes(row.person), import_keys.get(row.of_id)
        log_key = log_keys.get((person, ""))
        if import_key is None or log_key is None:
            continue
        bound_to = _place_of(tokens[row.of_id], person, bytes(row.id))
        values = orjson.loads(unseal(_key(import_key, log_key), bytes(row.sealed), bound_to))
        waiting.append(Waiting(bytes(row.id), row.of_id, person, [(slot, value) for slot, value in values]))
    return waiting


def not_waiting_yet(held: Mapping[bytes, Held], names: Sequence[str]) -> dict[bytes, Held]:
    """Leave out what waits already for known persons, word for word under the same column; *names* are by slot."""
    waiting = opened(Quarantined.objects.filter(person__in=list(held)))
    if not waiting:
        return dict(held)
    of_import = names_of({row.of for row in waiting})
    known = {(row.person, of_import[row.of, slot], value) for row in waiting for slot, value in row.values}
    left = {
        person: [(slot, value) for slot, value in values if (person, names[slot], value) not in known]
        for person, values in held.items()
    }
    return {person: values for person, values in left.items() if values}


def names_of(imports: Iterable[int]) -> dict[tuple[int, int], str]:
    """Give the names of held columns by import and slot."""
    found = HeldColumn.objects.filter(of_id__in=list(imports)).values_list("of_id", "slot", "column")
    return {(of, slot): column for of, slot, column in found}


def write_slots(of: Import, slots: Sequence[tuple[int, ColumnFate]], names: Sequence[str], first: int) -> None:
    """Keep the slots from number *first* on, in the open transaction; *names* are the file's columns."""
    made = []
    for slot, (number, fate) in enumerate(slots[first:], first):
        refusal = fate.refusal
        told = {} if refusal is None else {
            "rule": refusal.rule, "reason": refusal.reason, "source": refusal.source.value,
            "article": refusal.article, "obligation": refusal.obligation, "way_on": refusal.way_on,
        }  # fmt: skip
        column = names[number][:200]
        made.append(HeldColumn(of=of, slot=slot, number=number, column=column, category=fate.category, **told))
    HeldColumn.objects.bulk_create(made)


def refusal_of(column: HeldColumn) -> Refusal:
    """Give the refusal that keeps a column out."""
    return Refusal(
        column.rule, column.reason, RuleSource(column.source), column.article, column.obligation, column.way_on
    )


def _import_key(token: bytes) -> bytes | None:
    try:
        return keys.store().key(KeyKind.QUARANTINE, token)
    except Shredded:
        return None


def _key(import_key: bytes, log_key: bytes) -> bytes:
    return hmac.digest(import_key, b"aboveboard/quarantine/v1" + log_key, "sha256")


def _slots(values: Held) -> str:
    return ",".join(map(str, sorted({slot for slot, _ in values})))


def _place_of(token: bytes, person: bytes, row_id: bytes) -> bytes:
    return place(b"aboveboard/quarantine/v1", settings.OPTIONS.cell, token, person, row_id)

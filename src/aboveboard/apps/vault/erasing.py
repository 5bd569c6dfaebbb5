"""Erasure (Art. 17), step by step, each durable before the next, each done again at start-up if it was cut short.

1. intent:   person.erasing_at, in the gate's transaction with the entry of the decision
2. shred:    every K_facts and search token of the person, out of the key store, overwritten, its log emptied
3. delete:   ciphertext rows; suppression tokens kept; erase entry appended - one transaction on the cell
4. forget:   K_log and the chain, once the erase leaf is in the log and nothing older is pending
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connections, transaction

from aboveboard.apps import keys
from aboveboard.apps.consent import actions as consent
from aboveboard.apps.ledger.actions import append
from aboveboard.apps.vault import actions
from aboveboard.apps.vault.models import Fact, Person
from aboveboard.apps.vault.opening import place_of_fact, read_value
from aboveboard.core.entries import Entry
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import unseal
from aboveboard.core.terms import SubjectId

CELL = "vault"


def begin(person: bytes, now: datetime) -> None:
    """Step 1, in the open transaction: from here on nothing about the person is released any more."""
    actions.touch(person, erasing_at=now)


def finish(person: bytes, now: datetime, erased: Callable[[bytes], Entry]) -> bytes | None:
    """Steps 2 and 3; *erased* makes the entry. The hash of the erase entry, or None when it was finished before."""
    row = Person.objects.get(id=person)
    if row.erasing_at is None or row.erased_at is not None:
        return None
    values = _readable(person)
    tokens = actions.search_tokens(
        keys.store().cell_key(KeyKind.INDEX),
        [actions.NewFact(category, value, "", "", "", b"") for category, value in values],
    )
    suppressed = actions.suppression_tokens(values) if values else set()
    with transaction.atomic(using=CELL, durable=True):
        actions.suppress(suppressed, now.date())
    # Tokens that recognise the erased stand before their name is gone: a crash here leaves both, never neither.
    keys.store().shred(person, KeyKind.FACTS, tokens=tokens)
    with transaction.atomic(using=CELL, durable=True):
        Fact.objects.filter(person_id=person).delete()
        consent.forget(person=SubjectId(person))
        entry_hash = append(erased(person))
        actions.touch(
            person, erased_at=now, erase_entry=entry_hash, capacities="", choices="", notice="exempt",
            exemption="14-5-a", contacted_on=None, restricted_on=None, informed_on=None, relation_ended_on=None,
        )  # fmt: skip
    return entry_hash


def forget_logs() -> int:
    """Step 4 for every erased person whose erase leaf is in the log; how many were forgotten."""
    done = 0
    for row in Person.objects.exclude(erase_entry=None):
        if row.erased_at is None or not _sequenced(bytes(row.erase_entry or b""), microseconds(row.erased_at)):
            continue
        keys.store().shred(bytes(row.id), KeyKind.LOG)
        with transaction.atomic(using=CELL), connections[CELL].cursor() as cursor:
            cursor.execute("DELETE FROM ledger_chain WHERE owner = %s", [b"s" + bytes(row.id)])
            Person.objects.filter(id=row.id).update(erase_entry=None)
        done += 1
    return done


def unfinished() -> list[bytes]:
    """Give the persons whose erasure was decided but not finished."""
    waiting = Person.objects.filter(erasing_at__isnull=False, erased_at=None)
    return [bytes(person_id) for person_id in waiting.values_list("id", flat=True)]


def _sequenced(entry_hash: bytes, erased_us: int) -> bool:
    with connections[CELL].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM ledger_receipt WHERE entry_hash = %s)"
            " AND NOT EXISTS (SELECT 1 FROM ledger_pending WHERE committed_us <= %s)",
            [entry_hash, erased_us],
        )
        return bool(cursor.fetchone()[0])


def _readable(person: bytes) -> list[tuple[str, str]]:
    """Give (category, value) of what can still be opened, to find the index rows; nothing of it leaves this room."""
    cell = settings.OPTIONS.cell
    found = keys.store().keys_of(KeyKind.FACTS, person)
    values = []
    for fact in Fact.objects.filter(person_id=person, category__in=("T01", "T02", "T04", "T23")):
        if key := found.get(fact.retention):
            bound_to = place_of_fact(cell, person, bytes(fact.id), fact.category)
            values.append((fact.category, read_value(unseal(key, bytes(fact.sealed), bound_to))[0]))
    return values

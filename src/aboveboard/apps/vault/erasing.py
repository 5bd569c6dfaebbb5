"""Erasure (Art. 17), step by step, each durable before the next, each done again at start-up if it was cut short.

1. intent:   person.erasing_at, in the gate's transaction with the entry of the decision
2. shred:    every K_facts and search token of the person, out of the key store, overwritten, its log emptied
3. delete:   ciphertext rows; suppression tokens kept; erase entry appended - one transaction on the cell
4. forget:   K_log and the chain, once the erase leaf is in the log and nothing older is pending
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import connections, transaction
from django.db.models import F

from aboveboard.apps import keys
from aboveboard.apps.consent import actions as consent
from aboveboard.apps.keys.marks import RECOGNISING
from aboveboard.apps.ledger import sealing
from aboveboard.apps.ledger.actions import append
from aboveboard.apps.ledger.rows import execute_in
from aboveboard.apps.vault import actions
from aboveboard.apps.vault.leaving import Leaving
from aboveboard.apps.vault.models import Fact, Person
from aboveboard.core.entries import Entry
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.terms import SubjectId

CELL = "vault"


Forget = Callable[[Sequence[bytes], bool], None]
_elsewhere: list[Forget] = []


def also(forget: Forget) -> None:
    """Have *forget* delete what a room above keeps of erased persons, in the transaction of step 3.

    It is told the persons, and whether they are to be recognised if somebody brings them again.
    """
    _elsewhere.append(forget)


def forget_elsewhere(people: Sequence[bytes], *, recognise: bool) -> None:
    """Delete, in the open transaction, what other rooms keep of *people*."""
    for person in people:
        consent.forget(person=SubjectId(person))
    for forget in _elsewhere:
        forget(people, recognise)


def begin(person: bytes, now: datetime) -> None:
    """Step 1, in the open transaction: from here on nothing about the person is released any more."""
    actions.touch(person, erasing_at=now)


def begin_taking_back(people: Sequence[bytes], now: datetime) -> None:
    """Step 1 for people whom an import brought by mistake: they may be taken in again afterwards."""
    Person.objects.filter(id__in=people).update(version=F("version") + 1, erasing_at=now, taken_back=True)


def finish(person: bytes, now: datetime, erased: Callable[[bytes], Entry]) -> bytes | None:
    """Steps 2 and 3; *erased* makes the entry. The hash of the erase entry, or None when it was finished before."""
    return finish_many([person], now, lambda people: erased(people[0]))


def finish_many(people: Sequence[bytes], now: datetime, erased: Callable[[Sequence[bytes]], Entry]) -> bytes | None:
    """Steps 2 and 3 for people erased together; *erased* makes their one entry, which is named by what is given."""
    waiting = Person.objects.filter(id__in=people, erasing_at__isnull=False, erased_at=None)
    rows = {bytes(row.id): row.taken_back for row in waiting}
    if not rows:
        return None
    marks = keys.store().marks_of(_recognising(rows))
    suppressed: set[bytes] = set()
    for person, tokens in marks.suppression.items():
        if not rows[person]:
            suppressed |= tokens
    with transaction.atomic(using=CELL, durable=True):
        actions.suppress(suppressed, now.date())
    # Tokens that recognise the erased stand before their name is gone: a crash here leaves both, never neither.
    keys.store().shred_many(list(rows), KeyKind.FACTS, sorted(marks.tokens))
    with transaction.atomic(using=CELL, durable=True):
        Fact.objects.filter(person_id__in=list(rows)).delete()
        for recognise in (True, False):
            forget_elsewhere([p for p, taken_back in rows.items() if taken_back is not recognise], recognise=recognise)
        entry_hash = append(erased(list(rows)))
        Person.objects.filter(id__in=list(rows)).update(
            version=F("version") + 1, erased_at=now, erase_entry=entry_hash, capacities="", choices="",
            notice="exempt", exemption="14-5-a", contacted_on=None, restricted_on=None, informed_on=None,
            relation_ended_on=None, collected_directly=False,
        )  # fmt: skip
    return entry_hash


def forget_logs() -> int:
    """Step 4 for every erased person whose erase leaf is in the log; how many were forgotten."""
    waiting: dict[tuple[bytes, int], list[bytes]] = {}
    for person, entry_hash, erased_at in Person.objects.exclude(erase_entry=None).values_list(
        "id", "erase_entry", "erased_at"
    ):
        if erased_at is not None:
            waiting.setdefault((bytes(entry_hash or b""), microseconds(erased_at)), []).append(bytes(person))
    ready = [people for (entry_hash, erased_us), people in waiting.items() if _sequenced(entry_hash, erased_us)]
    for people in ready:
        keys.store().shred_many(people, KeyKind.LOG)
        with transaction.atomic(using=CELL):
            execute_in("DELETE FROM ledger_chain WHERE owner {}", [b"s" + person for person in people])
            execute_in("UPDATE vault_person SET erase_entry = NULL WHERE id {}", people)
            sealing.forget(people)
    return sum(map(len, ready))


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


def _recognising(people: Iterable[bytes]) -> list[Leaving]:
    """Give the sealed facts by which *people* are found and recognised; whoever holds the keys makes marks of them."""
    columns = ("person_id", "id", "category", "retention", "sealed")
    found = Fact.objects.filter(person_id__in=list(people), category__in=RECOGNISING).values_list(*columns)
    return [Leaving(bytes(p), bytes(one), category, part, bytes(sealed)) for p, one, category, part, sealed in found]

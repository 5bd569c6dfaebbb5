"""Facts that leave while the person stays: rows, search tokens, and the keys nothing is sealed under any more.

All of it happens in a transaction that is open on the cell; keys go last before it commits. A crash between leaves rows
without a key, which open nothing and leave the next time.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F

from aboveboard.apps import keys
from aboveboard.apps.keys.marks import SEARCHED
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault.models import Fact, Person
from aboveboard.core.envelope.keys import KeyKind

_COLUMNS = ("person_id", "id", "category", "retention", "sealed")


class Leaving(NamedTuple):
    """A fact that leaves."""

    person: bytes
    id: bytes
    category: str
    retention: str
    sealed: bytes


def of_source(people: Sequence[bytes], source: bytes) -> list[Leaving]:
    """Give the facts of *people* that came from one source."""
    return _leaving(Fact.objects.filter(person_id__in=list(people), source_id=source).values_list(*_COLUMNS))


def expired(day: date, most: int) -> list[Leaving]:
    """Give at most so many facts that may no longer be kept on *day*, person by person."""
    found = Fact.objects.filter(expires_on__lte=day).order_by("person_id").values_list(*_COLUMNS)
    return _leaving(found[:most])


def leave(leaving: Sequence[Leaving]) -> None:
    """Delete facts with their tokens, and shred each key under which nothing is left, in the open transaction."""
    if not leaving:
        return
    people = list({one.person for one in leaving})
    rows.execute_in("DELETE FROM vault_fact WHERE id {}", [one.id for one in leaving])
    query = "SELECT DISTINCT person_id, retention FROM vault_fact WHERE person_id {}"
    kept = {(bytes(person), retention) for person, retention in rows.select_in(query, people)}
    parts = {(one.person, one.retention) for one in leaving} - kept
    remaining = Fact.objects.filter(person_id__in=people, category__in=SEARCHED).values_list(*_COLUMNS)
    searched = [one for one in leaving if one.category in SEARCHED]
    tokens = keys.store().marks_of(searched).tokens - keys.store().marks_of(_leaving(remaining)).tokens
    Person.objects.filter(id__in=people).update(version=F("version") + 1)
    keys.store().shred_parts(sorted(parts), KeyKind.FACTS, sorted(tokens))


def _leaving(found: Iterable[Sequence[Any]]) -> list[Leaving]:
    return [
        Leaving(bytes(person), bytes(fact), category, retention, bytes(sealed))
        for person, fact, category, retention, sealed in found
    ]

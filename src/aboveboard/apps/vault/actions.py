"""Writing the vault: new persons and facts, sealed; what holds for a person. Called by deeds of the gate only.

Keys are made and durable in the key store before the rows that need them: a crash between leaves keys without rows,
which harm nobody, and search tokens of nobody, which the next sweep takes out; never rows without keys.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections
from django.db.models import F

from aboveboard.apps import keys
from aboveboard.apps.keys import marks
from aboveboard.apps.keys.port import NewValue
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault.models import Person, Source, Suppression
from aboveboard.apps.vault.orphans import keep_sweep_away
from aboveboard.apps.vault.queries import encode_capacities, standing_of
from aboveboard.core.envelope.facts import place_of_fact, plaintext_of
from aboveboard.core.envelope.keys import KeyKind, log_keys, new_key
from aboveboard.core.envelope.seal import place, seal_often, sealer
from aboveboard.core.policy.question import Standing
from aboveboard.core.terms import Capacity
from aboveboard.core.verify.recordings import recorded_digest

CELL = "vault"
_PERSON_COLUMNS = (
    "id", "version", "created_at", "capacities", "notice", "exemption", "obtained_on", "informed_on", "contacted_on",
    "restricted_on", "relation_ended_on", "choices", "erasing_at", "erased_at", "erase_entry", "collected_directly",
)  # fmt: skip
FACT_COLUMNS = (
    "id", "person_id", "category", "purpose", "basis", "retention", "source_id", "recorded_at", "expires_on",
    "exception", "cleared", "sealed",
)  # fmt: skip


class NewFact(NamedTuple):
    """A value to be recorded, with everything that must stand beside it."""

    category: str
    value: str
    purpose: str
    basis: str
    retention: str
    source: bytes
    expires_on: date | None = None
    exception: str = ""
    cleared: bool = True
    evidence: str = ""
    """What an Art. 9(2) exception rests on (an official source's address); sealed with the value."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be taken in, with their first facts; *id* is 16 random bytes."""

    id: bytes
    capacities: tuple[tuple[Capacity, date, date | None], ...]
    notice: str
    obtained_on: date
    facts: tuple[NewFact, ...]
    exemption: str = ""
    informed_on: date | None = None
    collected_directly: bool = False
    """The person gave the data themselves (Art. 13), so that the notice was due at once."""
    log_key: bytes = field(default=b"", repr=False)
    """K_log, made by whoever seals something beside the vault under it in the same step; empty: made here."""


def standing_of_new(person: NewPerson) -> Standing:
    """Give a new person as the rules see them; equal ones are the very same object."""
    return standing_of(
        encode_capacities(person.capacities), person.notice, person.exemption, person.obtained_on, None, None, "",
        person.collected_directly,
    )  # fmt: skip


def take_in(people: Sequence[NewPerson], now: datetime, *, indexed: bool = False) -> dict[bytes, tuple[str, ...]]:
    """Record new *people* in the open transaction; for each the digests of what was recorded.

    *indexed*: their search tokens are in the key store already.
    """
    keep_sweep_away()
    cell = settings.OPTIONS.cell
    index_key = keys.store().cell_key(KeyKind.INDEX)
    fresh: list[tuple[KeyKind, bytes, str, bytes]] = []
    tokens: list[tuple[int, bytes]] = []
    person_rows: list[tuple[object, ...]] = []
    sealed_rows: list[tuple[Any, ...]] = []
    digests: dict[bytes, tuple[str, ...]] = {}
    stored, ids = stored_time(now), new_fact_ids()
    for person in people:
        log_key = person.log_key or new_key()
        fact_keys = {part: new_key() for part in {fact.retention for fact in person.facts}}
        fresh.append((KeyKind.LOG, person.id, "", log_key))
        fresh += [(KeyKind.FACTS, person.id, part, key) for part, key in fact_keys.items()]
        made = fact_rows(cell, person.id, person.facts, fact_keys, stored, ids)
        sealed_rows += made
        digests[person.id] = (
            digest_of(log_key, [(row[0], fact) for row, fact in zip(made, person.facts, strict=True)]),
        )
        if not indexed:
            tokens += ((token, person.id) for token in search_tokens(index_key, person.facts))
        person_rows.append(_person_row(person, stored))
    keys.store().put_many(fresh, tokens)
    rows.insert("vault_person", _PERSON_COLUMNS, person_rows)
    rows.insert("vault_fact", FACT_COLUMNS, sealed_rows)
    return digests


def _person_row(person: NewPerson, stored: object) -> tuple[object, ...]:
    held_in = encode_capacities(person.capacities)
    return (
        person.id, 1, stored, held_in, person.notice, person.exemption, person.obtained_on, person.informed_on,
        None, None, None, "", None, None, None, person.collected_directly,
    )  # fmt: skip


def new_fact_ids() -> Iterator[bytes]:
    """Give new ids that count up behind a random head: what is written at once lies together in the index."""
    head = os.urandom(10)
    return (head + number.to_bytes(6, "big") for number in count())


def fact_rows(
    cell: str,
    person: bytes,
    facts: Iterable[NewFact],
    fact_keys: Mapping[str, bytes],
    stored: object,
    ids: Iterator[bytes],
) -> list[tuple[Any, ...]]:
    """Seal *facts* of one person into rows of FACT_COLUMNS; *fact_keys* by retention class."""
    made = []
    sealers = {part: sealer(key) for part, key in fact_keys.items()}
    for fact, fact_id in zip(facts, ids, strict=False):
        category, value, purpose, basis, retention, source, expires_on, exception, cleared, evidence = fact
        bound_to = place_of_fact(cell, person, fact_id, category)
        sealed = sealers[retention](plaintext_of(value, evidence), bound_to)
        made.append(
            (
                fact_id,
                person,
                category,
                purpose,
                basis,
                retention,
                source,
                stored,
                expires_on,
                exception,
                cleared,
                sealed,
            )
        )
    return made


def stored_time(now: datetime) -> object:
    """Give a time as raw statements must hand it to this database."""
    return connections[CELL].ops.adapt_datetimefield_value(now)


def add_facts(person: bytes, facts: Sequence[NewFact], now: datetime) -> tuple[str, ...]:
    """Record *facts* about a known person in the open transaction; the digests of what was recorded."""
    store = keys.store()
    made, digests = sealed_rows({person: facts}, now)
    store.index((token, person) for token in search_tokens(store.cell_key(KeyKind.INDEX), facts))
    rows.insert("vault_fact", FACT_COLUMNS, made)
    touch(person)
    return tuple(digests.values())


def sealed_rows(
    facts: Mapping[bytes, Sequence[NewFact]], now: datetime
) -> tuple[list[tuple[Any, ...]], dict[bytes, str]]:
    """Have *facts* about known persons sealed by whoever holds their keys: rows of FACT_COLUMNS, digests by person."""
    stored, ids = stored_time(now), new_fact_ids()
    named = [(person, next(ids), fact) for person, several in facts.items() for fact in several]
    values = [NewValue(p, one, f.category, f.retention, f.value, f.evidence) for p, one, f in named]
    sealed, digests = keys.store().seal_values(values)
    made = [
        (one, p, f.category, f.purpose, f.basis, f.retention, f.source, stored, f.expires_on, f.exception, f.cleared, s)
        for (p, one, f), s in zip(named, sealed, strict=True)
    ]
    return made, digests


def digest_of(log_key: bytes, facts: Iterable[tuple[bytes, NewFact]]) -> str:
    """Give the keyed digest of what was recorded at once: it proves a value to who holds it, and tells nothing else.

    The person makes it anew from what their evidence shows (`core.verify.recordings`).
    """
    values = [(fact_id, fact.category, fact.value) for fact_id, fact in facts]
    return recorded_digest(log_keys(log_key).digest, values)


def search_tokens(index_key: bytes, facts: Iterable[NewFact]) -> set[int]:
    """Give the tokens by which somebody with these facts is found: name words, their beginnings, addresses, numbers."""
    return marks.search_tokens(index_key, [(fact.category, fact.value) for fact in facts])


def touch(person: bytes, **columns: object) -> None:
    """Change plain columns of a person and let their version grow, in the open transaction."""
    if columns:
        Person.objects.filter(id=person).update(version=F("version") + 1, **columns)
    else:
        rows.change("UPDATE vault_person SET version = version + 1 WHERE id = %s", [person])


def new_source(text: str, *, public: bool) -> bytes:
    """Keep where data came from, sealed under the cell's own key; its id."""
    source_id = os.urandom(16)
    key = keys.store().cell_key(KeyKind.CELL)
    sealed = seal_often(key, text.encode(), place(b"aboveboard/source/v1", settings.OPTIONS.cell, source_id))
    Source.objects.create(id=source_id, text=sealed, public=public)
    return source_id


def suppression_tokens(facts: Iterable[tuple[str, str]]) -> set[bytes]:
    """Give the tokens under which somebody with these (category, value) pairs is recognised after their erasure."""
    return marks.suppression_tokens(keys.store().cell_key(KeyKind.SUPPRESSION), facts)


def suppress(tokens: Iterable[bytes], on: date) -> None:
    """Keep suppression tokens of an erased person, in the cell and beside the keys.

    The copy beside the keys outlives a cell that is set back: `suppress_again` lays them down anew.
    """
    found = list(tokens)
    keys.store().suppress(found, on)
    _suppress((token, on) for token in found)


def suppress_again() -> None:
    """Lay down every suppression token that the key store knows, in the open transaction."""
    _suppress(keys.store().suppressed())


def _suppress(tokens: Iterable[tuple[bytes, date]]) -> None:
    Suppression.objects.bulk_create(
        [Suppression(token=token, erased_on=on) for token, on in tokens], ignore_conflicts=True, batch_size=500
    )

"""Recording more about many known persons at once; what is held already is told apart inside and not held twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault import actions
from aboveboard.apps.vault.actions import NewFact
from aboveboard.apps.vault.leaving import Leaving
from aboveboard.core.envelope.keys import KeyKind


def add_many(additions: Mapping[bytes, Sequence[NewFact]], now: datetime) -> dict[bytes, tuple[str, ...]]:
    """Record in the open transaction what is not held yet; the digests of what was recorded, by person."""
    store, fresh = keys.store(), _not_held(additions)
    index_key = store.cell_key(KeyKind.INDEX)
    store.index((token, p) for p, facts in fresh.items() for token in actions.search_tokens(index_key, facts))
    made, digests = actions.sealed_rows(fresh, now)
    rows.insert("vault_fact", actions.FACT_COLUMNS, made)
    return {person: (digest,) for person, digest in digests.items()}


def _not_held(additions: Mapping[bytes, Sequence[NewFact]]) -> dict[bytes, list[NewFact]]:
    """Leave out what is held word for word; whoever has nothing left is left out too."""
    held = _held_values(additions)
    fresh: dict[bytes, list[NewFact]] = {}
    for person, facts in additions.items():
        for fact in facts:
            value = (person, fact.category, fact.purpose, fact.value)
            if value not in held:
                held.add(value)
                fresh.setdefault(person, []).append(fact)
    return fresh


def _held_values(additions: Mapping[bytes, Sequence[NewFact]]) -> set[tuple[bytes, str, str, str]]:
    """Have what is held in the categories to be recorded compared with it; nothing else of it is learnt."""
    wanted: dict[tuple[bytes, str], list[str]] = {}
    for person, facts in additions.items():
        for fact in facts:
            wanted.setdefault((person, fact.category), []).append(fact.value)
    query = "SELECT person_id, id, category, retention, sealed, purpose FROM vault_fact WHERE person_id {}"
    held, purposes = [], []
    for person, fact_id, category, retention, sealed, purpose in rows.select_in(query, list(additions)):
        if (bytes(person), category) in wanted:
            held.append(Leaving(bytes(person), bytes(fact_id), category, retention, bytes(sealed)))
            purposes.append(purpose)
    values = [wanted[one.person, one.category] for one in held]
    found = keys.store().matching(held, values) if held else []
    return {
        (one.person, one.category, purpose, among[at])
        for one, purpose, among, at in zip(held, purposes, values, found, strict=True)
        if at >= 0
    }

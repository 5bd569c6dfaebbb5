"""Recording more about many known persons at once; what is held already is told apart inside and not held twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault import actions
from aboveboard.apps.vault.actions import NewFact
from aboveboard.apps.vault.opening import place_of_fact, read_value
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import unseal

Keys = Mapping[tuple[bytes, str], bytes]


def add_many(additions: Mapping[bytes, Sequence[NewFact]], now: datetime) -> dict[bytes, tuple[str, ...]]:
    """Record in the open transaction what is not held yet; the digests of what was recorded, by person."""
    store, people = keys.store(), list(additions)
    found = store.keys(KeyKind.FACTS, people)
    fresh = _not_held(additions, found)
    missing = [(KeyKind.FACTS, p, part) for p, part in _parts(fresh) if (p, part) not in found]
    if missing:
        store.make_many(missing)
        found = store.keys(KeyKind.FACTS, people)
    index_key = store.cell_key(KeyKind.INDEX)
    store.index((token, p) for p, facts in fresh.items() for token in actions.search_tokens(index_key, facts))
    log_keys = store.keys(KeyKind.LOG, people)
    stored, ids = actions.stored_time(now), actions.new_fact_ids()
    made: list[tuple[Any, ...]] = []
    digests: dict[bytes, tuple[str, ...]] = {}
    for person, facts in fresh.items():
        fact_keys = {fact.retention: found[person, fact.retention] for fact in facts}
        recorded = actions.fact_rows(settings.OPTIONS.cell, person, facts, fact_keys, stored, ids)
        made += recorded
        pairs = [(row[0], fact) for row, fact in zip(recorded, facts, strict=True)]
        digests[person] = (actions.digest_of(log_keys[person, ""], pairs),)
    rows.insert("vault_fact", actions.FACT_COLUMNS, made)
    return digests


def _parts(fresh: Mapping[bytes, Sequence[NewFact]]) -> set[tuple[bytes, str]]:
    return {(person, fact.retention) for person, facts in fresh.items() for fact in facts}


def _not_held(additions: Mapping[bytes, Sequence[NewFact]], found: Keys) -> dict[bytes, list[NewFact]]:
    """Leave out what is held word for word; whoever has nothing left is left out too."""
    held = _held_values(additions, found)
    fresh: dict[bytes, list[NewFact]] = {}
    for person, facts in additions.items():
        for fact in facts:
            value = (person, fact.category, fact.purpose, fact.value)
            if value not in held:
                held.add(value)
                fresh.setdefault(person, []).append(fact)
    return fresh


def _held_values(additions: Mapping[bytes, Sequence[NewFact]], found: Keys) -> set[tuple[bytes, str, str, str]]:
    """Open what is held in the categories to be recorded, to compare; nothing of it leaves this room."""
    cell = settings.OPTIONS.cell
    wanted = {(person, fact.category) for person, facts in additions.items() for fact in facts}
    query = "SELECT person_id, id, category, purpose, retention, sealed FROM vault_fact WHERE person_id {}"
    held = set()
    for person, fact, category, purpose, retention, sealed in rows.select_in(query, list(additions)):
        owner = bytes(person)
        key = found.get((owner, retention))
        if key is not None and (owner, category) in wanted:
            plain = unseal(key, bytes(sealed), place_of_fact(cell, owner, bytes(fact), category))
            held.add((owner, category, purpose, read_value(plain)[0]))
    return held

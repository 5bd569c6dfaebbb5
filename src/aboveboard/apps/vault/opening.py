"""Opening sealed facts: the one place where a value becomes readable, and only against a permit.

Whoever holds the keys opens (`keys.port`): this process, or a key service that looks for the permit's entry itself.
"""

from typing import NamedTuple

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.vault.permit import Permit, SealedFact
from aboveboard.core.envelope.facts import place_of_fact, read_value

__all__ = ["OpenFact", "open_facts", "place_of_fact", "read_value"]


class OpenFact(NamedTuple):
    """A fact with its value, as the permit allowed it."""

    fact: SealedFact
    value: str
    evidence: str = ""


def open_facts(permit: Permit) -> list[OpenFact]:
    """Open what *permit* names; facts whose key has been shredded in the meantime are left out.

    Raises:
        Denied: when the permit was used before.
        KeyUnavailable: when the key store does not answer.
    """
    facts = permit.spend(settings.OPTIONS.cell)
    plains = keys.store().open_values(permit.entry_hash, facts)
    # A list has hundreds of these, so each is put together without ceremony.
    return [
        _new(OpenFact, (fact, *read_value(plain)))
        for fact, plain in zip(facts, plains, strict=True)
        if plain is not None
    ]


_new = tuple.__new__

"""A fact's sealed value: what is sealed of it, and the place it is bound to.

    plaintext: "t" || UTF-8 text
               "e" || u16be length || evidence (UTF-8) || UTF-8 text

A value is bound to cell, person, fact and category: moved anywhere else, it opens nowhere.
"""

from functools import lru_cache

from aboveboard.core.envelope.seal import place
from aboveboard.core.errors import NotVerified

_SIZES = tuple(size.to_bytes(2, "big") for size in range(256))


def place_of_fact(cell: str, person: bytes, fact: bytes, category: str) -> bytes:
    """Give the place a value is bound to."""
    # Parts stand behind one another, so what is the same for every fact is put together once.
    return (
        _place_of_facts(cell) + _SIZES[len(person)] + person + _SIZES[len(fact)] + fact + _place_of_category(category)
    )


@lru_cache(maxsize=16)
def _place_of_facts(cell: str) -> bytes:
    return place(b"aboveboard/fact/v1", cell)


@lru_cache(maxsize=256)
def _place_of_category(category: str) -> bytes:
    return place(category)


def plaintext_of(value: str, evidence: str = "") -> bytes:
    """Give what is sealed of a value, with the evidence of an exception if there is some."""
    if not evidence:
        return b"t" + value.encode()
    encoded = evidence.encode()
    return b"e" + len(encoded).to_bytes(2, "big") + encoded + value.encode()


def read_value(plain: bytes) -> tuple[str, str]:
    """Split what was sealed into value and evidence.

    Raises:
        NotVerified: for a form this program does not write.
    """
    if plain[:1] == b"t":
        return plain[1:].decode(), ""
    if plain[:1] == b"e":
        end = 3 + int.from_bytes(plain[1:3], "big")
        return plain[end:].decode(), plain[3:end].decode()
    raise NotVerified("A sealed value is of a form this program does not know.")

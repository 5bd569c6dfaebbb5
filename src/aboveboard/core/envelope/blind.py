"""Search tokens: what a name or address looks like to an index that must not know it.

token = first 8 bytes of HMAC-SHA256(index key, field || 0x00 || folded text), read as a signed integer

A token tells whoever holds the index which entries share a text and how often (equality and frequency); it is kept
with the keys, never in a cell's backup. Tokens are made of whole words and of their beginnings from three letters.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

from aboveboard.core.envelope.mac import mac

SHORTEST = 3
LONGEST = 8
"""Beginnings are indexed up to this many letters; a longer search word is looked up whole."""
WORDS_AT_HAND = 16384
"""Names repeat, and a keyed hash for each beginning is what taking people in by the thousand spends most time on."""

ADDRESSES_AT_HAND = 4096
"""An import recognises some thousand people by their addresses and then indexes the same addresses."""

_WORD = re.compile(r"[^\W_]+")
_SPECIAL = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Fold case, accents and the letters that do not decompose, so that ``Čapek`` is found by ``capek``."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def words(text: str) -> list[str]:
    """Split folded *text* into words of letters and digits."""
    return _WORD.findall(fold(text))


def token(index_key: bytes, field: str, text: str) -> int:
    """Give the token of one folded *text* in *field* (``word``, ``start``, ``email``)."""
    digest = mac(index_key, field.encode() + b"\0" + text.encode())
    return int.from_bytes(digest[:8], "big", signed=True)


def name_tokens(index_key: bytes, name: str) -> set[int]:
    """Give all tokens under which a person of this *name* can be found."""
    found: set[int] = set()
    for word in words(name):
        found.update(_tokens_of_word(index_key, word))
    return found


@lru_cache(maxsize=WORDS_AT_HAND)
def _tokens_of_word(index_key: bytes, word: str) -> tuple[int, ...]:
    starts = [token(index_key, "start", word[:end]) for end in range(SHORTEST, min(len(word), LONGEST) + 1)]
    # A word that is as long as a beginning can be is looked up as one; only others are looked up whole.
    return tuple(starts) if SHORTEST <= len(word) <= LONGEST else (token(index_key, "word", word), *starts)


def query_tokens(index_key: bytes, query: str) -> list[int]:
    """Give the tokens all of which a match must have; words under three letters are looked up whole."""
    found = []
    for word in words(query):
        if len(word) < SHORTEST or len(word) > LONGEST:
            found.append(token(index_key, "word", word))
        else:
            found.append(token(index_key, "start", word))
    return found


@lru_cache(maxsize=ADDRESSES_AT_HAND)
def email_token(index_key: bytes, address: str) -> int:
    """Give the token of a whole e-mail address."""
    return token(index_key, "email", address.strip().casefold())


def phone_token(index_key: bytes, digits: str) -> int:
    """Give the token of the compared digits of a telephone number (`identifiers.numbers_of`)."""
    return token(index_key, "phone", digits)


def suppression_token(key: bytes, kind: str, text: str) -> bytes:
    """Give the keyed token by which an erased person is recognised when somebody imports them again (32 bytes)."""
    return hashlib.sha256(mac(key, kind.encode() + b"\0" + fold(text).strip().encode())).digest()

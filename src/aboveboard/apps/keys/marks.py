"""What finds a person again: search tokens of name, addresses and numbers; suppression tokens of who was erased."""

from collections.abc import Iterable

from aboveboard.core.envelope.blind import email_token, name_tokens, phone_token, suppression_token
from aboveboard.core.envelope.identifiers import EMAIL_CATEGORIES, NAME_CATEGORY, PHONE_CATEGORIES, numbers_of

FUNCTION = "T23"
SEARCHED = (NAME_CATEGORY, *sorted(EMAIL_CATEGORIES | PHONE_CATEGORIES))
"""Categories whose values the search index knows."""
RECOGNISING = (*SEARCHED, FUNCTION)
"""Categories by which a person is found, or known again after their erasure."""


def search_tokens(index_key: bytes, facts: Iterable[tuple[str, str]]) -> set[int]:
    """Give the tokens by which somebody with these (category, value) pairs is found: words, addresses, numbers."""
    tokens: set[int] = set()
    for category, value in facts:
        if category == NAME_CATEGORY:
            tokens |= name_tokens(index_key, value)
        elif category in EMAIL_CATEGORIES:
            tokens.add(email_token(index_key, value))
        elif category in PHONE_CATEGORIES:
            tokens.update(phone_token(index_key, digits) for digits in numbers_of(value))
    return tokens


def suppression_tokens(key: bytes, facts: Iterable[tuple[str, str]]) -> set[bytes]:
    """Give the tokens under which somebody with these (category, value) pairs is recognised after their erasure."""
    pairs = list(facts)
    tokens = {suppression_token(key, "email", value) for category, value in pairs if category in EMAIL_CATEGORIES}
    if not tokens:
        # Without an address a name alone would refuse namesakes: it counts only with the organisation or function.
        names = [value for category, value in pairs if category == NAME_CATEGORY]
        functions = sorted(value for category, value in pairs if category == FUNCTION)
        tokens = {suppression_token(key, "name", " ".join([name, *functions])) for name in names}
    return tokens

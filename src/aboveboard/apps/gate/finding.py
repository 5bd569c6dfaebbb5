"""Finding people without a readable index: words become blind tokens, and what is found is asked like any look."""

from aboveboard.apps import keys
from aboveboard.core.envelope.blind import SHORTEST, email_token, phone_token, query_tokens, words
from aboveboard.core.envelope.identifiers import IdentifierKind
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Invalid
from aboveboard.core.terms import SubjectId

MOST_FOUND = 50
"""As many as one page shows and one entry names; there is no further page and no total."""


def found_subjects(text: str) -> tuple[SubjectId, ...]:
    """Give at most fifty persons whose name has all words of *text*, or whose whole address it is; nothing is opened.

    Whoever shows anything of them asks the gate about all of them at once, and shows nothing of who is refused.

    Raises:
        Invalid: for fewer than three letters.
    """
    if sum(len(word) for word in words(text)) < SHORTEST:
        raise Invalid(f"A search has {SHORTEST} letters at least.")
    store = keys.store()
    index_key = store.cell_key(KeyKind.INDEX)
    tokens = [email_token(index_key, text)] if "@" in text else query_tokens(index_key, text)
    return tuple(SubjectId(subject) for subject in store.find(tokens, MOST_FOUND))


def found_under(kind: IdentifierKind, compared: str) -> tuple[SubjectId, ...]:
    """Give everybody the index knows under an identifier in its compared form, at most fifty; nothing is opened.

    A name finds also those who have a word of it as the beginning of theirs; whoever opens the names tells them apart.
    """
    store = keys.store()
    index_key = store.cell_key(KeyKind.INDEX)
    if kind is IdentifierKind.EMAIL:
        tokens = [email_token(index_key, compared)]
    elif kind is IdentifierKind.PHONE:
        tokens = [phone_token(index_key, compared)]
    else:
        tokens = query_tokens(index_key, compared.partition("|")[0])
    return tuple(SubjectId(subject) for subject in store.find(tokens, MOST_FOUND))

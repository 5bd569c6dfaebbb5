"""Search tokens whose owner the cell does not know: a death between the key store and the cell leaves them behind.

Whoever takes people in keeps the sweep away until the cell has committed, so that nobody's tokens are taken for such.
Keys left behind stay: nothing was sealed under them, and a cell that is set back must still know whose they were.
"""

from collections.abc import Callable, Iterable

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL, signed_size
from aboveboard.apps.ledger.publishing import stored_head

AT_ONCE = 5000
"""Tokens looked at in one step; a step without orphans is one query."""
_ADVISORY_LOCK = 0x61626F7666  # beside the sequencer's

Token = tuple[int, bytes]
FIRST: Token = (-(2**63), b"")
Busy = Callable[[], bool]
"""Tells whether tokens may stand in the index ahead of their people."""


def keep_sweep_away() -> None:
    """Let no sweep judge tokens until the open transaction ends; on SQLite it is the only one that writes anyway."""
    if rows.is_postgresql():
        rows.fetch("SELECT pg_advisory_xact_lock_shared(%s)", [_ADVISORY_LOCK])


def sweep_step(after: Token, busy: Busy) -> tuple[Token | None, int]:
    """Look at the tokens behind *after* and take out those of nobody; where to go on (None: the end), how many went.

    Nobody is who the cell does not know, or knows as erased. While the database is set back, or others are busy,
    nothing goes and the next step is the same.
    """
    store = keys.store()
    page = store.tokens_after(after, AT_ONCE)
    following = page[-1] if len(page) == AT_ONCE else None
    strangers = _unknown(subject for _, subject in page)
    if not strangers:
        return following, 0
    with transaction.atomic(using=CELL, durable=True):
        if rows.is_postgresql():
            rows.fetch("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        # Nobody is being taken in now: whoever was, when the page was read, is known or never will be.
        if stored_head()[0] < signed_size():
            return after, 0
        if busy():
            return after, 0
        still = _unknown(strangers)
        orphans = [token for token in page if token[1] in still]
        store.unindex(orphans)
    if orphans:
        store.settle()
    return following, len(orphans)


def _unknown(subjects: Iterable[bytes]) -> set[bytes]:
    asked = set(subjects)
    query = "SELECT id FROM vault_person WHERE erased_at IS NULL AND id {}"
    return asked - {bytes(person) for (person,) in rows.select_in(query, list(asked))}

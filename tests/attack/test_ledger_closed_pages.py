"""While the ledger or the keys are out of reach, every page and answer says so, and none of them shows a value."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.evidence import links
from aboveboard.apps.keys.access import root_key_path
from aboveboard.apps.ledger.models import Pending
from tests.attack.test_leaks_faces import begin_visit, browser, bytes_of, seen, show, showings  # noqa: F401 - a fixture
from tests.support.marked import Marked

ALWAYS_TOLD = "The log cannot be written, so nothing is shown"
CLOSED = "The vault is closed for now"


@pytest.fixture(autouse=True)
def _a_real_home(settings: Any) -> None:
    """Pages of a sample home do not stand in a real one."""
    settings.SAMPLE_HOME = False


def read_only() -> Callable[[], None]:
    """The cell's database takes nothing more."""
    _tell("PRAGMA query_only = ON", "SET default_transaction_read_only = on")
    return lambda: _tell("PRAGMA query_only = OFF", "SET default_transaction_read_only = off")


def not_sequenced() -> Callable[[], None]:
    """Nobody has sequenced for more than a minute."""
    Pending.objects.create(id=bytes(16), sealed=b"-", entry_hash=bytes(32), committed_us=1)
    return lambda: (Pending.objects.filter(id=bytes(16)).delete(), None)[1]


def set_back() -> Callable[[], None]:
    """The head outside says that more was signed than the database holds."""
    from django.conf import settings

    head = settings.OPTIONS.outside / "head"
    before = head.read_bytes()
    lines = before.split(b"\n")
    head.write_bytes(b"\n".join([lines[0], b"999999999", *lines[2:]]))
    return lambda: (head.write_bytes(before), None)[1]


def no_root_key() -> Callable[[], None]:
    """The root key is not where it was, and the process was started anew."""
    path = root_key_path()
    kept = path.read_bytes()
    keys.close()
    path.unlink()
    return lambda: (path.write_bytes(kept), None)[1]


def _tell(sqlite: str, postgresql: str) -> None:
    with connections["vault"].cursor() as cursor:
        cursor.execute(sqlite if connections["vault"].vendor == "sqlite" else postgresql)


WAYS = {read_only: ALWAYS_TOLD, not_sequenced: ALWAYS_TOLD, set_back: ALWAYS_TOLD, no_root_key: CLOSED}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_page_and_no_answer_shows_a_value_while_the_ledger_is_closed(seen: Marked, way: Any):  # noqa: F811
    """Each permitted surface, asked as whom it is for: 503, a plain sentence, no value; afterwards all works again."""
    visit = begin_visit(seen)
    link = links.make(seen.customer, datetime.now(UTC))
    assert all(show(seen, name, visit=visit).status_code == 200 for name in showings(seen))
    put_right = way()
    try:
        for name in showings(seen):
            response = show(seen, name, visit=visit)
            body = bytes_of(response)
            assert response.status_code == 503, name
            assert seen.marks.search(name, body) == []
            if not name.startswith("api:"):
                assert WAYS[way].encode() in body, name
        # Beginning a visit writes a row of its own; where that cannot be, the page says the same and begins none.
        assert browser().post(link).status_code in {302, 503}
    finally:
        put_right()
    for name in showings(seen):
        assert seen.marks.is_in(bytes_of(show(seen, name, visit=visit))), name

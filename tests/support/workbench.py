"""One of the cast at the workbench: signed in, and confirmed a moment ago."""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils.timezone import localdate

from aboveboard.apps.signin.models import User
from tests.support.cell import Cell

SENTENCE = {"role": "headquarters-analyst", "entity": "hq", "purpose": "customer-relationship", "categories": ["T01"]}


def came(cell: Cell, login: str, *, confirmed: bool = True) -> Client:
    """One of the cast, signed in; *confirmed*: a moment ago."""
    # Confirmations are counted; tests come faster than people.
    cache.clear()
    client = Client()
    client.force_login(User.objects.get(login=login))
    if confirmed:
        client.post("/account/reauthenticate/", {"password": cell.sign_ins[login].password})
    return client


def proposal(cell: Cell, login: str, **changes: Any) -> dict[str, Any]:
    """What somebody types to propose a grant."""
    until = (localdate() + timedelta(days=30)).isoformat()
    return {**SENTENCE, "until": until, "passphrase": cell.sign_ins[login].passphrase, **changes}


def proposed(cell: Cell, login: str = "analyst-hq") -> str:
    """Propose a grant through the page; the id of the act."""
    answer = came(cell, login).post("/workbench/grants/propose", proposal(cell, login))
    assert answer.headers["Location"].startswith("/workbench/acts/"), answer.content.decode()
    return answer.headers["Location"].rsplit("/", 1)[1]

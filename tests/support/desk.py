"""The desk in a test: somebody of the cast signed in, with people on their accounts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from aboveboard.core.terms import SubjectId
    from tests.support.cell import Cell


def signed_in(login: str = "seller-cz") -> "Client":
    """A browser of one of the cast, signed in."""
    from django.test import Client

    from aboveboard.apps.signin.models import User

    client = Client()
    client.force_login(User.objects.get(login=login))
    return client


def on_account(cell: "Cell", subjects: Sequence["SubjectId"], organisation: str, owner: str = "seller-cz") -> int:
    """Say that people act for an organisation on somebody's account; the organisation's number."""
    from aboveboard.apps.crm.actions import link_contact
    from aboveboard.apps.crm.actions import organisation as found

    now = datetime.now(UTC)
    for subject in subjects:
        link_contact(subject, organisation, now=now, owner=cell.staff(owner))
    return int(found(organisation, now=now).pk)


def entries_waiting() -> int:
    """How many entries are committed and not yet sequenced."""
    from aboveboard.apps.ledger.models import Pending

    return Pending.objects.count()

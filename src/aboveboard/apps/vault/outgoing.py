"""Consequences for the commercial store: written with the deed, sealed, told by a job, and then forgotten here.

The name of an organisation is commercial; that a person belongs to it is told by the person's opaque id alone.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.jobs import actions as jobs
from aboveboard.apps.vault.models import Outgoing, Person
from aboveboard.core import canonical
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, seal_often, unseal_often

CONTACT_JOB = "crm.contact"
"""Kind of the job that tells it; its body holds the id of one row here."""


class Link(NamedTuple):
    """A person by opaque id, and the organisation a source names with them."""

    person: bytes
    organisation: str
    owner: bytes
    """The employee on whose word it was taken in: a new account is theirs."""


def put(links: Sequence[Link], now: datetime) -> None:
    """Keep *links* with the job that tells them, in the open transaction."""
    if not links:
        return
    row_id = os.urandom(16)
    plain = canonical.encode([[link.person.hex(), link.organisation, link.owner.hex()] for link in links])
    key = keys.store().cell_key(KeyKind.CELL)
    Outgoing.objects.create(id=row_id, sealed=seal_often(key, plain, _place_of(row_id)))
    jobs.put(kind=CONTACT_JOB, key=row_id.hex(), body={"outgoing": row_id.hex()}, due_at=now)


def links_of(row_id: bytes) -> list[Link]:
    """Give what is to be told, persons who were erased in the meantime left out; nothing once it was told."""
    row = Outgoing.objects.filter(id=row_id).first()
    if row is None:
        return []
    key = keys.store().cell_key(KeyKind.CELL)
    told = canonical.decode(unseal_often(key, bytes(row.sealed), _place_of(row_id)))
    links = [Link(bytes.fromhex(person), name, bytes.fromhex(owner)) for person, name, owner in told]
    people = Person.objects.filter(id__in=[link.person for link in links], erasing_at=None)
    living = {bytes(person) for person in people.values_list("id", flat=True)}
    return [link for link in links if link.person in living]


def told(row_id: bytes) -> None:
    """Forget what has been told."""
    Outgoing.objects.filter(id=row_id).delete()


def _place_of(row_id: bytes) -> bytes:
    return place(b"aboveboard/outgoing/v1", settings.OPTIONS.cell, row_id)

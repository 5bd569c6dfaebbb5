"""What the commercial store owes the cell: links that imports told, and links that erasures end."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from aboveboard.apps.crm.actions import link_contacts, unlink_people
from aboveboard.apps.jobs.queries import Claim
from aboveboard.apps.vault import outgoing
from aboveboard.apps.vault.queries import erased_since

LOOK_BACK = timedelta(days=40)
"""Longer than a commercial backup lives, so that an old one that was put back forgets again."""


def link_told_contacts(claim: Claim, now: datetime) -> None:
    """Link the persons of one job to their organisations, then forget what was told."""
    row_id = bytes.fromhex(str(claim.body["outgoing"]))
    link_contacts([(link.person, link.organisation, link.owner) for link in outgoing.links_of(row_id)], now=now)
    outgoing.told(row_id)


def unlink_erased(now: datetime) -> int:
    """Forget the opaque ids of persons erased lately; how many links went."""
    return unlink_people(erased_since(now - LOOK_BACK))


DUTIES: tuple[Callable[[datetime], int], ...] = (unlink_erased,)
JOBS: Mapping[str, Callable[[Claim, datetime], None]] = {outgoing.CONTACT_JOB: link_told_contacts}

"""Founding a cell: its row in the ledger, its controller, two signatories and the officer, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from aboveboard.apps.accounts.actions import Appointee, found_staff
from aboveboard.apps.group.actions import enter, go_live
from aboveboard.apps.group.queries import LegalEntity
from aboveboard.apps.ledger.actions import found_cell
from aboveboard.core.errors import Invalid
from aboveboard.core.terms import EntityStanding, StaffId


def found(
    *,
    controller: LegalEntity,
    signatories: Sequence[Appointee],
    officer: Appointee,
    now: datetime,
    sample: bool = False,
) -> Mapping[str, tuple[StaffId, ...]]:
    """Found the cell of *controller*, once; it goes live in the same step where ``live_on`` is given.

    The root key must lie in its place. Gives the staff ids by ``signatories`` and ``officer``.

    Raises:
        Invalid: when the entity is not a controller, or there are fewer than two signatories.
        Conflict: when the cell exists, or something is missing for going live.
    """
    if controller.standing is not EntityStanding.CONTROLLER:
        raise Invalid("A cell is founded by its controller.")
    with transaction.atomic(using="vault"):
        options = settings.OPTIONS
        found_cell(options.cell, options.origin, now, sample=sample)
        staff = found_staff(controller=controller.id, signatories=signatories, officer=officer, now=now)
        enter(entity=replace(controller, live_on=None), act=None, by=None, now=now)
        if controller.live_on is not None:
            go_live(entity=controller.id, on=controller.live_on, act=None, by=None, now=now)
    return staff

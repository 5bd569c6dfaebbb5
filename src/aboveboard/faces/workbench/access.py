"""Who works here: the controller's signatories and officer see everything, a proposer their own proposals."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from aboveboard.apps.accounts.queries import ActRecord, act
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.core.policy.question import Place
from aboveboard.core.terms import EntityId, Role, StaffId
from aboveboard.faces.web.asking import Asker, asker_of, for_staff

P = ParamSpec("P")
ACT_ID_SIZE = 16
DECIDING = frozenset({Role.SIGNATORY, Role.DPO})
PROPOSING = DECIDING | {Role.HQ_ANALYST}


@dataclass(frozen=True, slots=True)
class Worker:
    """Whoever came to the workbench, and what their role and entity make them here."""

    asker: Asker
    staff: StaffId
    controller: EntityId

    @property
    def decides(self) -> bool:
        """Whether they see every act: a signatory or the officer of the controller itself."""
        return self.asker.actor.role in DECIDING and self.asker.actor.entity == self.controller

    @property
    def signs(self) -> bool:
        """Whether they sign for the controller."""
        return self.decides and self.asker.actor.role is Role.SIGNATORY

    @property
    def advises(self) -> bool:
        """Whether they give the officer's opinion."""
        return self.decides and self.asker.actor.role is Role.DPO

    @property
    def place(self) -> Place:
        """The place they act from."""
        return self.asker.place

    def may_see(self, record: ActRecord) -> bool:
        """Whether an act is shown to them: all to those who decide, others their own."""
        return self.decides or record.proposed_by == self.staff


WorkView = Callable[Concatenate[HttpRequest, Worker, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_proposers(view: WorkView[P]) -> View[P]:
    """Let in who may propose; everybody else reads that the page belongs to another role."""
    return _guarded(view, lambda worker: worker.decides or worker.asker.actor.role in PROPOSING)


def for_deciders(view: WorkView[P]) -> View[P]:
    """Let in the controller's signatories and officer only."""
    return _guarded(view, lambda worker: worker.decides)


def act_for(worker: Worker, act_id: str) -> ActRecord:
    """Give the act of an address.

    Raises:
        Http404: when there is none, or none for them.
    """
    try:
        key = bytes.fromhex(act_id)
    except ValueError:
        raise Http404 from None
    record = act(key) if len(key) == ACT_ID_SIZE else None
    if record is None or not worker.may_see(record):
        raise Http404
    return record


def _guarded(view: WorkView[P], may: Callable[[Worker], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        asker = asker_of(request)
        if asker.actor.staff is None:
            raise PermissionDenied
        worker = Worker(asker, asker.actor.staff, snapshot(now=asker.at).register.controller)
        if not may(worker):
            raise PermissionDenied
        return view(request, worker, *args, **kwargs)

    return for_staff(guarded)

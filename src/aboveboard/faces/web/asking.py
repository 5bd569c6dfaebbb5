"""Who asks, from where and when: every face reads it off the request here, and nowhere else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from ipaddress import ip_address
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from aboveboard.apps.gate import places
from aboveboard.apps.gate.snapshot import recent
from aboveboard.core.policy.question import Actor, Place, Question
from aboveboard.core.terms import CategoryId, Operation, PurposeId, StaffId, SubjectId

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Asker:
    """An employee who asks: in which role and entity, from which place, at what moment."""

    actor: Actor
    place: Place
    at: datetime
    seen_under: int = 0

    def question(
        self, operation: Operation, subjects: Iterable[SubjectId], categories: Iterable[str], purpose: str
    ) -> Question:
        """Give the question this asker puts to the gate."""
        named = frozenset(map(CategoryId, categories))
        people = tuple(subjects)
        return Question(self.actor, operation, people, named, PurposeId(purpose), self.place, self.at, self.seen_under)


def now() -> datetime:
    """Give the moment of a request, in UTC."""
    return datetime.now(UTC)


def for_staff(view: View[P]) -> View[P]:
    """Let only signed-in staff through; others are led to the sign-in, with this page to come back to."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # A form cannot be sent again by coming back, so whoever was signed out starts from the front page.
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        staff_of(request)
        return view(request, *args, **kwargs)

    return guarded


def staff_of(request: HttpRequest) -> StaffId:
    """Give the employee behind the sign-in.

    Raises:
        PermissionDenied: when the sign-in belongs to none.
    """
    staff = getattr(request.user, "staff_id", None)
    if staff is None:
        raise PermissionDenied
    return StaffId(bytes(staff))


def asker_of(request: HttpRequest, staff: StaffId | None = None, at: datetime | None = None) -> Asker:
    """Give who asks by this request: the employee signed in, or the one a token names.

    Raises:
        PermissionDenied: when the sign-in belongs to no employee.
        Denied: when the employee is not appointed today.
    """
    at = at or now()
    staff = staff or staff_of(request)
    current = recent(staff, now=at)
    place = places.place_under(current, staff, client_address(request))
    return Asker(current.actor(staff), place, at, current.version)


def actor_of(request: HttpRequest) -> Actor:
    """Give the employee signed in as the rules see them."""
    return asker_of(request).actor


def place_of(request: HttpRequest) -> Place:
    """Give the place the employee signed in acts from."""
    return asker_of(request).place


def client_address(request: HttpRequest) -> str:
    """Give the network address the request came from; a forwarding header counts only behind a declared proxy.

    Each proxy appends whom it heard from, so the chain is read from its end, and the first address that is no
    proxy of ours is the client's: whatever stands further left the client could have written.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    for heard in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _trusted(address):
            break
        address = heard
    return address


def _trusted(address: str) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known.version == network.version and known in network for network in settings.OPTIONS.trusted_proxies)

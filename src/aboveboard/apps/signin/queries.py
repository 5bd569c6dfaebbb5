"""What is asked about sign-ins and tokens; secrets and their hashes never come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aboveboard.apps.signin.models import ApiToken, User
from aboveboard.core.terms import StaffId


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token as its owner sees it in a list."""

    prefix: str
    label: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


def staff_of(login: str) -> StaffId | None:
    """Give the staff id behind an active sign-in, or None."""
    user = User.objects.filter(login=login.strip().lower(), is_active=True).first()
    return None if user is None or user.staff_id is None else StaffId(bytes(user.staff_id))


def login_of(staff: StaffId) -> str | None:
    """Give the login name of a staff member, or None when they have no sign-in."""
    return User.objects.filter(staff_id=staff).values_list("login", flat=True).first()


def tokens_of(staff: StaffId) -> Sequence[TokenRecord]:
    """List the tokens that act for a staff member, newest first."""
    columns = ("prefix", "label", "created_at", "expires_at", "last_used_on", "revoked_at")
    rows = ApiToken.objects.filter(staff_id=staff).order_by("-created_at", "-id").values_list(*columns)
    return tuple(TokenRecord(*row) for row in rows)

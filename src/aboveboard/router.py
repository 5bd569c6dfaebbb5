"""Which store keeps which app: exhaustive, so that nothing lands in a store by accident."""

from typing import Any

from django.db.models import Model

COMMERCIAL = "default"
CELL = "vault"

ROOMS = {
    # Sign-in, sessions and crm: of people outside, opaque ids and nothing else.
    "auth": COMMERCIAL,
    "contenttypes": COMMERCIAL,
    "sessions": COMMERCIAL,
    "account": COMMERCIAL,
    "mfa": COMMERCIAL,
    "signin": COMMERCIAL,
    "crm": COMMERCIAL,
    # Everything else of one controller's jurisdiction.
    "jobs": CELL,
    "ledger": CELL,
    "accounts": CELL,
    "group": CELL,
    "register": CELL,
    "consent": CELL,
    "vault": CELL,
    "gate": CELL,
    "intake": CELL,
    "evidence": CELL,
}


class UnknownRoomError(LookupError):
    """An app has no store yet: name it in ``aboveboard.router.ROOMS``."""


def store_of(app_label: str) -> str:
    """The database alias that keeps *app_label*.

    Raises:
        UnknownRoomError: the app is in no list.
    """
    try:
        return ROOMS[app_label]
    except KeyError:
        message = f"the app {app_label!r} has no store; name it in aboveboard.router.ROOMS"
        raise UnknownRoomError(message) from None


class StoreRouter:
    """Sends each app to its one store and refuses relations across stores."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        """The store the rows of *model* are read from."""
        return store_of(model._meta.app_label)

    def db_for_write(self, model: type[Model], **_hints: Any) -> str:
        """The store the rows of *model* are written to."""
        return store_of(model._meta.app_label)

    def allow_relation(self, one: Model, other: Model, **_hints: Any) -> bool:
        """Rows relate only within one store: no foreign key reaches across."""
        return store_of(one._meta.app_label) == store_of(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Tables are made only in the store of their app."""
        return store_of(app_label) == db

"""Name the room for Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger of a cell."""

    name = "aboveboard.apps.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

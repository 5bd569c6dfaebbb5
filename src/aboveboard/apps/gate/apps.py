"""Name the room for Django."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    """The gate of a cell."""

    name = "aboveboard.apps.gate"
    label = "gate"
    default_auto_field = "django.db.models.BigAutoField"

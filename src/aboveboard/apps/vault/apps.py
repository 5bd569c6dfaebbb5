"""Name the room for Django."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The vault of a cell."""

    name = "aboveboard.apps.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"

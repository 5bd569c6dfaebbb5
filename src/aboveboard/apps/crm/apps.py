"""Name the room for Django."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """Organisations and deals."""

    name = "aboveboard.apps.crm"
    label = "crm"
    default_auto_field = "django.db.models.BigAutoField"

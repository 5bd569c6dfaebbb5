"""The Django application of the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers templates and static files under the label ``desk``."""

    name = "aboveboard.faces.desk"
    label = "desk"
    verbose_name = "Desk"

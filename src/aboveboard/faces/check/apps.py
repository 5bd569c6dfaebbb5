"""The room, as Django finds it."""

from django.apps import AppConfig


class CheckConfig(AppConfig):
    """Brings the scripts and styles of the pages that check."""

    name = "aboveboard.faces.check"
    label = "check"

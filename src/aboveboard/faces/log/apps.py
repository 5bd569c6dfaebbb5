"""The Django application that carries the page of the public log."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    """Registers the templates under the label ``log``."""

    name = "aboveboard.faces.log"
    label = "log"
    verbose_name = "Public log"

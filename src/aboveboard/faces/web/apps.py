"""The Django application that carries the shared templates and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates, static files and template tags under the label ``web``."""

    name = "aboveboard.faces.web"
    label = "web"
    verbose_name = "Shared look"

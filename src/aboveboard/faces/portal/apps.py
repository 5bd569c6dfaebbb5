"""The Django application that carries the person's own page."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers templates and static files under the label ``portal``."""

    name = "aboveboard.faces.portal"
    label = "portal"
    verbose_name = "Own page"

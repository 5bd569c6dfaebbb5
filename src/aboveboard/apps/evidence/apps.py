"""Name the room for Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Evidence of a cell, and the links by which a person reaches theirs."""

    name = "aboveboard.apps.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

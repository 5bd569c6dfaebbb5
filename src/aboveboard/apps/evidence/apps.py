"""Name the room for Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Evidence of a cell, and the links by which a person reaches theirs."""

    name = "aboveboard.apps.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have what persons asked here go with them."""
        from aboveboard.apps.evidence.naming import forget
        from aboveboard.apps.vault.erasing import also

        also(forget)

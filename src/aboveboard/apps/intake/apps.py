"""The room's entry in Django: it tells the vault what else to forget of an erased person."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Files of people come in here."""

    name = "aboveboard.apps.intake"
    label = "intake"

    def ready(self) -> None:
        """Have quarantined values and digests go with the person they are about."""
        from aboveboard.apps.intake.forgetting import forget
        from aboveboard.apps.vault.erasing import also

        also(forget)

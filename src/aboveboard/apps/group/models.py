"""A legal entity of the group and what its staff were told before its people appear in the log."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from aboveboard.core.terms import EntityStanding


class Entity(models.Model):
    """One undertaking of the group; going live without notice and consultation is impossible in the table itself."""

    plain_columns: ClassVar = (
        "id", "legal_name", "country", "standing", "adequacy_scopes", "works_council", "staff_notice_on",
        "consultation_on", "consultation_document", "agreement_on", "serious_reason", "live_on", "entered_by_act",
    )  # fmt: skip
    sealed_columns: ClassVar = ()

    id = models.CharField(max_length=32, primary_key=True)
    legal_name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    standing = models.CharField(max_length=16)
    adequacy_scopes = models.JSONField(default=list)
    works_council = models.BooleanField()
    staff_notice_on = models.DateField(null=True)
    consultation_on = models.DateField(null=True)
    # A reference or digest of the signed document, which lies in the company's file.
    consultation_document = models.CharField(max_length=128, default="")
    agreement_on = models.DateField(null=True)
    serious_reason = models.TextField(default="")
    live_on = models.DateField(null=True)
    entered_by_act = models.BinaryField(max_length=16, null=True)

    class Meta:
        # A comparison with nothing is neither true nor false, and a CHECK lets that pass: each says "not null" too.
        constraints: ClassVar = [
            models.CheckConstraint(
                name="group_entity_standing",
                condition=Q(standing__in=[standing.value for standing in EntityStanding]),
            ),
            models.UniqueConstraint(
                name="group_entity_one_controller",
                fields=["standing"],
                condition=Q(standing=EntityStanding.CONTROLLER.value),
            ),
            models.CheckConstraint(
                name="group_entity_live_after_notice",
                condition=Q(live_on__isnull=True)
                | Q(staff_notice_on__isnull=False, staff_notice_on__lte=F("live_on"))
                & Q(consultation_on__isnull=False, consultation_on__lte=F("live_on"))
                & ~Q(consultation_document=""),
            ),
            models.CheckConstraint(
                name="group_entity_live_after_agreement",
                condition=Q(live_on__isnull=True)
                | ~Q(country="DE", works_council=True)
                | Q(agreement_on__isnull=False, agreement_on__lte=F("live_on")),
            ),
            models.CheckConstraint(
                name="group_entity_live_with_reason",
                condition=Q(live_on__isnull=True) | ~Q(country="CZ") | ~Q(serious_reason=""),
            ),
        ]

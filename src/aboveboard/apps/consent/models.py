"""A consent and an objection: who by opaque id, for which purpose, when; what proves it is named by its digest."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

ID_SIZE = 16
CHANNELS = ("portal", "form", "e-mail", "phone", "in-person", "import")
OUTCOMES = ("upheld", "overruled")
GROUNDS = ("compelling", "legal-claims")


class Consent(models.Model):
    """One consent of one person for one purpose, provable (Art. 7(1)) and withdrawable (Art. 7(3))."""

    plain_columns: ClassVar = (
        "id",
        "person",
        "purpose",
        "explicit_for",
        "wording",
        "channel",
        "recorded_by",
        "evidence_digest",
        "given_at",
        "withdrawn_at",
    )
    sealed_columns: ClassVar = ()

    id = models.BinaryField(max_length=ID_SIZE, primary_key=True)
    person = models.BinaryField(max_length=ID_SIZE, db_index=True)
    purpose = models.CharField(max_length=64)
    # A category of Art. 9 it was explicitly given for, or empty.
    explicit_for = models.CharField(max_length=3, default="")
    wording = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    # The employee who recorded it; null when the person gave it themselves.
    recorded_by = models.BinaryField(max_length=ID_SIZE, null=True)
    # SHA-256 of the signed form or recording, which lies in the vault or the company's file.
    evidence_digest = models.BinaryField(max_length=32, null=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="consent_consent_id_size", condition=Exact(Length("id"), ID_SIZE)),
            models.CheckConstraint(name="consent_consent_person_size", condition=Exact(Length("person"), ID_SIZE)),
            models.CheckConstraint(name="consent_consent_channel", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="consent_consent_order",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
            ),
            models.UniqueConstraint(
                name="consent_consent_one_live",
                fields=["person", "purpose", "explicit_for"],
                condition=Q(withdrawn_at=None),
            ),
        ]


class Objection(models.Model):
    """One objection of one person to one purpose (Art. 21); it holds from its receipt until it is overruled."""

    plain_columns: ClassVar = (
        "id",
        "person",
        "purpose",
        "marketing",
        "received_at",
        "recorded_by",
        "outcome",
        "grounds",
        "resolved_at",
        "resolved_by",
    )
    sealed_columns: ClassVar = ()

    id = models.BinaryField(max_length=ID_SIZE, primary_key=True)
    person = models.BinaryField(max_length=ID_SIZE, db_index=True)
    purpose = models.CharField(max_length=64)
    marketing = models.BooleanField()
    received_at = models.DateTimeField()
    recorded_by = models.BinaryField(max_length=ID_SIZE, null=True)
    outcome = models.CharField(max_length=16, default="")
    grounds = models.CharField(max_length=16, default="")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.BinaryField(max_length=ID_SIZE, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="consent_objection_id_size", condition=Exact(Length("id"), ID_SIZE)),
            models.CheckConstraint(name="consent_objection_person_size", condition=Exact(Length("person"), ID_SIZE)),
            models.CheckConstraint(
                name="consent_objection_resolved_whole",
                condition=Q(outcome="", grounds="", resolved_at=None, resolved_by=None)
                | Q(outcome="upheld", grounds="", resolved_at__isnull=False, resolved_by__isnull=False)
                | Q(
                    outcome="overruled",
                    grounds__in=GROUNDS,
                    resolved_at__isnull=False,
                    resolved_by__isnull=False,
                ),
            ),
            # Art. 21(2)-(3): an objection to direct marketing is absolute.
            models.CheckConstraint(
                name="consent_objection_marketing_absolute",
                condition=Q(marketing=False) | ~Q(outcome="overruled"),
            ),
            models.CheckConstraint(
                name="consent_objection_second_person",
                condition=Q(recorded_by=None) | Q(resolved_by=None) | ~Q(recorded_by=F("resolved_by")),
            ),
            models.UniqueConstraint(
                name="consent_objection_one_open",
                fields=["person", "purpose"],
                condition=Q(resolved_at=None),
            ),
        ]

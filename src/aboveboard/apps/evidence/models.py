"""How a person reaches their own page, by links and visits, and what they asked there: who a reader of theirs is."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

ID_SIZE, DIGEST_SIZE = 16, 32


class PortalLink(models.Model):
    """A link to one person's own page; only the SHA-256 of its token is kept."""

    plain_columns: ClassVar = ("digest", "person", "made_at", "expires_at")
    sealed_columns: ClassVar = ()

    digest = models.BinaryField(primary_key=True, max_length=DIGEST_SIZE)
    person = models.BinaryField(max_length=ID_SIZE)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """No link lasts for ever."""

        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_link_time_boxed", condition=Q(expires_at__gt=F("made_at"))),
        ]


class PortalVisit(models.Model):
    """One visit to a person's own page: who by opaque id, since when; only the SHA-256 of its cookie is kept."""

    plain_columns: ClassVar = ("digest", "person", "began_at", "seen_at")
    sealed_columns: ClassVar = ()

    digest = models.BinaryField(primary_key=True, max_length=DIGEST_SIZE)
    person = models.BinaryField(max_length=ID_SIZE)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)


class NamingRequest(models.Model):
    """A person's question who a reader of theirs is, and the answer; both lie sealed and go with the person's key."""

    plain_columns: ClassVar = ("id", "person", "asked_at", "answer", "answered_at")
    sealed_columns: ClassVar = ("reader", "reason", "told")

    id = models.BinaryField(primary_key=True, max_length=ID_SIZE)
    person = models.BinaryField(max_length=ID_SIZE, db_index=True)
    asked_at = models.DateTimeField()
    reader = models.BinaryField()
    """The reader's pseudonym, under K_log."""
    answer = models.CharField(max_length=8, default="")
    answered_at = models.DateTimeField(null=True)
    reason = models.BinaryField(null=True)
    """Why, under K_log."""
    told = models.BinaryField(null=True)
    """What the employee who is named is told, under their K_actor."""

    class Meta:
        """An answer has its moment."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="evidence_naming_answer",
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=("granted", "refused"), answered_at__isnull=False, reason__isnull=False),
            ),
        ]

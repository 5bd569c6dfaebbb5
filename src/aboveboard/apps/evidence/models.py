"""How a person reaches their own page: links that were sent to them, and visits that began with one."""

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

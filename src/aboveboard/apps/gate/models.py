"""What the gate keeps: grants, each resting on a signed act."""

from django.db import models


class Grant(models.Model):
    """Leave for another entity's role to read categories for a purpose, for a time.

    The act behind it is verified anew
    at each decision that needs it, so a row nobody signed grants nothing.
    """

    plain_columns = (
        "id", "controller", "entity", "role", "purpose", "categories", "valid_from", "valid_until", "revoked_at",
    )  # fmt: skip
    sealed_columns = ()

    id = models.BinaryField(primary_key=True, max_length=16)
    """The id of the act it rests on."""
    controller = models.CharField(max_length=32)
    entity = models.CharField(max_length=32)
    role = models.CharField(max_length=32)
    purpose = models.CharField(max_length=60)
    categories = models.CharField(max_length=400)
    """Category ids, sorted, separated by commas."""
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A grant is time-boxed."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")), name="gate_grant_time_boxed"
            ),
        )

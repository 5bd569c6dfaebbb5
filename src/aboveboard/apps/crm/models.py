"""What the commercial store keeps: organisations, their contacts by opaque id, deals."""

from django.db import models


class Organisation(models.Model):
    """A company or office the group deals with, and the employee whose account it is."""

    plain_columns = ("id", "name", "folded", "country", "owner", "public_body", "created_at")
    sealed_columns = ()

    name = models.CharField(max_length=300)
    folded = models.CharField(max_length=300, unique=True)
    """The name without case, accents and extra spaces: one organisation, once."""
    country = models.CharField(max_length=2, default="")
    owner = models.BinaryField(max_length=16, null=True)
    """Opaque id of the employee."""
    public_body = models.BooleanField(default=False)
    """An office of the state: whoever works there may be an official, which a human confirms."""
    created_at = models.DateTimeField()

    class Meta:
        """Listed by owner."""

        indexes = (models.Index(fields=["owner", "folded"], name="crm_organisation_owner"),)


class Contact(models.Model):
    """A person, by opaque id, who acts for an organisation."""

    plain_columns = ("id", "organisation_id", "person", "linked_at")
    sealed_columns = ()

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person = models.BinaryField(max_length=16, db_index=True)
    linked_at = models.DateTimeField()

    class Meta:
        """Once an organisation."""

        constraints = (models.UniqueConstraint(fields=["organisation", "person"], name="crm_contact_once"),)


class Deal(models.Model):
    """A deal with an organisation; its title is generated from its number."""

    plain_columns = (
        "id", "organisation_id", "owner", "stage", "amount", "currency", "expected_on", "created_at", "closed_at",
    )  # fmt: skip
    sealed_columns = ()

    class Stage(models.TextChoices):
        """How far a deal has come."""

        LEAD = "lead"
        OFFER = "offer"
        NEGOTIATION = "negotiation"
        WON = "won"
        LOST = "lost"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    owner = models.BinaryField(max_length=16, null=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.LEAD)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    expected_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """A closed deal has an end, an open one has none."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(stage__in=("won", "lost"), closed_at__isnull=False)
                | (~models.Q(stage__in=("won", "lost")) & models.Q(closed_at=None)),
                name="crm_deal_closed_when_over",
            ),
        )

    @property
    def title(self) -> str:
        """Give the generated title."""
        return f"D-{self.pk:05d}"

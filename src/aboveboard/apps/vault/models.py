"""What the vault keeps: persons by opaque id, what holds for them, sealed facts, sources, suppression tokens."""

from django.db import models


class Source(models.Model):
    """Where data came from (Art. 14(2)(f)), sealed under the cell's own key; shared by the facts it gave."""

    plain_columns = ("id", "public")
    sealed_columns = ("text",)

    id = models.BinaryField(primary_key=True, max_length=16)
    text = models.BinaryField()
    public = models.BooleanField(default=False)
    """Whether it is a source accessible to the public."""


class Person(models.Model):
    """A human being of whom the cell keeps facts; ``version`` grows with every change a decision could depend on."""

    plain_columns = (
        "id",
        "version",
        "created_at",
        "capacities",
        "notice",
        "exemption",
        "obtained_on",
        "informed_on",
        "contacted_on",
        "restricted_on",
        "relation_ended_on",
        "choices",
        "erasing_at",
        "erased_at",
        "erase_entry",
        "taken_back",
        "collected_directly",
    )
    sealed_columns = ()

    id = models.BinaryField(primary_key=True, max_length=16)
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    capacities = models.CharField(max_length=200)
    """``customer:2024-05-01:,official:2025-10-04:2026-01-31``: capacity, since, until."""
    notice = models.CharField(max_length=10)
    exemption = models.CharField(max_length=10, default="")
    obtained_on = models.DateField()
    informed_on = models.DateField(null=True)
    contacted_on = models.DateField(null=True)
    restricted_on = models.DateField(null=True)
    relation_ended_on = models.DateField(null=True)
    choices = models.TextField(default="")
    """Consents and objections in force, one a line, rewritten from the room ``consent`` by every deed that changes
    them: ``consent|purpose|category|given|withdrawn`` and ``objection|purpose``."""
    erasing_at = models.DateTimeField(null=True)
    """An erasure was decided and committed; start-up finishes it."""
    erased_at = models.DateTimeField(null=True)
    erase_entry = models.BinaryField(max_length=32, null=True)
    """Hash of the erase entry, until it is sequenced and K_log has been shredded too."""
    taken_back = models.BooleanField(default=False, db_default=False)
    """The import that brought them was undone: they are erased, and may be taken in again."""
    collected_directly = models.BooleanField(default=False, db_default=False)
    """The person gave the data themselves, so that the notice was due at once (Art. 13(1))."""

    class Meta:
        """Found at start-up when an erasure was cut short."""

        indexes = (
            models.Index(
                fields=["erasing_at"], name="vault_person_erasing", condition=models.Q(erasing_at__isnull=False)
            ),
        )


class Fact(models.Model):
    """One value about one person: category, purpose, basis, source and term in clear, the value sealed."""

    plain_columns = (
        "id",
        "person_id",
        "category",
        "purpose",
        "basis",
        "retention",
        "source_id",
        "recorded_at",
        "expires_on",
        "exception",
        "cleared",
    )
    sealed_columns = ("sealed",)

    id = models.BinaryField(primary_key=True, max_length=16)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    category = models.CharField(max_length=3)
    purpose = models.CharField(max_length=60)
    basis = models.CharField(max_length=20)
    retention = models.CharField(max_length=40)
    """Retention class of the catalogue; names the facts key it is sealed under."""
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False)
    recorded_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    exception = models.CharField(max_length=20, default="")
    """Art. 9(2) exception claimed; its evidence is sealed with the value."""
    cleared = models.BooleanField(default=True)
    sealed = models.BinaryField()

    class Meta:
        """What is over is looked for again and again; most facts have no day yet."""

        indexes = (
            models.Index(
                fields=["expires_on"], name="vault_fact_expiring", condition=models.Q(expires_on__isnull=False)
            ),
        )


class Suppression(models.Model):
    """A keyed token by which an erased person is not taken in again (Arts 17, 21(3)); says nothing by itself."""

    plain_columns = ("token", "erased_on")
    sealed_columns = ()

    token = models.BinaryField(primary_key=True, max_length=32)
    erased_on = models.DateField()


class Outgoing(models.Model):
    """What the commercial store has yet to learn from the cell, sealed under the cell's own key until it is told."""

    plain_columns = ("id",)
    sealed_columns = ("sealed",)

    id = models.BinaryField(primary_key=True, max_length=16)
    sealed = models.BinaryField()

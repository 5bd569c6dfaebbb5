"""What intake keeps: imports and how far they came, who came with which, quarantined values, notices given."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

RUNNING, DONE, UNDOING, UNDONE = "running", "done", "undoing", "undone"


class Import(models.Model):
    """One file taken in: on whose word, for what, how far it came, and what the report says; no value of it."""

    plain_columns: ClassVar = (
        "id", "token", "state", "order", "ruled", "entity", "relation", "purpose", "notice", "notice_version",
        "notice_on", "exemption", "source", "staff", "started_at", "finished_at", "position", "tally", "report",
        "quarantine_until", "quarantine_ended_at",
    )  # fmt: skip
    sealed_columns: ClassVar = ()

    token = models.BinaryField(max_length=16, unique=True)
    """Owner of the import's own quarantine key."""
    state = models.CharField(max_length=10)
    order = models.BinaryField(max_length=32)
    """Keyed digest of the file and of everything that was said about it: the same again is the same import."""
    ruled = models.BinaryField(max_length=32)
    """Keyed digest of purpose, relation, notice and the fate of each column: the same row changes nothing then."""
    entity = models.CharField(max_length=32)
    relation = models.CharField(max_length=200)
    purpose = models.CharField(max_length=60)
    notice = models.CharField(max_length=10)
    notice_version = models.CharField(max_length=60)
    notice_on = models.DateField(null=True)
    exemption = models.CharField(max_length=10)
    source = models.BinaryField(max_length=16)
    """Id of the vault's source; every fact of this import names it, and no other fact does."""
    staff = models.BinaryField(max_length=16)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    position = models.BigIntegerField(default=0)
    """How many items of the file are dealt with; grows in the transaction that deals with them."""
    tally = models.JSONField(default=dict)
    report = models.JSONField(null=True)
    quarantine_until = models.DateField()
    quarantine_ended_at = models.DateTimeField(null=True)

    class Meta:
        """One import at a time: two would each take the same person for a new one."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                name="intake_import_one_at_a_time", fields=["state"], condition=Q(state__in=(RUNNING, UNDOING))
            ),
        ]


class HeldColumn(models.Model):
    """A column of an import whose values wait in quarantine, the rule that keeps them out, and what was decided."""

    plain_columns: ClassVar = (
        "id", "of_id", "slot", "number", "column", "category", "rule", "reason", "source", "article", "obligation",
        "way_on", "decided_at", "decision", "decided_by",
    )  # fmt: skip
    sealed_columns: ClassVar = ()

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="held")
    slot = models.PositiveSmallIntegerField()
    """Names column and rule inside sealed values."""
    number = models.PositiveIntegerField()
    """Which column of the file."""
    column = models.CharField(max_length=200)
    category = models.CharField(max_length=3)
    """Empty: unknown."""
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    article = models.CharField(max_length=100)
    obligation = models.CharField(max_length=40)
    way_on = models.CharField(max_length=40)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, default="")
    decided_by = models.BinaryField(max_length=16, null=True)

    class Meta:
        """A slot stands for one column and one rule."""

        constraints: ClassVar = [
            models.UniqueConstraint(name="intake_heldcolumn_slot", fields=["of", "slot"]),
        ]


class Quarantined(models.Model):
    """The values of one person that wait: sealed under the import's key and the person's, gone when either is."""

    plain_columns: ClassVar = ("id", "of_id", "person", "slots")
    sealed_columns: ClassVar = ("sealed",)

    id = models.BinaryField(primary_key=True, max_length=16)
    of = models.ForeignKey(Import, on_delete=models.PROTECT, db_index=False)
    person = models.BinaryField(max_length=16, db_index=True)
    slots = models.CharField(max_length=2000)
    """Which columns, by slot, separated by commas: what the person's page shows closed."""
    sealed = models.BinaryField()


class Arrival(models.Model):
    """A row of a file that met or made a person: keyed digests by which they are known when they come again."""

    plain_columns: ClassVar = ("id", "whole", "external", "address", "brought_by", "person", "gained")
    sealed_columns: ClassVar = ()

    whole = models.BinaryField(max_length=16, null=True)
    """Of the whole row."""
    external = models.BinaryField(max_length=16, null=True)
    """Of an external id, with the program it is from and the name."""
    address = models.BinaryField(max_length=32, null=True)
    """Of an e-mail address that is not kept as a fact; the same token that recognises the erased."""
    brought_by = models.BigIntegerField()
    """Number of the import."""
    person = models.BinaryField(max_length=16, db_index=True)
    gained = models.PositiveSmallIntegerField()
    """What the import brought: 0 nothing new but facts, 1 a capacity, 2 the person."""

    class Meta:
        """Looked up by each digest that is there."""

        indexes: ClassVar = [
            models.Index(fields=["whole"], name="intake_arrival_whole", condition=Q(whole__isnull=False)),
            models.Index(fields=["external"], name="intake_arrival_external", condition=Q(external__isnull=False)),
            models.Index(fields=["address"], name="intake_arrival_address", condition=Q(address__isnull=False)),
        ]


class NoticeGiven(models.Model):
    """Which version of the notice a person was given, and when (Arts 5(2), 13, 14)."""

    plain_columns: ClassVar = ("id", "person", "version", "given_on", "marked_at")
    sealed_columns: ClassVar = ()

    person = models.BinaryField(max_length=16, db_index=True)
    version = models.CharField(max_length=60)
    given_on = models.DateField()
    marked_at = models.DateTimeField()

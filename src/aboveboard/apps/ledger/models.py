"""What the ledger keeps: the cell's one row, pending entries, leaves with sealed openings, chains, the head, receipts."""

from django.db import models


class Cell(models.Model):
    """The cell itself: one row; ``governance`` grows with every change a decision could depend on."""

    plain_columns = ("id", "name", "origin", "founded_at", "governance", "sample")
    sealed_columns = ()

    id = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=32)
    origin = models.CharField(max_length=200)
    founded_at = models.DateTimeField()
    governance = models.BigIntegerField(default=1)
    sample = models.BooleanField(default=False)

    class Meta:
        """One row only."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="ledger_cell_is_one"),)


class Pending(models.Model):
    """An entry, committed and sealed, that the sequencer has not yet taken."""

    plain_columns = ("id", "entry_hash", "committed_us")
    sealed_columns = ("sealed",)

    id = models.BinaryField(primary_key=True, max_length=16)
    sealed = models.BinaryField()
    entry_hash = models.BinaryField(max_length=32)
    committed_us = models.BigIntegerField(db_index=True)


class Leaf(models.Model):
    """A line of the log: the public 98 bytes, and the three openings sealed under K_log, K_actor and the leaf's key."""

    plain_columns = ("seq", "data", "subject_label", "month")
    sealed_columns = ("subject", "actor", "audit")

    seq = models.BigIntegerField(primary_key=True)
    data = models.BinaryField(max_length=98)
    subject_label = models.BinaryField(max_length=32, db_index=True)
    month = models.IntegerField()
    subject = models.BinaryField()
    actor = models.BinaryField()
    audit = models.BinaryField()


class Chain(models.Model):
    """How many leaves somebody has, and the hash of their last: ``s`` + person or ``a`` + employee."""

    plain_columns = ("owner", "length", "previous")
    sealed_columns = ()

    owner = models.BinaryField(primary_key=True, max_length=17)
    length = models.BigIntegerField()
    previous = models.BinaryField(max_length=32)


class Head(models.Model):
    """The tree as far as it is sequenced: one row, changed by compare-and-swap on its size."""

    plain_columns = ("id", "size", "root", "edges")
    sealed_columns = ()

    id = models.PositiveSmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    edges = models.BinaryField()
    """The hashes of each level's partial tile, lowest first, each behind its length (2 bytes, big-endian)."""

    class Meta:
        """One row only."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="ledger_head_is_one"),)


class Receipt(models.Model):
    """Where a sequenced entry went: its lowest leaf and how many it has."""

    plain_columns = ("entry_hash", "seq", "leaves", "sequenced_us")
    sealed_columns = ()

    entry_hash = models.BinaryField(primary_key=True, max_length=32)
    seq = models.BigIntegerField()
    leaves = models.IntegerField()
    sequenced_us = models.BigIntegerField()

"""What the ledger keeps: the cell's row, pending entries, leaves with sealed openings, chains, head, receipts."""

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


class Gap(models.Model):
    """A log that ended because the database was set back behind what it had signed; declared by two signatories."""

    plain_columns = ("number", "origin", "size", "root", "kept", "compared", "note", "act", "declared_at")
    sealed_columns = ()

    number = models.PositiveSmallIntegerField(primary_key=True)
    """Of the log that ended: 1 for the first."""
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField()
    """Tree size of the last head it signed."""
    root = models.BinaryField(max_length=32)
    kept = models.BigIntegerField()
    """Its first leaves of which the openings are still there; the lost range is kept..size."""
    compared = models.BooleanField()
    """Whether the published lines of the lost range were there, so that the persons they were about are known."""
    note = models.BinaryField()
    """The last signed checkpoint itself."""
    act = models.BinaryField(max_length=16)
    declared_at = models.DateTimeField()


class GapPerson(models.Model):
    """A person with lines in the lost range: how many looks and changes only the public line remains of."""

    plain_columns = ("id", "gap_id", "person", "lines")
    sealed_columns = ()

    gap = models.ForeignKey(Gap, on_delete=models.PROTECT)
    person = models.BinaryField(max_length=16, db_index=True)
    lines = models.IntegerField()


class FormerLeaf(models.Model):
    """A line of a log that has ended, as `Leaf` held it, with the number of that log."""

    plain_columns = ("id", "log", "seq", "data", "subject_label", "month")
    sealed_columns = ("subject", "actor", "audit")

    log = models.PositiveSmallIntegerField()
    seq = models.BigIntegerField()
    data = models.BinaryField(max_length=98)
    subject_label = models.BinaryField(max_length=32, db_index=True)
    month = models.IntegerField()
    subject = models.BinaryField()
    actor = models.BinaryField()
    audit = models.BinaryField()

    class Meta:
        """A place in a log is taken once."""

        constraints = (models.UniqueConstraint(fields=["log", "seq"], name="ledger_former_leaf_once"),)

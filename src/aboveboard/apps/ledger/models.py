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
    subject_label = models.BinaryField(max_length=32)
    """Found through the index file (`ledger.index`): in the database an index of it was the dearest part of a line."""
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


class LogKey(models.Model):
    """A key of the log since its first rotation; before it there is no row, and the first key signs without an end."""

    plain_columns = ("id", "origin", "number", "vkey", "since", "until")
    sealed_columns = ()

    origin = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField()
    """In the order of rotations, from 1."""
    vkey = models.CharField(max_length=400)
    since = models.DateTimeField(null=True)
    """None for the first key: since the log was opened."""
    until = models.DateTimeField(null=True)
    """When it stops to sign."""

    class Meta:
        """A number in a log is given once, and a key stands there once."""

        constraints = (
            models.UniqueConstraint(fields=["origin", "number"], name="ledger_log_key_number"),
            models.UniqueConstraint(fields=["vkey"], name="ledger_log_key_once"),
        )


class Delay(models.Model):
    """An order by which looks at a person are sealed for a time; it counts once the act it rests on took effect.

    The act names the person by a hash with the nonce alone; both go with the person's log keys (ADR 8).
    """

    plain_columns = ("act", "person", "nonce", "purposes", "renews", "open_by", "ordered_us", "ended_us")
    sealed_columns = ()

    act = models.BinaryField(primary_key=True, max_length=16)
    person = models.BinaryField(max_length=16, null=True, db_index=True)
    nonce = models.BinaryField(max_length=32, null=True)
    purposes = models.CharField(max_length=400)
    """Ids of purposes, separated by commas."""
    renews = models.BinaryField(max_length=16)
    """The act it takes the place of, or nothing."""
    open_by = models.IntegerField()
    """The latest day of opening, in days since 1970-01-01 (UTC)."""
    ordered_us = models.BigIntegerField(null=True)
    """When it took effect; none: it is proposed."""
    ended_us = models.BigIntegerField(null=True)
    """When it was ended before its day, or its renewal took its place."""


class Sealed(models.Model):
    """A look that was sealed, where it stands, and what became of it."""

    plain_columns = ("id", "log", "number", "seq", "act", "person", "open_by", "step", "opened")
    sealed_columns = ()

    log = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    """In the cell's chain of sealed lines of that log."""
    seq = models.BigIntegerField()
    act = models.BinaryField(max_length=16, db_index=True)
    """The order it was sealed under."""
    person = models.BinaryField(max_length=16, null=True)
    open_by = models.IntegerField()
    step = models.BinaryField(max_length=32)
    """Hash of the entry that renewed, opened or carried it last; the next step waits until that one is in the log."""
    opened = models.BooleanField(default=False)
    """Opened, or carried into the next log."""

    class Meta:
        """A number in a log is given once."""

        constraints = (models.UniqueConstraint(fields=["log", "number"], name="ledger_sealed_once"),)
        indexes = (models.Index(name="ledger_sealed_open", fields=["open_by"], condition=models.Q(opened=False)),)


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

"""What the controller has registered; legitimate interest without an assessment is impossible in the table itself."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from aboveboard.core.terms import Capacity, LawfulBasis, TransferTool

BASES = tuple(basis.value for basis in LawfulBasis)
CAPACITIES = tuple(capacity.value for capacity in Capacity)
TOOLS = (TransferTool.CLAUSES.value, TransferTool.BINDING_RULES.value, TransferTool.DEROGATION.value)
ASSESSMENT_KINDS = ("lia", "tia", "dpia")


class Assessment(models.Model):
    """A recorded assessment: legitimate interest, transfer, or impact; live until its review."""

    plain_columns: ClassVar = ("id", "kind", "decided_on", "review_on", "document", "act")
    sealed_columns: ClassVar = ()

    kind = models.CharField(max_length=4)
    decided_on = models.DateField()
    review_on = models.DateField()
    # A reference or digest of the signed document, which lies in the company's file.
    document = models.CharField(max_length=128)
    act = models.BinaryField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="register_assessment_kind", condition=Q(kind__in=ASSESSMENT_KINDS)),
            models.CheckConstraint(name="register_assessment_period", condition=Q(review_on__gt=F("decided_on"))),
        ]


class Purpose(models.Model):
    """One purpose (Art. 30(1)(b)): basis, allow-list by capacity, roles, and the one sentence that says why."""

    plain_columns: ClassVar = (
        "id",
        "controller",
        "basis",
        "allowed",
        "roles",
        "dpv",
        "sentence_en",
        "sentence_cs",
        "assessment_id",
        "ended_on",
        "circumstances",
        "compatible_with",
        "compatibility_test",
        "act",
    )
    sealed_columns: ClassVar = ()

    id = models.CharField(max_length=64, primary_key=True)
    controller = models.CharField(max_length=32)
    basis = models.CharField(max_length=24)
    allowed = models.JSONField()
    roles = models.JSONField()
    dpv = models.CharField(max_length=200)
    sentence_en = models.CharField(max_length=300)
    sentence_cs = models.CharField(max_length=300)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True)
    ended_on = models.DateField(null=True)
    circumstances = models.JSONField(default=list)
    """Conditions of the catalogue it stands for, and ``legal-claims``."""
    compatible_with = models.JSONField(default=list)
    """Purposes whose facts may be used for this one too (Art. 6(4))."""
    # A reference or digest of the signed test, which lies in the company's file.
    compatibility_test = models.CharField(max_length=128, default="")
    act = models.BinaryField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="register_purpose_basis", condition=Q(basis__in=BASES)),
            # Art. 6(1)(f): interest, necessity and balance are assessed before the basis can be chosen.
            models.CheckConstraint(
                name="register_purpose_assessed",
                condition=~Q(basis=LawfulBasis.LEGITIMATE_INTEREST.value) | Q(assessment__isnull=False),
            ),
            # Art. 6(4): another purpose's facts only after a recorded test.
            models.CheckConstraint(
                name="register_purpose_tested", condition=Q(compatible_with=[]) | ~Q(compatibility_test="")
            ),
        ]


class Instrument(models.Model):
    """What a transfer between two entities rests on (Arts 46-47, 49), with its assessment (SCC clause 14)."""

    plain_columns: ClassVar = (
        "id",
        "exporter",
        "importer",
        "tool",
        "valid_from",
        "valid_until",
        "assessment_id",
        "subject",
        "spent_at",
        "act",
    )
    sealed_columns: ClassVar = ()

    exporter = models.CharField(max_length=32)
    importer = models.CharField(max_length=32)
    tool = models.CharField(max_length=24)
    valid_from = models.DateField()
    valid_until = models.DateField()
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True)
    subject = models.BinaryField(max_length=16, null=True)
    """The one person a derogation is for, by opaque id."""
    spent_at = models.DateTimeField(null=True)
    """When a derogation was used; it serves one transfer."""
    act = models.BinaryField(max_length=16, unique=True)

    class Meta:
        constraints: ClassVar = [
            # Art. 49(1): a derogation is for one person; other tools name nobody and are not used up.
            models.CheckConstraint(
                name="register_instrument_of_one",
                condition=Q(tool=TransferTool.DEROGATION.value, subject__isnull=False)
                | Q(~Q(tool=TransferTool.DEROGATION.value), subject=None, spent_at=None),
            ),
            models.CheckConstraint(name="register_instrument_tool", condition=Q(tool__in=TOOLS)),
            models.CheckConstraint(name="register_instrument_period", condition=Q(valid_until__gte=F("valid_from"))),
            models.CheckConstraint(name="register_instrument_two_sides", condition=~Q(exporter=F("importer"))),
        ]


class LiftedDefault(models.Model):
    """A house default lifted for one purpose, capacity and category; the law is never lifted."""

    plain_columns: ClassVar = ("id", "purpose_id", "capacity", "category", "lifted_on", "act")
    sealed_columns: ClassVar = ()

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="lifted")
    capacity = models.CharField(max_length=16)
    category = models.CharField(max_length=3)
    lifted_on = models.DateField()
    act = models.BinaryField(max_length=16, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="register_lifted_once", fields=["purpose", "capacity", "category"]),
            models.CheckConstraint(name="register_lifted_capacity", condition=Q(capacity__in=CAPACITIES)),
        ]

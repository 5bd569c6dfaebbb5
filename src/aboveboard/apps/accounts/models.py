"""Who works with the cell, with which keys, and every act proposed, opined on, signed, refused or applied."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from aboveboard.core.terms import Role

ID_SIZE = 16
STAFF_ROLES = tuple(role.value for role in Role if role is not Role.PERSON)
ACT_KINDS = (
    "grant", "appointment", "role", "entity", "key", "purpose", "instrument", "lift-default", "declare-gap",
    "admission", "delay", "log-key", "naming",
)  # fmt: skip


class Founding(models.Model):
    """The one row that says when this cell was founded and which entity is its controller (GDPR Art. 4(7))."""

    plain_columns: ClassVar = ("id", "controller", "founded_at")
    sealed_columns: ClassVar = ()

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    controller = models.CharField(max_length=32)
    founded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="accounts_founding_once", condition=Q(id=1))]


class Staff(models.Model):
    """One employee: role, entity, unit and workplace in plain, the name sealed under their own key."""

    plain_columns: ClassVar = ("id", "role", "entity", "unit", "workplace", "active_from", "active_until")
    sealed_columns: ClassVar = ("name",)

    id = models.BinaryField(max_length=ID_SIZE, primary_key=True)
    name = models.BinaryField()
    role = models.CharField(max_length=32)
    entity = models.CharField(max_length=32)
    unit = models.CharField(max_length=32)
    workplace = models.CharField(max_length=2)
    active_from = models.DateField()
    active_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_staff_id_size", condition=Exact(Length("id"), ID_SIZE)),
            models.CheckConstraint(name="accounts_staff_role", condition=Q(role__in=STAFF_ROLES)),
            models.CheckConstraint(
                name="accounts_staff_period",
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="accounts_staff_unit", fields=["entity", "unit"])]


class SigningKey(models.Model):
    """One Ed25519 key of an employee; it signs only once an act has put it on record, and until it is retired."""

    plain_columns: ClassVar = (
        "id", "staff_id", "public_key", "salt", "kdf_parameters", "made_at", "on_record_at", "retired_at",
    )  # fmt: skip
    sealed_columns: ClassVar = ("private_key",)

    # SHA-256 of the public key, first 16 bytes: the id names the key and nothing else.
    id = models.BinaryField(max_length=ID_SIZE, primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="signing_keys")
    public_key = models.BinaryField(max_length=32)
    private_key = models.BinaryField()
    salt = models.BinaryField(max_length=16)
    kdf_parameters = models.JSONField()
    made_at = models.DateTimeField()
    on_record_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_key_id_size", condition=Exact(Length("id"), ID_SIZE)),
            models.CheckConstraint(name="accounts_key_public_size", condition=Exact(Length("public_key"), 32)),
            models.UniqueConstraint(
                name="accounts_key_one_on_record",
                fields=["staff"],
                condition=Q(on_record_at__isnull=False, retired_at__isnull=True),
            ),
        ]


class Act(models.Model):
    """One decision of the controller, from proposal to application; the table refuses what two people must not skip."""

    plain_columns: ClassVar = (
        "id", "kind", "controller", "body", "proposed_by", "proposed_at", "proposer_key_id", "proposer_signature",
        "opinion_by", "opinion_at", "opinion_in_favour", "opinion_waived", "signed_by", "signer_key_id",
        "signer_signature", "decided_at", "refused_by", "refused_at", "applied_at",
    )  # fmt: skip
    sealed_columns: ClassVar = ("opinion_reason", "overruling_reason")

    id = models.BinaryField(max_length=ID_SIZE, primary_key=True)
    kind = models.CharField(max_length=16)
    controller = models.CharField(max_length=32)
    # Canonical bytes (core.canonical): what the signatures cover.
    body = models.BinaryField()
    proposed_by = models.BinaryField(max_length=ID_SIZE)
    proposed_at = models.DateTimeField()
    proposer_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    proposer_signature = models.BinaryField(max_length=64)
    opinion_by = models.BinaryField(max_length=ID_SIZE, null=True)
    opinion_at = models.DateTimeField(null=True)
    opinion_in_favour = models.BooleanField(null=True)
    # Sealed under the officer's own key.
    opinion_reason = models.BinaryField(null=True)
    # Why no opinion could be asked for; empty in all ordinary cases.
    opinion_waived = models.CharField(max_length=16, default="")
    signed_by = models.BinaryField(max_length=ID_SIZE, null=True)
    signer_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, null=True, related_name="+")
    signer_signature = models.BinaryField(max_length=64, null=True)
    # Sealed under the signatory's own key.
    overruling_reason = models.BinaryField(null=True)
    decided_at = models.DateTimeField(null=True)
    refused_by = models.BinaryField(max_length=ID_SIZE, null=True)
    refused_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_act_id_size", condition=Exact(Length("id"), ID_SIZE)),
            models.CheckConstraint(name="accounts_act_kind", condition=Q(kind__in=ACT_KINDS)),
            models.CheckConstraint(
                name="accounts_act_opinion_whole",
                condition=Q(opinion_by=None, opinion_at=None, opinion_in_favour=None, opinion_reason=None)
                | Q(opinion_by__isnull=False, opinion_at__isnull=False, opinion_in_favour__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_act_signature_whole",
                condition=Q(signed_by=None, signer_key=None, signer_signature=None, decided_at=None)
                | Q(
                    signed_by__isnull=False,
                    signer_key__isnull=False,
                    signer_signature__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="accounts_act_opinion_first",
                condition=Q(decided_at=None)
                | Q(opinion_at__isnull=False, opinion_at__lte=F("decided_at"))
                | ~Q(opinion_waived=""),
            ),
            models.CheckConstraint(
                name="accounts_act_overruling_reason",
                condition=Q(decided_at=None)
                | Q(opinion_in_favour=None)
                | Q(opinion_in_favour=True)
                | Q(overruling_reason__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_act_two_people",
                condition=Q(signed_by=None) | ~Q(signed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="accounts_act_one_end",
                condition=Q(decided_at=None) | Q(refused_at=None),
            ),
            models.CheckConstraint(
                name="accounts_act_applied_when_signed",
                condition=Q(applied_at=None) | Q(decided_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(name="accounts_act_kind_time", fields=["kind", "proposed_at"])]

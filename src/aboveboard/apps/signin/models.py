"""A sign-in and a token: both lead to an opaque staff id and say nothing else about whom they belong to."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Length, Lower
from django.db.models.lookups import Exact

STAFF_ID_SIZE = 16


class User(AbstractBaseUser):
    """One sign-in of one staff member; without a staff id it opens nothing."""

    plain_columns: ClassVar = ("id", "login", "password", "is_active", "staff_id")
    sealed_columns: ClassVar = ()

    login = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    staff_id = models.BinaryField(max_length=STAFF_ID_SIZE, null=True, unique=True)
    # When somebody last signed in would be a record of their work; it is not kept.
    last_login = None

    objects = BaseUserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="signin_user_login_lower", condition=Exact(Lower("login"), models.F("login"))),
            models.CheckConstraint(
                name="signin_user_staff_id_size",
                condition=models.Q(staff_id__isnull=True) | models.Q(Exact(Length("staff_id"), STAFF_ID_SIZE)),
            ),
        ]


class ApiToken(models.Model):
    """A token for machines, acting for one named staff member; only the hash of its secret is kept."""

    plain_columns: ClassVar = (
        "id", "prefix", "digest", "staff_id", "label", "created_at", "expires_at", "last_used_on", "revoked_at",
    )  # fmt: skip
    sealed_columns: ClassVar = ()

    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    staff_id = models.BinaryField(max_length=STAFF_ID_SIZE, db_index=True)
    label = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="signin_token_digest_size", condition=Exact(Length("digest"), 32)),
            models.CheckConstraint(
                name="signin_token_staff_id_size", condition=Exact(Length("staff_id"), STAFF_ID_SIZE)
            ),
            models.CheckConstraint(
                name="signin_token_expires", condition=models.Q(expires_at__gt=models.F("created_at"))
            ),
        ]

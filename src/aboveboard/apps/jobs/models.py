"""One piece of work for later; what it is about is named by opaque ids only."""

from typing import ClassVar

from django.db import models


class Job(models.Model):
    """Work of one kind, due at a time; claimed by one worker until its claim runs out."""

    plain_columns: ClassVar = (
        "id", "kind", "key", "body", "due_at", "attempts", "claimed_until", "done_at", "given_up_at", "last_error_code",
    )  # fmt: skip
    sealed_columns: ClassVar = ()

    kind = models.CharField(max_length=40)
    # The same kind and key is the same work: putting it again changes nothing.
    key = models.CharField(max_length=80)
    body = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error_code = models.CharField(max_length=40, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="jobs_job_once", fields=["kind", "key"]),
            models.CheckConstraint(
                name="jobs_job_one_end",
                condition=models.Q(done_at__isnull=True) | models.Q(given_up_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="jobs_job_open",
                fields=["due_at", "id"],
                condition=models.Q(done_at__isnull=True, given_up_at__isnull=True),
            ),
        ]

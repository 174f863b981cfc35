"""Rows of imports. Written only by actions of this package."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ImportRun(models.Model):
    """One file: its dry run, how far applying it is, what came of it. The bytes are forgotten when it is done."""

    PLANNED, RUNNING, DONE, CANCELLED, FAILED = "planned", "running", "done", "cancelled", "failed"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, db_index=True)  # sha256 of the file
    data = models.BinaryField(null=True)
    choices = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)  # Plan.summary()
    faults = models.JSONField(default=list)  # the first of them; the rest is in the export
    status = models.CharField(max_length=10, default=PLANNED)
    whole = models.BooleanField(default=False)  # all or nothing
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    error = models.JSONField(default=dict)  # {zh, en} when it failed
    by = models.BigIntegerField()
    by_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["planned", "running", "done", "cancelled", "failed"]), name="import_status"
            )
        ]
        indexes = [models.Index(fields=["-id", "by"], name="import_recent")]

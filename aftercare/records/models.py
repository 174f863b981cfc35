"""Registers: every finished sheet is a row, findable by its form, case, customer and store."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Record(models.Model):
    """One sheet filled in. `values` are the open part, `personal` what an erasure wipes; both raw JSON."""

    form = models.CharField(max_length=64)
    case_id = models.BigIntegerField()
    number = models.CharField(max_length=64)  # of the case
    key = models.CharField(max_length=96)  # of the task
    outcome = models.CharField(max_length=64)
    store_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)  # who filled it in
    at = models.DateTimeField()
    values = models.JSONField()
    personal = models.JSONField(default=dict)
    corrected_at = models.DateTimeField(null=True)
    round = models.IntegerField(default=1)

    class Meta:
        db_table = "records_record"
        constraints = [models.UniqueConstraint(fields=["case_id", "key", "round"], name="records_once")]
        indexes = [
            models.Index(fields=["form", "-at"], name="records_form_at"),
            models.Index(fields=["form", "store_id", "-at"], name="records_form_store"),
            models.Index(fields=["customer_id"], name="records_customer"),
            GinIndex(fields=["values"], name="records_values", opclasses=["jsonb_path_ops"]),
        ]

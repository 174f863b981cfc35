"""Findings as rows: an index over the events, so that they can be listed by person, month, clause and store."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

STATES = ("standing", "appealed", "upheld", "dropped")


class FindingRow(models.Model):
    """What one event found against one person. `amount`: what the person bears, in fen; `finding`: id of the table,
    or `check`, `correction`, `by_hand`. What people wrote stands in the personal part of the event."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE)
    seq = models.IntegerField()
    finding = models.CharField(max_length=64)
    kind = models.CharField(max_length=64, blank=True)
    element = models.CharField(max_length=96, blank=True)
    person_id = models.BigIntegerField(null=True)
    store_id = models.BigIntegerField()
    clauses = ArrayField(models.CharField(max_length=16), default=list)
    amount = models.BigIntegerField(null=True)
    severe = models.BooleanField(default=False)
    undecided = models.BooleanField(default=False)  # no row of the table held: a person must look at it
    state = models.CharField(max_length=8, default="standing")
    appeal_until = models.DateTimeField(null=True)
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        db_table = "cases_finding"
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_finding_once")]
        indexes = [
            models.Index(fields=["person_id", "day"], name="cases_finding_person"),
            models.Index(fields=["store_id", "day"], name="cases_finding_store"),
            models.Index(fields=["-at", "-id"], name="cases_finding_at"),
            GinIndex(fields=["clauses"], name="cases_finding_clauses"),
        ]

"""Money that is owed and has not moved yet: promised compensation, penalties, fees that a handbook works out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Owed(models.Model):
    """`payer` owes `payee` an amount, because of a case. Settled once, by an entry where the company is a side of it,
    or dropped with a reason; never changed otherwise. `kind` is a word of the handbook."""

    OPEN, SETTLED, DROPPED = "open", "settled", "dropped"

    kind = models.CharField(max_length=60)
    store_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    case_number = models.CharField(max_length=64)
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="owed")
    payer_kind = models.CharField(max_length=20)
    payer_id = models.BigIntegerField(null=True)
    payee_kind = models.CharField(max_length=20)
    payee_id = models.BigIntegerField(null=True)
    amount = models.BigIntegerField()  # fen
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)  # what else the handbook gives
    clauses = models.JSONField(default=list)
    promised_on = models.DateField()
    promised_by = models.BigIntegerField()
    promised_by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, default=OPEN)
    entry = models.OneToOneField("money.Entry", null=True, on_delete=models.PROTECT, related_name="settles")
    ended_on = models.DateField(null=True)
    ended_by = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="owed_above_zero"),
            models.CheckConstraint(condition=Q(state__in=("open", "settled", "dropped")), name="owed_state"),
        ]
        indexes = [
            models.Index(fields=["store_id", "state", "id"], name="owed_store"),
            models.Index(fields=["case_id"], name="owed_case"),
        ]

"""Rows of money. Written only by actions of this package; an entry is never changed, a mistake is reversed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercare.money.owed_models import Owed

__all__ = ["WAYS", "Entry", "Owed"]

WAYS = ("cash", "card", "transfer", "mobile")


class Entry(models.Model):
    """One movement of money. A refund, what the company pays out, and a reversal of a wrong entry have
    negative amounts."""

    PAYMENT, REFUND, REVERSAL, PAYOUT = "payment", "refund", "reversal", "payout"

    kind = models.CharField(max_length=10)
    store_id = models.BigIntegerField()
    payer_kind = models.CharField(max_length=20, default="customer")  # customer, company, person, supplier, carrier
    payer_id = models.BigIntegerField(null=True)
    payee_kind = models.CharField(max_length=20, default="company")
    payee_id = models.BigIntegerField(null=True)
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="entries")
    case_id = models.BigIntegerField(null=True)
    charge = models.CharField(max_length=60, blank=True)  # id in the handbook
    part = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()  # fen; positive: the payer paid the payee
    way = models.CharField(max_length=10)
    happened_on = models.DateField()
    taken_by = models.BigIntegerField()
    taken_by_name = models.CharField(max_length=80)
    voucher = models.CharField(max_length=60, blank=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="payment", amount__gt=0)
                | Q(kind__in=("refund", "payout"), amount__lt=0)
                | Q(kind="reversal", reverses__isnull=False),
                name="entry_sign",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="entry_not_zero"),
            models.CheckConstraint(condition=Q(way__in=WAYS), name="entry_way_known"),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(case_id__isnull=False), name="entry_for_something"
            ),
            models.UniqueConstraint(
                fields=["store_id", "voucher"],
                condition=~Q(voucher="") & Q(kind="payment", replaces__isnull=True),
                name="one_voucher",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="entry_of_order"),
            models.Index(fields=["case_id", "id"], name="entry_of_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["store_id", "happened_on", "id"], name="entry_day"),
        ]

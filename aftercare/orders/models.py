"""Rows of the catalogue and of orders. Written only by actions of this package."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class PriceList(models.Model):
    """One loading of prices: who brought which file when. The same file twice is the same list."""

    name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField()
    loaded_by = models.BigIntegerField()
    loaded_by_name = models.CharField(max_length=80)
    products = models.PositiveIntegerField(default=0)  # how many products it changed or added


class Product(models.Model):
    """What can be sold. Orders keep their own copy of name, spec and price: the catalogue may change."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=60, blank=True)
    list_price = models.BigIntegerField()  # fen
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    find = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(list_price__gte=0), name="product_price_not_negative")]
        indexes = [GinIndex(fields=["find"], name="product_find", fastupdate=False)]


class ListPrice(models.Model):
    """The price of a product as a list gave it: what it was when an old order was written."""

    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    price = models.BigIntegerField()  # fen

    class Meta:
        constraints = [models.UniqueConstraint(fields=["price_list", "product"], name="one_list_price")]


class Order(models.Model):
    """What a customer was promised. `delivery_date` is null until it is agreed."""

    OPEN, DELIVERED, CANCELLED = "open", "delivered", "cancelled"

    number = models.CharField(max_length=60, unique=True)
    store = models.ForeignKey("people.Store", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="orders")
    salesperson = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    ordered_on = models.DateField()
    delivery_date = models.DateField(null=True, blank=True)
    address = models.JSONField(default=dict)  # {province, city, district, street, building, door, text}
    total = models.BigIntegerField(default=0)  # fen
    deposit = models.BigIntegerField(default=0)  # fen agreed, not what was paid
    payment = models.CharField(max_length=20, blank=True)  # cash, card, transfer, mobile
    note = models.TextField(blank=True)
    status = models.CharField(max_length=10, default=OPEN)
    cancel_reason = models.TextField(blank=True)
    issued_at = models.DateTimeField(null=True)  # the contract went out: changes now need a reason
    written_by = models.BigIntegerField()  # who answers for what it says
    written_by_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    case_id = models.BigIntegerField(null=True, db_index=True)  # the case running it
    import_run = models.BigIntegerField(null=True)
    find = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0) & Q(deposit__gte=0), name="order_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "delivered", "cancelled"]), name="order_status_known"
            ),
        ]
        indexes = [
            GinIndex(fields=["find"], name="order_find", fastupdate=False),
            models.Index(fields=["store", "-ordered_on", "-id"], name="order_recent"),
            models.Index(fields=["-ordered_on", "-id"], name="order_recent_all"),
            models.Index(fields=["customer", "-ordered_on"], name="order_of_customer"),
            models.Index(fields=["delivery_date", "id"], name="order_open_by_date", condition=Q(status="open")),
        ]


class OrderLine(models.Model):
    """One kind of goods on an order. `key` stays with the line when others are added or taken out."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    n = models.PositiveIntegerField()
    key = models.CharField(max_length=12)
    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    qty = models.DecimalField(max_digits=12, decimal_places=3)
    list_price = models.BigIntegerField(null=True)  # fen when it was written; null when not in the catalogue
    price = models.BigIntegerField()  # fen
    amount = models.BigIntegerField()  # fen
    note = models.TextField(blank=True)
    delivered_qty = models.DecimalField(max_digits=12, decimal_places=3, default=0)

    class Meta:
        ordering = ["n"]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="one_line_key"),
            models.UniqueConstraint(
                fields=["order", "n"], name="one_line_number", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(qty__gt=0) & Q(price__gte=0), name="line_positive"),
            models.CheckConstraint(
                condition=Q(delivered_qty__gte=0) & Q(delivered_qty__lte=F("qty")), name="line_delivered_within"
            ),
        ]


class OrderChange(models.Model):
    """One field of an order as it was and as it became. Never changed, never deleted."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.BigIntegerField()
    by_name = models.CharField(max_length=80)
    field = models.CharField(max_length=80)  # "address", "lines.k1.price", "status"
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    after_issue = models.BooleanField(default=False)  # the contract had gone out: an error to count
    responsible = models.BigIntegerField()  # who wrote what is corrected
    responsible_name = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["order", "id"], name="order_change_of"),
            models.Index(fields=["responsible", "at"], name="order_change_counted", condition=Q(after_issue=True)),
        ]


class OrderSeries(models.Model):
    """The last number given in a store on a day: counted there, so that stores do not wait for each other."""

    store_id = models.BigIntegerField()
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store_id", "day"], name="one_order_series")]

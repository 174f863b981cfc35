"""Tables of customers. Phones and addresses are rows of their own; what is searched lies apart from what is edited."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class Customer(models.Model):
    """Who buys. `version` grows with every change and guards against silent overwriting."""

    PERSON, COMPANY = "person", "company"
    GENDERS = ("", "female", "male")
    MARKS = ("", "vip", "blacklist")

    full_name = models.TextField()
    pinyin = models.TextField(default="", blank=True)
    initials = models.TextField(default="", blank=True)
    kind = models.TextField(default=PERSON)
    store = models.ForeignKey("people.Store", models.PROTECT, null=True)
    gender = models.TextField(default="", blank=True)
    # "1980-02-30" or "02-30": a text, because the lunar calendar has a 30 February and the year is often not told.
    birthday = models.TextField(default="", blank=True)
    birthday_lunar = models.BooleanField(default=False)
    mark = models.TextField(default="", blank=True)
    mark_reason = models.TextField(default="", blank=True)
    notes = models.TextField(default="", blank=True)
    consent = models.JSONField(default=dict)
    family_size = models.PositiveSmallIntegerField(null=True)
    filed_on = models.DateField(null=True)  # the day the file was made; none: there is no file yet
    file_number = models.TextField(default="", blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    erased_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.BigIntegerField()
    changed_by_name = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["store", "-changed_at"], name="customers_by_store"),
            models.Index(fields=["full_name"], name="customers_by_name"),
            models.Index(fields=["store"], name="customers_no_birthday", condition=Q(birthday="", kind="person")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["person", "company"]), name="customers_kind"),
            models.CheckConstraint(condition=Q(mark__in=["", "vip", "blacklist"]), name="customers_mark"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="customers_not_into_self"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Phone(models.Model):
    """`typed` as it came; `e164` to compare; `digits` as dialled at home."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phones")
    typed = models.TextField()
    e164 = models.TextField()
    digits = models.TextField()
    tail4 = models.TextField()
    label = models.TextField(default="", blank=True)
    primary = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["e164"], name="customers_phone_e164")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "e164"], name="customers_phone_once"),
            models.UniqueConstraint(fields=["customer"], condition=Q(primary=True), name="customers_phone_primary"),
        ]


class Address(models.Model):
    """Parts as known and the whole as written (`text`). `is_findable`: street, building and door are given."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    text = models.TextField()
    province = models.TextField(default="", blank=True)
    city = models.TextField(default="", blank=True)
    district = models.TextField(default="", blank=True)
    street = models.TextField(default="", blank=True)
    building = models.TextField(default="", blank=True)
    door = models.TextField(default="", blank=True)
    is_findable = models.BooleanField(default=False)
    label = models.TextField(default="", blank=True)
    primary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(primary=True), name="customers_address_primary")
        ]


class Relation(models.Model):
    """Family or company: `other` is the `word` ("配偶", "spouse", "employer") of `customer`."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="related")
    word = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "other"], name="customers_relation_once"),
            models.CheckConstraint(condition=~Q(customer=F("other")), name="customers_relation_two"),
        ]


class SpecialDay(models.Model):
    """A day of the year that means something to a customer: "10-01", by the solar or the lunar calendar."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="special_days")
    name = models.TextField()
    day = models.CharField(max_length=5)
    lunar = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["day"], name="customers_special_day")]
        constraints = [models.UniqueConstraint(fields=["customer", "name"], name="customers_special_day_once")]


class Change(models.Model):
    """One field before and after, by whom, and where that was learnt: `source` {kind, id, number, name: {zh, en}}."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=32)
    old = models.TextField(default="", blank=True)
    new = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    by_name = models.TextField()
    source = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="customers_changes")]


class Contact(models.Model):
    """Somebody of the house was in touch with a customer: how, why, what was said."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    about = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    store_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    by_name = models.TextField()
    source = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-at"], name="customers_contacts"),
            models.Index(fields=["kind", "-at"], name="customers_contacts_by_kind"),
        ]


class SearchEntry(models.Model):
    """What a customer is found by: pieces for the index, three texts for the exact check. See terms.py."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="entry")
    store_id = models.BigIntegerField(null=True)
    grams = ArrayField(models.TextField())
    plain = models.TextField()
    coded = models.TextField()
    digits = models.TextField()

    class Meta:
        # Inserts collect in a list that every search walks too. It stays short: 64 kB by the settings of a connection,
        # and a bulk entry empties it (`bulk.gathered`).
        indexes = [GinIndex(fields=["grams"], name="customers_grams")]


class MergeRecord(models.Model):
    """What a merge moved and what was there before, so that it can be undone. Emptied when a customer is erased."""

    kept = models.ForeignKey(Customer, models.CASCADE, related_name="merges")
    dropped = models.ForeignKey(Customer, models.CASCADE, related_name="merged_by")
    before = models.JSONField()  # field -> value of the kept one before
    after = models.JSONField()  # the same fields as the merge left them
    moved = models.JSONField()  # kind -> ids that went from the dropped to the kept one
    effects = models.JSONField(default=dict)  # package -> what it needs to undo its part
    merged_at = models.DateTimeField()
    merged_by = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True)

"""Tables of figures: what lists read of a case, promises as they ended, and sums by day. All can be rebuilt."""

from __future__ import annotations

from django.db import models


class CaseRow(models.Model):
    """What lists ask of a case beside its own columns; kept by a trigger, so that its large state is not read."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, primary_key=True)
    shown_status = models.CharField(max_length=64, default="")
    values = models.JSONField(default=dict)
    papers = models.JSONField(default=dict)  # document -> {issues, at, copies: {copy: {holder, pending, at}}}

    class Meta:
        db_table = "measures_case"


class Promise(models.Model):
    """A deadline that came to its end: kept, or broken. `round` counts how often it was armed."""

    case_id = models.BigIntegerField()
    element = models.CharField(max_length=96)
    round = models.IntegerField()
    store_id = models.BigIntegerField()
    procedure = models.CharField(max_length=64)
    person_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=6)  # kept | broken
    due_at = models.DateTimeField()
    at = models.DateTimeField()  # when that was known
    day = models.DateField()

    class Meta:
        db_table = "measures_promise"
        constraints = [models.UniqueConstraint(fields=["case_id", "element", "round"], name="measures_promise_once")]
        indexes = [models.Index(fields=["day", "kind", "store_id"], name="measures_promise_day")]


class Sum(models.Model):
    """How much of a source fell on a day (or in a month: `span`), per store (0 = all) and part."""

    source = models.CharField(max_length=160)
    part = models.CharField(max_length=64)  # what it is split by: all, clause, person ...
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    store_id = models.BigIntegerField()
    span = models.CharField(max_length=1)  # d | m
    day = models.DateField()
    n = models.BigIntegerField()
    total = models.DecimalField(max_digits=24, decimal_places=4)

    class Meta:
        db_table = "measures_sum"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "part", "store_id", "span", "day", "key", "kind"], name="measures_sum_once"
            )
        ]


class Built(models.Model):
    """Until which day the sums of a source are kept; later days are counted from the rows themselves."""

    source = models.CharField(max_length=160, primary_key=True)
    topic = models.CharField(max_length=80, db_index=True)  # marks, promises, form:ID
    until = models.DateField()

    class Meta:
        db_table = "measures_built"


class Touched(models.Model):
    """A day whose sums are kept although its rows changed since: counted anew by the worker, live until then."""

    topic = models.CharField(max_length=80)
    day = models.DateField()

    class Meta:
        db_table = "measures_touched"


class Load(models.Model):
    """Open work by role and person as it was a moment ago, so that nobody waits for the counting."""

    store_id = models.BigIntegerField()
    role = models.CharField(max_length=64, default="")
    person_id = models.BigIntegerField(null=True)
    open = models.IntegerField()
    late = models.IntegerField()
    today = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "measures_load"


class MonthlyReport(models.Model):
    """A report of a month as it was made: its figures frozen, its paper and workbook under their hashes."""

    handbook = models.CharField(max_length=64)
    report = models.CharField(max_length=64)
    month = models.DateField()  # its first day
    title = models.JSONField()
    data = models.JSONField()
    pdf = models.CharField(max_length=64)
    pdf_en = models.CharField(max_length=64)
    xlsx = models.CharField(max_length=64)
    xlsx_en = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        db_table = "measures_report"
        constraints = [models.UniqueConstraint(fields=["handbook", "report", "month"], name="measures_report_once")]

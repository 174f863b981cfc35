"""Tables of cases. Rows are written by `cases.store` alone; events are never changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from aftercare.cases.finding_models import FindingRow as FindingRow


class HandbookVersion(models.Model):
    """A handbook as it was loaded: all its files, so that a case keeps the version it began with."""

    hash = models.CharField(max_length=64, primary_key=True)
    handbook = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    files = models.JSONField()
    loaded_at = models.DateTimeField()
    loaded_by = models.BigIntegerField(default=0)
    live = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_handbook"
        constraints = [
            models.UniqueConstraint(fields=["handbook"], condition=Q(live=True), name="cases_one_live_version")
        ]


class Epoch(models.Model):
    """One row whose number grows when a handbook, setting, dial or calendar changes: caches are refreshed by it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    n = models.BigIntegerField(default=1)

    class Meta:
        db_table = "cases_epoch"


class Setting(models.Model):
    """A figure of a handbook changed by the company, or by one store of it."""

    handbook = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    store_id = models.BigIntegerField(null=True)
    value = models.JSONField()
    at = models.DateTimeField()
    by = models.BigIntegerField()

    class Meta:
        db_table = "cases_setting"
        indexes = [models.Index(fields=["handbook", "name", "at"], name="cases_setting_at")]


class Dial(models.Model):
    """How strictly a clause is taken, per store and from a date; the latest row that applies decides."""

    handbook = models.CharField(max_length=64)
    clause = models.CharField(max_length=16)  # "" = every clause
    store_id = models.BigIntegerField(null=True)
    level = models.CharField(max_length=8, choices=[(x, x) for x in ("observe", "warn", "refuse")])
    since = models.DateField()
    at = models.DateTimeField()
    by = models.BigIntegerField()

    class Meta:
        db_table = "cases_dial"


class Number(models.Model):
    """The last number used in a series, per store and period."""

    series = models.CharField(max_length=64)
    store_id = models.BigIntegerField()
    period = models.CharField(max_length=16)
    last = models.IntegerField()

    class Meta:
        db_table = "cases_number"
        constraints = [models.UniqueConstraint(fields=["series", "store_id", "period"], name="cases_number_once")]


class Case(models.Model):
    """One run of a procedure. `state` is the fold of its events, kept so that a command need not read them."""

    number = models.CharField(max_length=64)
    handbook = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    procedure = models.CharField(max_length=64)
    store_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    opener_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)
    next_due = models.DateTimeField(null=True)
    overdue = models.BooleanField(default=False)
    flags = ArrayField(models.CharField(max_length=64), default=list)
    seq = models.IntegerField()
    state = models.JSONField()
    head = models.BinaryField(max_length=32)

    class Meta:
        db_table = "cases_case"
        constraints = [models.UniqueConstraint(fields=["number"], name="cases_number_unique")]
        indexes = [
            models.Index(fields=["status", "next_due"], name="cases_status_due"),
            models.Index(fields=["store_id", "status", "next_due"], name="cases_store_due"),
            models.Index(fields=["customer_id"], name="cases_customer"),
            models.Index(fields=["subject_kind", "subject_id"], name="cases_subject"),
            models.Index(fields=["procedure", "status", "opened_at"], name="cases_procedure"),
            GinIndex(fields=["flags"], name="cases_flags", condition=~Q(flags=[])),
        ]


class Event(models.Model):
    """What happened in a case: numbered, chained by hash, never changed (a trigger sees to it)."""

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=32)
    entered_at = models.DateTimeField()
    data = models.JSONField()
    digest = models.BinaryField(max_length=32, null=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "cases_event"
        indexes = [models.Index(fields=["kind", "entered_at"], name="cases_event_kind")]


class EventPersonal(models.Model):
    """The personal part of an event, erasable: the chain holds only its salted digest."""

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    salt = models.BinaryField(max_length=16)
    data = models.JSONField()

    class Meta:
        db_table = "cases_event_personal"


class OpenTask(models.Model):
    """A task that stands open or planned: the rows of My day. An index over state, rebuilt at will."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    key = models.CharField(max_length=96)
    task = models.CharField(max_length=64)
    procedure = models.CharField(max_length=64)
    state = models.CharField(max_length=8)  # open | planned
    store_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    roles = ArrayField(models.CharField(max_length=64))
    assignee_id = models.BigIntegerField(null=True)
    waiting = ArrayField(models.CharField(max_length=64), default=list)  # parties whose mark is missing
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    overdue = models.BooleanField(default=False)
    round = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_open_task"
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="cases_open_task_once")]
        indexes = [
            models.Index(fields=["assignee_id", "due_at"], name="cases_task_assignee"),
            models.Index(fields=["store_id", "due_at"], name="cases_task_store"),
            GinIndex(fields=["roles"], name="cases_task_roles"),
            GinIndex(fields=["waiting"], name="cases_task_waiting", condition=~Q(waiting=[])),
        ]


class PendingCopy(models.Model):
    """A copy handed over whose receiver has not confirmed yet."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    document = models.CharField(max_length=64)
    copy = models.CharField(max_length=16)
    holder = models.CharField(max_length=64)
    store_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_pending_copy"
        constraints = [models.UniqueConstraint(fields=["case", "document", "copy"], name="cases_pending_copy_once")]


class Deadline(models.Model):
    """A moment the clock must act on. Fired exactly once, never early."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    element = models.CharField(max_length=96)
    level = models.CharField(max_length=16)
    round = models.IntegerField()
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    fired_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_deadline"
        constraints = [
            models.UniqueConstraint(fields=["case", "element", "level", "round"], name="cases_deadline_once")
        ]
        indexes = [models.Index(fields=["at"], name="cases_deadline_due", condition=Q(fired_at=None))]


class Started(models.Model):
    """A case that the calendar opens, once per store and period; `case` stays empty where there was no reason to."""

    handbook = models.CharField(max_length=64)
    procedure = models.CharField(max_length=64)
    every = models.CharField(max_length=8)
    store_id = models.BigIntegerField()
    period = models.DateField()  # its first day
    case_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_started"
        constraints = [
            models.UniqueConstraint(
                fields=["handbook", "procedure", "every", "store_id", "period"], name="cases_started_once"
            )
        ]


class Mark(models.Model):
    """How a clause fared in one event: kept, broken, refused, observed. Figures are sums over these rows."""

    clause = models.CharField(max_length=16)
    kind = models.CharField(max_length=10)
    store_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    seq = models.IntegerField(null=True)
    procedure = models.CharField(max_length=64)
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        db_table = "cases_mark"
        indexes = [
            models.Index(fields=["day", "clause", "kind"], name="cases_mark_day"),
            models.Index(fields=["case_id"], name="cases_mark_case"),
        ]


class RefusalRow(models.Model):
    """A command that was refused: who, what, which clause, why. Kept outside the chain."""

    case_id = models.BigIntegerField(null=True)
    store_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField()
    verb = models.CharField(max_length=16)
    element = models.CharField(max_length=96)
    code = models.CharField(max_length=64)
    clauses = ArrayField(models.CharField(max_length=16))
    faults = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_refusal"
        indexes = [models.Index(fields=["at"], name="cases_refusal_at")]


class DailyRoot(models.Model):
    """One hash over the heads of all chains that grew on a day."""

    day = models.DateField(primary_key=True)
    cases = models.IntegerField()
    root = models.BinaryField(max_length=32)

    class Meta:
        db_table = "cases_daily_root"

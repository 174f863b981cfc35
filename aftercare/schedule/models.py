"""Tables of the calendar. Entries follow from cases and are rebuilt at will; feeds are secret addresses of people."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One job on one day. `lane` "" = not planned yet; a person as a lane is "person:ID". No times: the whole day."""

    case_id = models.BigIntegerField()
    key = models.CharField(max_length=160)  # the calendar entry of the procedure, with the task where it stands by one
    number = models.CharField(max_length=64)  # of the case
    handbook = models.CharField(max_length=64)
    procedure = models.CharField(max_length=64)
    entry = models.CharField(max_length=64)
    task = models.CharField(max_length=96, default="")  # key of the task it stands by
    store_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    day = models.DateField()
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    lane = models.CharField(max_length=120, default="")
    people = ArrayField(models.BigIntegerField(), default=list)
    roles = ArrayField(models.CharField(max_length=64), default=list)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    address = models.CharField(max_length=200, default="")  # as it stands in the titles: for who may see it whole
    area = models.CharField(max_length=64, default="")
    done = models.BooleanField(default=False)
    reads = ArrayField(models.BigIntegerField(), default=list)  # cases whose change may change this row

    class Meta:
        db_table = "schedule_entry"
        constraints = [models.UniqueConstraint(fields=["case_id", "key"], name="schedule_entry_once")]
        indexes = [
            models.Index(fields=["day", "store_id"], name="schedule_day"),
            models.Index(fields=["lane", "day"], name="schedule_lane", condition=~Q(lane="")),
            GinIndex(fields=["people"], name="schedule_people", condition=~Q(people=[])),
            GinIndex(fields=["reads"], name="schedule_reads", condition=~Q(reads=[])),
        ]


class Feed(models.Model):
    """A secret address under which a person's calendar program fetches their jobs. Only its hash is kept."""

    person_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "schedule_feed"
        constraints = [
            models.UniqueConstraint(fields=["person_id"], condition=Q(revoked_at=None), name="schedule_one_feed")
        ]

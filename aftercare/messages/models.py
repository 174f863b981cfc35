"""What is told: notices inside the house, and the outbox of everything that leaves it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One in-house message to one person: the bell. `text` is {"zh", "en"}."""

    person_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)  # told, warn, escalate, digest, news
    text = models.JSONField()
    case_id = models.BigIntegerField(null=True)
    link = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    read_by = models.DateTimeField(null=True)  # must be read until then
    read_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=120, default="")  # the same thing is told once

    class Meta:
        db_table = "messages_notice"
        indexes = [models.Index(fields=["person_id", "-at"], name="messages_notice_person")]
        constraints = [
            models.UniqueConstraint(fields=["person_id", "once"], condition=~Q(once=""), name="messages_notice_once")
        ]


class Outbound(models.Model):
    """One message leaving the house. Its id goes with it: a second delivery can be told from a second message."""

    STATES = ("held", "waiting", "sending", "sent", "uncertain", "failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    channel = models.CharField(max_length=32)
    recipient = models.CharField(max_length=200)
    customer_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    message = models.CharField(max_length=64)  # id in the handbook
    body = models.TextField()
    state = models.CharField(max_length=10, default="waiting")
    tries = models.IntegerField(default=0)
    next_try = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        db_table = "messages_outbound"
        indexes = [
            models.Index(
                fields=["next_try"], name="messages_outbound_due", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["case_id"], name="messages_outbound_case"),
        ]


class Hold(models.Model):
    """While its one row is there nothing leaves the house: after a restore, until an operator has looked."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()

    class Meta:
        db_table = "messages_hold"

"""Tables of the trace. Chain and refusal of changes are triggers of the database, see chain_sql.py."""

from __future__ import annotations

from django.db import models


class Trace(models.Model):
    """Who did what, when, from where, with what result. Holds ids and field names, no personal data of customers."""

    at = models.DateTimeField()
    actor = models.BigIntegerField()  # person id, 0 = the system; no foreign key: a trace outlives everything
    actor_name = models.TextField()
    address = models.TextField(default="", blank=True)  # network address the request came from
    action = models.TextField()
    kind = models.TextField(default="", blank=True)
    what = models.BigIntegerField(null=True)
    result = models.TextField(default="done")
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["actor", "action", "at"], name="audit_trace_actor"),
            models.Index(fields=["kind", "what", "id"], name="audit_trace_what"),
            models.Index(fields=["at"], name="audit_trace_at"),
        ]


class Link(models.Model):
    """Place of a trace in the chain: written by the database at commit, numbered without gaps."""

    seq = models.BigIntegerField(primary_key=True)
    trace = models.BigIntegerField(unique=True)  # no foreign key: the link must show that its trace has gone
    hash = models.TextField()


class ChainHead(models.Model):
    """The last link, so that rows cut off at the end are noticed; its lock puts writers in a row for a commit only."""

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.TextField()


class RequestKey(models.Model):
    """The answer given to a request, for whoever sends it again. `status` is null while the first one runs."""

    actor = models.BigIntegerField()
    scope = models.TextField(default="", blank=True)
    key = models.TextField()
    method = models.TextField()
    path = models.TextField()
    body_sha256 = models.TextField()
    created_at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "scope", "key"], name="audit_requestkey_once")]
        indexes = [models.Index(fields=["created_at"], name="audit_requestkey_at")]

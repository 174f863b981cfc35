"""A request sent twice is done once. Keys of the API and one-time tokens of forms take the same way.

    with transaction.atomic():
        match claim(key, actor.person, "POST", "/api/cases", sha256, now):
            case Fresh() as fresh: ... act ...; finish(fresh, 201, body)
            case Replay(status, body): ...

`claim` and `finish` belong to the transaction of the action itself: a crash takes the key back together with the
work, so a retry finds either the whole effect and its answer, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import sleep

from django.db import connection

from aftercare import faults
from aftercare.audit.models import RequestKey
from aftercare.errors import Refused
from aftercare.values.plain import text_fault

KEPT = timedelta(days=7)
KEY_LENGTH = 255
_FORM = "FORM"
_LOOKS, _BETWEEN_LOOKS = 100, 0.05  # about five seconds


@dataclass(frozen=True, slots=True)
class Fresh:
    """Never seen: do the work, then `finish`."""

    row: int


@dataclass(frozen=True, slots=True)
class Replay:
    """Done before: answer with this again."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Busy:
    """The same request is being worked on at this moment: 409, try again shortly."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The key was used for another request: 422."""


Claim = Fresh | Replay | Busy | Mismatch

_CLAIM = """
WITH gate AS (SELECT pg_try_advisory_xact_lock(%s) AS open),
fresh AS (
    INSERT INTO audit_requestkey (actor, scope, key, method, path, body_sha256, created_at, body)
    SELECT %s::bigint, %s::text, %s::text, %s::text, %s::text, %s::text, %s::timestamptz, ''::bytea FROM gate WHERE open
    ON CONFLICT (actor, scope, key) DO NOTHING RETURNING id)
SELECT (SELECT open FROM gate), (SELECT id FROM fresh)
"""
_FOUND = """
SELECT method, path, body_sha256, status, body FROM audit_requestkey
WHERE actor = %s AND scope = %s AND key = %s
"""


def claim(key: str, actor: int, method: str, path: str, body_sha256: str, now: datetime, *, scope: str = "") -> Claim:
    """Ask for the right to do a request. `scope` keeps apart the tokens of one person. One statement when fresh.

    Must be called inside a transaction; raises Refused when the key is empty, too long or not a text.
    """
    _check_key(key)
    if not connection.in_atomic_block:
        raise RuntimeError("claim() belongs to the transaction of the action")
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [_lock(actor, scope, key), actor, scope, key, method, path, body_sha256, now])
        is_open, row = cursor.fetchone()
        if not is_open:
            return Busy()
        if row is not None:
            faults.point("request.claimed")
            return Fresh(row)
        cursor.execute(_FOUND, [actor, scope, key])
        found = cursor.fetchone()
    return _judge(found, (method, path, body_sha256))


def finish(fresh: Fresh, status: int, body: bytes) -> None:
    """Keep the answer beside the key, in the same transaction."""
    if RequestKey.objects.filter(pk=fresh.row).update(status=status, body=body) != 1:
        raise RuntimeError("the key to finish is not there")
    faults.point("request.finished")
    faults.point_after_commit("request.committed")


def form_token(random_bytes: Callable[[int], bytes]) -> str:
    """A one-time token for the hidden field of a form: 128 random bits. `random_bytes` is secrets.token_bytes."""
    return random_bytes(16).hex()


def claim_form(token: str, actor: int, path: str, now: datetime) -> Claim:
    """The same for a form. What was typed is not compared: posted again, it leads to the same place.

    The browser shows the answer to the last click only, so that one waits for the first instead of being sent away.
    """
    for _ in range(_LOOKS):
        found = claim(token, actor, _FORM, path, "", now, scope="form")
        if not isinstance(found, Busy):
            return found
        sleep(_BETWEEN_LOOKS)
    return found


def purge(now: datetime) -> int:
    """Forget keys older than seven days; how many went."""
    return RequestKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _judge(found: tuple[str, str, str, int | None, bytes] | None, asked: tuple[str, str, str]) -> Claim:
    if found is None or found[3] is None:
        return Busy()
    if found[:3] != asked:
        return Mismatch()
    return Replay(found[3], bytes(found[4]))


def _check_key(key: str) -> None:
    fault = text_fault(key, "Idempotency-Key")
    if fault:
        raise Refused(fault)
    if not 0 < len(key) <= KEY_LENGTH:
        raise Refused.because(
            "request.key",
            f"Idempotency-Key 必须有 1 到 {KEY_LENGTH} 个字符。",
            f"Idempotency-Key must have 1 to {KEY_LENGTH} characters.",
            field="Idempotency-Key",
        )


def _lock(actor: int, scope: str, key: str) -> int:
    digest = sha256(f"{actor}\x1f{scope}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)

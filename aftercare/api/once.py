"""An unsafe request sent twice is done once, by its Idempotency-Key.

The key, the work and the answer share one transaction. A refusal of most operations takes the key back, so that the
same request may be sent again when the reason is gone. Commands to cases keep their refusals as evidence; there the
refusal is the answer of the key.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse

from aftercare.api.answers import dumps, ready, refusal_body, refused
from aftercare.api.edge import Ask
from aftercare.audit.idempotency import Busy, Fresh, Mismatch, Replay, claim, finish
from aftercare.cases.refusals import together
from aftercare.errors import Conflict, Fault, Refused

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replay"
TRIES = 4
_DEADLOCKS = ("40P01", "40001")


def once(
    ask: Ask, content: bytes, work: Callable[[], Any], status: int, *, keeps_refusal: bool, once_shown: tuple[str, ...]
) -> HttpResponse:
    """Do `work` at most once for the key of this request. `once_shown`: parts of the answer that are never stored."""
    key = ask.request.headers.get(HEADER, "")
    if not key:
        zh, en = f"请求缺少 {HEADER}。", f"The request lacks an {HEADER}."
        raise Refused(Fault("request.key_missing", zh, en, field=HEADER), status=400)
    for _ in range(TRIES - 1):
        try:
            return _tried(ask, key, content, work, status, keeps_refusal, once_shown)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _DEADLOCKS:
                raise
    return _tried(ask, key, content, work, status, keeps_refusal, once_shown)


def _tried(
    ask: Ask, key: str, content: bytes, work: Callable[[], Any], status: int, keeps: bool, hidden: tuple[str, ...]
) -> HttpResponse:
    request, digest = ask.request, sha256(content).hexdigest()
    with together():
        match claim(
            key, ask.actor.person, str(request.method), request.get_full_path(), digest, ask.now, scope=ask.scope
        ):
            case Fresh() as fresh:
                return _done(ask, fresh, work, status, keeps, hidden)
            case Replay(known, body):
                response = ready(body, known)
                response.headers[REPLAYED] = "true"
                return response
            case Busy():
                zh, en = "同一请求正在处理，请稍候。", "The same request is being worked on; wait a moment."
                raise Conflict.because("request.busy", zh, en)
            case Mismatch():
                zh, en = f"该 {HEADER} 已用于另一请求。", f"This {HEADER} was used for another request."
                raise Refused.because("request.key_reused", zh, en, field=HEADER)


def _done(
    ask: Ask, fresh: Fresh, work: Callable[[], Any], status: int, keeps: bool, hidden: tuple[str, ...]
) -> HttpResponse:
    try:
        answer = work()
    except Refused as refusal:
        if not keeps:
            raise
        finish(fresh, refusal.status, refusal_body(refusal, ask.mark))
        return refused(refusal, ask.mark)
    body = dumps(answer)
    finish(fresh, status, dumps({**answer, **dict.fromkeys(hidden)}) if hidden else body)
    return ready(body, status)

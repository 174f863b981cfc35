"""A form sent twice is done once: double click, back and resend, a lost answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from aftercare.audit.idempotency import Busy, Fresh, Mismatch, Replay, claim_form, finish, form_token
from aftercare.cases.refusals import together
from aftercare.errors import Conflict, Refused
from aftercare.web import frame, hx

FIELD = "form_token"


def new_token() -> str:
    return form_token(secrets.token_bytes)


def once(request: Any, work: Callable[[], str], done: str = "") -> HttpResponse:
    """Does `work` at most once for the token of this form and moves on to the address it returns.

    `done` is said on the next page. A refusal raised by `work` takes the token back: the same form may be mended
    and sent again. A refusal of a case is kept as any other attempt.
    """
    token = request.POST.get(FIELD, "")
    if not token:
        raise Refused.because(
            "form.token", "表单缺少一次性标记，请刷新页面后重试。", "The form lacks its token; reload."
        )
    where, new = done_once(request, token, work)
    if new:
        frame.say(request, done or _("Saved."))
    return hx.redirect(request, where)


def done_once(request: Any, token: str, work: Callable[[], str]) -> tuple[str, bool]:
    """(what `work` answered, whether that was now): under one token it is done once, and answered ever after."""
    for last in (False, False, True):
        try:
            return _claimed(request, token, work)
        except OperationalError as error:
            # Two cases, or a case and its order, were locked the other way round: the whole form is tried again.
            if last or getattr(error.__cause__, "sqlstate", "") not in DEADLOCKS:
                raise
    raise AssertionError("unreachable")


DEADLOCKS = ("40P01", "40001")


def _claimed(request: Any, token: str, work: Callable[[], str]) -> tuple[str, bool]:
    """(address to go to, whether `work` was done now)."""
    with together():
        match claim_form(token, request.actor.person, request.path, request.now):
            case Fresh() as fresh:
                where = work()
                finish(fresh, 303, where.encode())
                return where, True
            case Replay(body=body):
                return body.decode(), False
            case Busy():
                raise Conflict.because("form.busy", "正在保存，请稍候。", "This is being saved; wait a moment.")
            case Mismatch():
                raise Refused.because(
                    "form.token", "表单标记已用于别处，请刷新页面。", "The token was used elsewhere; reload."
                )

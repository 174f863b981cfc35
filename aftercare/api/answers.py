"""How answers leave: JSON, moments in UTC with Z, money in fen; refusals with an id that is also in the log."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse

from aftercare.errors import Refused
from aftercare.texts import Text

log = logging.getLogger("aftercare.api")
JSON_TYPE = "application/json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(data: Any) -> bytes:
    return orjson.dumps(data, default=_plain, option=_OPTIONS)


def ready(body: bytes, status: int = 200) -> HttpResponse:
    """An answer whose JSON is made already."""
    response = HttpResponse(body, content_type=JSON_TYPE, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def refusal_body(refusal: Refused, mark: str) -> bytes:
    return dumps({"errors": [fault.as_json() for fault in refusal.faults], "id": mark})


def refused(refusal: Refused, mark: str) -> HttpResponse:
    log.info("%s refused %s: %s", mark, refusal.status, [fault.code for fault in refusal.faults])
    response = ready(refusal_body(refusal, mark), refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_json()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Collection):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")

"""The hash chain of a case: over the public content of its events and a salted digest of the personal one. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

START = b"\0" * 32
_EXPONENT = re.compile(rb"[0-9][eE][-+0-9]")


def canonical(value: Any) -> bytes:
    """The same bytes for the same JSON, whatever order its keys came in.

    The quick writer gives the same bytes but for numbers with an exponent and those beyond 64 bits.
    """
    try:
        quick = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        quick = b"0e0"
    return _slow(value) if _EXPONENT.search(quick) else quick


def _slow(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(salt: bytes, personal: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(personal)).digest()


def link(
    previous: bytes, case: int, seq: int, kind: str, entered_at: str, data: Mapping[str, Any], personal: bytes | None
) -> bytes:
    """The hash of one event; `entered_at` as stored (ISO, UTC, Z), `personal` the digest or None."""
    content = [case, seq, kind, entered_at, data, personal.hex() if personal else None]
    return hashlib.sha256(previous + canonical(content)).digest()

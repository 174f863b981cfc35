"""The hash chain of a case: over the public content of its events and a salted digest of the personal one. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

START = b"\0" * 32


def canonical(value: Any) -> bytes:
    """The same bytes for the same JSON, whatever order its keys came in."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(salt: bytes, personal: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(personal)).digest()


def link(
    previous: bytes, case: int, seq: int, kind: str, entered_at: str, data: Mapping[str, Any], personal: bytes | None
) -> bytes:
    """The hash of one event; `entered_at` as stored (ISO, UTC, Z), `personal` the digest or None."""
    content = [case, seq, kind, entered_at, data, personal.hex() if personal else None]
    return hashlib.sha256(previous + canonical(content)).digest()

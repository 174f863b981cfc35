"""Every answer of every test is held against the OpenAPI text: as much of JSON Schema as it uses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aftercare.api.routes import DECLARED
from aftercare.api.shapes import FILE, REFUSAL

KINDS: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
}  # fmt: skip
REACHED: set[tuple[str, str]] = set()  # operations that some test has had a good answer from


def check(method: str, path: str, status: int, answer: Any) -> None:
    if status == 405:
        return
    if status >= 400:
        assert not (wrong := misfits(answer, REFUSAL)), (method, path, wrong)
        return
    declared = next((one for one in DECLARED.values() if one.method == method and fits(one.path, path)), None)
    assert declared is not None and status == declared.status, (method, path, status)
    REACHED.add((method, declared.path))
    if declared.answer != FILE:
        assert not (wrong := misfits(answer, declared.answer)), (method, path, wrong[:5])


def fits(pattern: str, path: str) -> bool:
    if any(one.path == path for one in DECLARED.values()):
        return pattern == path
    parts, given = pattern.split("/"), path.split("?")[0].split("/")
    return len(parts) == len(given) and all(a == b or a.startswith("{") for a, b in zip(parts, given, strict=True))


def misfits(value: Any, shape: dict[str, Any], at: str = "") -> list[str]:
    """Where a value differs from a shape; [] is right."""
    if "anyOf" in shape:
        found = [misfits(value, one, at) for one in shape["anyOf"]]
        return [] if any(not one for one in found) else found[0]
    if "const" in shape:
        return [] if value == shape["const"] else [f"{at}: not {shape['const']}"]
    kind = shape.get("type")
    if kind == "null":
        return [] if value is None else [f"{at}: not null"]
    if kind and (not isinstance(value, KINDS[kind]) or (kind in ("integer", "number") and isinstance(value, bool))):
        return [f"{at}: {value!r} is no {kind}"]
    if kind == "string" and shape.get("format") in ("date", "date-time"):
        (date if shape["format"] == "date" else datetime).fromisoformat(value)
    if kind == "array":
        return [one for n, item in enumerate(value) for one in misfits(item, shape["items"], f"{at}[{n}]")]
    return _object(value, shape, at) if kind == "object" else []


def _object(value: dict[str, Any], shape: dict[str, Any], at: str) -> list[str]:
    known, other = shape.get("properties", {}), shape.get("additionalProperties", {})
    lacking = [f"{at}.{name} is missing" for name in shape.get("required", []) if name not in value]
    return lacking + [one for name in value for one in misfits(value[name], known.get(name, other), f"{at}.{name}")]

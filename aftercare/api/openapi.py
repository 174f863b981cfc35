"""The OpenAPI text: what ninja knows of addresses and parameters, and from the declarations rights, bodies, answers."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from aftercare.api.answers import dumps, ready
from aftercare.api.edge import PUBLIC
from aftercare.api.once import HEADER
from aftercare.api.root import api
from aftercare.api.routes import DECLARED, Declared
from aftercare.api.shapes import FILE, REFUSAL

PREFIX = "/api"
REF = "#/components/schemas/{model}"
_KEY = {
    "in": "header", "name": HEADER, "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key with the same request is done once; the answer is replayed for seven days.",
}  # fmt: skip
_UPLOAD = {
    "type": "object",
    "properties": {
        "file": FILE,
        "kind": {"type": "string"},
        "encoding": {"type": "string"},
        "store": {"type": "integer"},
    },
    "required": ["file"],
}
_REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429, 503)


@cache
def text() -> bytes:
    return dumps(document())


def document() -> dict[str, Any]:
    """The whole as JSON."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    components = schema["components"]
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    components["schemas"]["Refusal"] = REFUSAL
    components["responses"] = {"Refused": _answer(REF.format(model="Refusal"), "Refused; says why in both languages")}
    for declared in DECLARED.values():
        operation = schema["paths"][PREFIX + declared.path][declared.method.lower()]
        operation.update(_of(declared, components["schemas"]))
        if declared.once:
            operation["parameters"] = [*operation.get("parameters", []), _KEY]
    schema["servers"] = [{"url": "/"}]
    return schema


def _of(declared: Declared, schemas: dict[str, Any]) -> dict[str, Any]:
    refusals = {str(status): {"$ref": "#/components/responses/Refused"} for status in _REFUSALS}
    more: dict[str, Any] = {
        "x-access": declared.access,
        "security": [] if declared.access == PUBLIC else [{"key": []}],
        "responses": {str(declared.status): _told(declared), **refusals},
    }
    if body := _body(declared, schemas):
        more["requestBody"] = body
    return more


def _told(declared: Declared) -> dict[str, Any]:
    kind = "application/json" if declared.content_type == "multipart/form-data" else declared.content_type
    return {
        "description": HTTPStatus(declared.status).phrase,
        "content": {one: {"schema": declared.answer} for one in kind.split("|")},
    }


def _body(declared: Declared, schemas: dict[str, Any]) -> dict[str, Any] | None:
    if declared.content_type == "multipart/form-data":
        return {"required": True, "content": {declared.content_type: {"schema": _UPLOAD}}}
    if declared.body is None or not declared.body.model_fields:
        return None
    schema = declared.body.model_json_schema(ref_template=REF)
    schemas.update(schema.pop("$defs", {}))
    schemas[declared.body.__name__] = schema
    reference = {"$ref": REF.format(model=declared.body.__name__)}
    return {"required": True, "content": {"application/json": {"schema": reference}}}


def _answer(reference: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": reference}}}}


def show(request: HttpRequest) -> HttpResponse:
    """/api/openapi.json: open to anybody, it holds no data."""
    return ready(text())

"""A small language for what operations answer: JSON Schema, written by hand for the OpenAPI text."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]

ANY: Shape = {}
INT: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
TEXT: Shape = {"type": "string"}
BOOL: Shape = {"type": "boolean"}
DAY: Shape = {"type": "string", "format": "date"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
FEN: Shape = {"type": "integer", "description": "whole fen"}
OBJECT: Shape = {"type": "object"}
FILE: Shape = {"type": "string", "format": "binary"}


def obj(**properties: Shape) -> Shape:
    """An object that always has all of these; it may have more."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def many(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def maybe(shape: Shape) -> Shape:
    return {"anyOf": [shape, {"type": "null"}]}


def by_key(shape: Shape) -> Shape:
    return {"type": "object", "additionalProperties": shape}


def listing(shape: Shape) -> Shape:
    """A list that is whole."""
    return obj(items=many(shape))


def page(shape: Shape) -> Shape:
    """A page of a list; `next` is the cursor of the following one, null on the last."""
    return obj(items=many(shape), next=maybe(TEXT))


WORDS = obj(zh=TEXT, en=TEXT)
REFERENCE = obj(kind=TEXT, id=INT)
FAULT = {
    "type": "object",
    "properties": {
        "code": TEXT, "message": WORDS, "field": TEXT, "row": INT, "line": INT, "sheet": TEXT, "column": TEXT,
        "clause": TEXT, "data": OBJECT,
    },
    "required": ["code", "message"],
}  # fmt: skip
REFUSAL = obj(errors=many(FAULT), id=TEXT)
MADE = obj(id=INT)
DONE = obj(done={"const": True})
REPORT = obj(report=OBJECT)

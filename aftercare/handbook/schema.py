"""JSON Schema (draft 2020-12) of the handbook's files, from the same models that the loader reads them with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from aftercare.handbook.source.base import Element
from aftercare.handbook.source.files import KINDS, PLACES
from aftercare.handbook.source.others import HandbookSource
from aftercare.handbook.source.procedures import TaskSource

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Mapping[str, type[Element]] = {"handbook": HandbookSource, **KINDS}


def schemas() -> dict[str, dict[str, Any]]:
    """`handbook`, `clauses`, `forms` ... -> the schema of such a file."""
    names = {place.removesuffix(".yaml") for place in PLACES}
    files = {name: PLACES.get(name) or PLACES[f"{name}.yaml"] for name in sorted(names)}
    return {name: _file_schema(name, keys) for name, keys in files.items()}


def _file_schema(name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    models = list(dict.fromkeys(_MODELS[key] for key in keys))
    references, whole = models_json_schema([(model, "validation") for model in models])
    definitions = whole.get("$defs", {})
    if TaskSource.__name__ in definitions:
        _allow_party_sets(definitions)
    return {
        "$schema": DRAFT,
        "title": f"Aftercare handbook: {name}",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _of_key(key, references[(_MODELS[key], "validation")]) for key in keys},
        "$defs": definitions,
    }


def _of_key(key: str, element: dict[str, Any]) -> dict[str, Any]:
    """One element for `handbook`; else a list of them, or a map from id to body."""
    if key == "handbook":
        return element
    return {"anyOf": [{"type": "array", "items": element}, {"type": "object"}, {"type": "null"}]}


def _allow_party_sets(definitions: dict[str, Any]) -> None:
    """`parties` may also name a set that the procedure defines."""
    for name in ("TaskSource", "OutcomeSource"):
        body = definitions.get(name, {})
        for own in (body, *body.get("anyOf", ())):
            parties = own.get("properties", {}).get("parties")
            if parties:
                own["properties"]["parties"] = {"anyOf": [parties, {"type": "string"}, {"type": "array"}]}

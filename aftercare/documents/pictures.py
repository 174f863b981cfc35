"""Photos and signatures of a paper: references to files become pictures small enough to be set and printed."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from aftercare.documents import files
from aftercare.documents.models import File
from aftercare.errors import NotFound

Json = Any
LONGEST = 900  # pixels: eight centimetres at a printer's resolution
QUALITY = 82


def shown(data: dict[str, Json], store: int | None) -> dict[str, Json]:
    """The data with {"kind": "file", "id"} replaced by {"png": base64} where it is a picture of this store.

    What is no picture, of another store or gone is left out. One statement when there are any."""
    wanted = set(_references(data))
    if not wanted:
        return data
    rows = File.objects.filter(pk__in=wanted, store_id=store, type__startswith="image/")
    found: dict[str, Json] = _replaced(data, {one.pk: said for one in rows if (said := _small(one))})
    return found


def _is_reference(value: Json) -> bool:
    return isinstance(value, Mapping) and value.get("kind") == "file" and isinstance(value.get("id"), int)


def _references(value: Json) -> Iterator[int]:
    if _is_reference(value):
        yield value["id"]
    elif isinstance(value, Mapping):
        yield from _references(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _replaced(value: Json, found: Mapping[int, str]) -> Json:
    if _is_reference(value):
        return {"png": found[value["id"]]} if value["id"] in found else None
    if isinstance(value, Mapping):
        return {key: _replaced(one, found) for key, one in value.items()}
    if isinstance(value, list):
        return [made for one in value if (made := _replaced(one, found)) is not None or one is None]
    return value


def _small(file: File) -> str:
    """The picture as base64: a drawing stays as it was drawn, a photo becomes a small JPEG; "" when it is gone."""
    try:
        content = files.read_bytes(file.sha256)
    except NotFound:
        return ""
    with Image.open(io.BytesIO(content)) as given:
        given.load()
        is_drawing = given.format == "PNG" and max(given.size) <= 2 * LONGEST
        if not is_drawing or max(given.size) > LONGEST:
            made = given.convert("RGBA" if is_drawing else "RGB")
            made.thumbnail((LONGEST, LONGEST))
            out = io.BytesIO()
            made.save(out, "PNG" if is_drawing else "JPEG", quality=QUALITY)
            content = out.getvalue()
    return base64.b64encode(content).decode()

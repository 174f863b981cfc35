"""Lists and reports as PDF. They are no numbered papers: nothing is handed out or signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aftercare.cases.world import ZONE
from aftercare.documents import render, templates
from aftercare.documents.models import Template
from aftercare.people.actor import Actor
from aftercare.texts import Text

Json = Any


def pdf(
    title: Text, about: Text, tables: Sequence[Mapping[str, Json]], actor: Actor, now: datetime, language: str
) -> bytes:
    """`tables`: {title: {zh, en}, columns: [{title, number}], rows: lists of texts, note: {zh, en}}."""
    bundle = templates.gather("table.typ", {})
    wide = any(len(one["columns"]) > 6 for one in tables)
    meta = {
        "number": "", "title": title.as_json(), "copies": [], "only": 0, "code": "", "issued_by": actor.name,
        "issued_at": now.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), "language": language,
    }  # fmt: skip
    data = {"about": about.as_json(), "tables": list(tables), "wide": wide, "company": _company()}
    source = Template(hash=bundle.hash, name=bundle.name, source=bundle.files)
    job = render.Job(template=source, data=data, meta=meta, paper="a4", timestamp=int(now.timestamp()))
    return render.typeset(job)[0]


def _company() -> str:
    from aftercare.people.models import Company

    return str(Company.objects.values_list("name", flat=True).first() or "")

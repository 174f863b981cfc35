"""The handbook as a printed manual: a PDF of what the caller has put into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare.cases.world import ZONE
from aftercare.documents import render, templates
from aftercare.documents.models import Template
from aftercare.people.actor import Actor
from aftercare.people.models import Company
from aftercare.texts import Text

Json = Any
LIMIT = 60.0  # seconds: a manual has a hundred pages, a paper two


def pdf(title: Text, data: Mapping[str, Json], actor: Actor, now: datetime, language: str) -> bytes:
    """`data`: chapters, procedures (drawings as SVG), forms and figures, as library/manual.typ lays them out."""
    bundle = templates.gather("manual.typ", {})
    company = Company.objects.values_list("name", flat=True).first()
    meta = {
        "number": "", "title": title.as_json(), "copies": [], "only": 0, "code": "", "issued_by": actor.name,
        "issued_at": now.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), "language": language,
    }  # fmt: skip
    source = Template(hash=bundle.hash, name=bundle.name, source=bundle.files)
    whole = {**data, "company": str(company or "")}
    job = render.Job(template=source, data=whole, meta=meta, timestamp=int(now.timestamp()))
    return render.typeset(job, LIMIT)[0]

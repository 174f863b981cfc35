"""The one statement that writes a paper: its template when new, the paper, its copies. Papers are issued inside the
command of a case, so every round trip saved is a command that is over sooner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from aftercare.documents.models import Copy, Document
from aftercare.documents.templates import Bundle

# Every column, so that a new one cannot be forgotten.
_COLUMNS = {str(field.column): field for field in Document._meta.concrete_fields if not field.primary_key}
_ISSUE = f"""
with t as (
  insert into documents_template (hash, name, source) values (%(hash)s, %(name)s, %(source)s::jsonb)
  on conflict (hash) do nothing
), d as (
  insert into documents_document ({", ".join(_COLUMNS)}) values ({", ".join(f"%({name})s" for name in _COLUMNS)})
  returning id
), c as (
  insert into documents_copy (document_id, n, edition, mark, label, intended, holder, holder_name, pending_receipt,
    lost_reason)
  select d.id, r.n, 1, '', r.label, r.intended, r.holder, r.holder_name, '', ''
  from d, jsonb_to_recordset(%(copies)s::jsonb) as r(n int, label jsonb, intended text, holder text, holder_name text)
)
select id from d
"""


def issue(document: Document, copies: Sequence[Copy], bundle: Bundle) -> None:
    """Write a new paper, made from `bundle`, with its copies; gives `document` its id. One statement."""
    values = {name: _given(getattr(document, field.attname)) for name, field in _COLUMNS.items()}
    listed = [
        {"n": c.n, "label": c.label, "intended": c.intended, "holder": c.holder, "holder_name": c.holder_name}
        for c in copies
    ]
    about = {"hash": bundle.hash, "name": bundle.name, "source": _given(bundle.files), "copies": _given(listed)}
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, {**values, **about})
        document.pk = cursor.fetchone()[0]


def _given(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value

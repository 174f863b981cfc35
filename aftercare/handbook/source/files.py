"""Which top-level keys a handbook's files have, and which model reads each element."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.handbook.source.base import Element
from aftercare.handbook.source.forms import FormSource
from aftercare.handbook.source.lists import ListSource, MeasureSource, ReportSource
from aftercare.handbook.source.others import (
    CalendarSource,
    ChapterSource,
    ClauseSource,
    ContradictionSource,
    DocumentSource,
    MessageSource,
    NumberSource,
    RateSource,
    RoleSource,
    RuleSource,
    SettingSource,
)
from aftercare.handbook.source.procedures import ProcedureSource

KINDS: Mapping[str, type[Element]] = {
    "roles": RoleSource,
    "calendars": CalendarSource,
    "numbers": NumberSource,
    "settings": SettingSource,
    "contradictions": ContradictionSource,
    "clauses": ClauseSource,
    "chapters": ChapterSource,
    "forms": FormSource,
    "procedures": ProcedureSource,
    "rules": RuleSource,
    "rates": RateSource,
    "documents": DocumentSource,
    "messages": MessageSource,
    "lists": ListSource,
    "measures": MeasureSource,
    "reports": ReportSource,
}
# What a bare value in a map form stands for.
SHORT_VALUE = {"roles": "name", "chapters": "name", "numbers": "pattern", "settings": "value"}

# folder (or file) -> the keys it may hold
PLACES: Mapping[str, tuple[str, ...]] = {
    "handbook.yaml": ("handbook", "roles", "calendars", "numbers", "settings", "contradictions"),
    "clauses.yaml": ("clauses", "chapters"),
    "clauses": ("clauses", "chapters"),
    "forms": ("forms",),
    "procedures": ("procedures",),
    "rules": ("rules",),
    "rates": ("rates",),
    "documents": ("documents",),
    "messages": ("messages",),
    "measures": ("lists", "measures", "reports"),
}


def keys_of(file: str) -> tuple[str, ...] | None:
    """The keys that a file may hold, or None when it has no place in a handbook."""
    return PLACES.get(file) if "/" not in file else PLACES.get(file.split("/", 1)[0])

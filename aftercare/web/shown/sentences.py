"""Events as sentences: the text of their kind, its ids worded by the handbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercare.cases.models import Event
from aftercare.engine.kinds import KINDS
from aftercare.handbook.model import Field
from aftercare.texts import Text
from aftercare.web import forms_said, words
from aftercare.web.forms_render import NOTHING_KNOWN, Known
from aftercare.web.naming import Names, listed
from aftercare.web.shown.findings import OWN as FOUND_BY
from aftercare.web.words import text_in

Json = Any
_ICONS = {
    "case_opened": "player-play", "adopted": "arrow-bar-to-right", "closed": "flag-check", "cancelled": "ban",
    "reinstated": "rotate",
    "reopened": "rotate", "paused": "player-pause", "resumed": "player-play", "note": "message",
    "task_done": "circle-check",
    "corrected": "pencil", "mark": "user-check", "mark_lapsed": "user-x", "deadline_moved": "calendar-repeat",
    "deadline_missed": "alert-triangle", "escalated": "alert-triangle", "paper_issued": "file-text",
    "paper_superseded": "file-off",
    "copy_handed": "file-export", "copy_received": "file-import", "money_received": "coin-yuan", "value_set": "edit",
    "words_set": "edit",
    "flag_raised": "flag", "flag_lowered": "flag-off", "breach": "alert-triangle", "finding": "user-exclamation",
    "finding_appealed": "scale", "finding_upheld": "gavel", "finding_dropped": "gavel",
    "reassigned": "arrows-right-left", "task_waived": "circle-minus", "person_chosen": "user",
}  # fmt: skip
_BROKEN = frozenset({"deadline_missed", "escalated", "breach", "finding", "cancelled"})
_KEPT = frozenset({"task_done", "closed", "copy_received"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. `late` where it was entered after it happened."""

    seq: int
    kind: str
    icon: str
    tone: str
    text: str
    at: str
    by: str
    internal: bool = False
    entered: datetime | None = None
    clauses: tuple[str, ...] = ()
    sheet: tuple[forms_said.Said, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = field(default=())


class Sentences:
    """Words the events of one case."""

    def __init__(self, names: Names, now: datetime) -> None:
        self.names, self.now = names, now

    def lines(self, events: list[tuple[Event, Mapping[str, Json]]], hidden: bool = False) -> list[Line]:
        """Newest first; kinds that are only bookkeeping are left out unless `hidden`."""
        return [self.line(event, personal) for event, personal in events if hidden or KINDS[event.kind].shown]

    def line(self, event: Event, personal: Mapping[str, Json]) -> Line:
        data = event.data
        at = str(data.get("at") or words.utc_text(event.entered_at))
        gap = abs((event.entered_at - words.local(at)).total_seconds())
        tone = "broken" if event.kind in _BROKEN else "kept" if event.kind in _KEPT else "plain"
        if event.kind == "task_done" and data.get("late"):
            tone = "broken"
        return Line(
            event.seq,
            event.kind,
            _ICONS.get(event.kind, "point"),
            tone,
            self.sentence(event.kind, {**data, **personal}),
            at,
            self.names.house.person(data.get("actor")),
            bool(data.get("internal")),
            event.entered_at if gap > 300 else None,
            tuple(filter(None, str(data.get("clause") or "").split(","))),
            tuple(self._sheet(event, personal)),
            tuple(self._changes(event, personal)),
        )

    def sentence(self, kind: str, data: Mapping[str, Json]) -> str:
        template = text_in(KINDS[kind].sentence)
        worded = _Worded({name: self._worded(name, value, data) for name, value in data.items()})
        return template.format_map(worded)

    def _worded(self, name: str, value: Json, data: Mapping[str, Json]) -> str:
        if value is None or value == "":
            return "—"
        word = _WORDS.get(name)
        return word(self, value, data) if word else text_in(value) if isinstance(value, dict | Text) else str(value)

    def value(self, path: str, value: Json) -> str:
        """A value of the case, said by its type."""
        kind = self.names.procedure.values.get(path, "text")
        form, dot, name = kind.partition(".")
        known = self.names.handbook.forms[form].field(name) if dot and form in self.names.handbook.forms else None
        field = known or Field(id=path, name=Text(path, path), type=kind)
        return forms_said.said(field, value, self.now, self._known()) or "—"

    def finding(self, name: str, data: Mapping[str, Json]) -> str:
        """A correction by the name its form gives it, else the rule that was broken."""
        form = self._form(str(data.get("element") or ""))
        if name == "correction" and form is not None and form.correction is not None:
            return text_in(form.correction.name)
        rule = self.names.handbook.rules.get(name)
        return text_in(rule.name) if rule else text_in(FOUND_BY.get(name, name))

    def _form(self, key: str) -> Any:
        task = self.names.task_of(key)
        return self.names.handbook.forms.get(task.form) if task and task.form else None

    def _known(self) -> Known:
        return Known(people=self.names.house.people)

    def _sheet(self, event: Event, personal: Mapping[str, Json]) -> list[forms_said.Said]:
        if event.kind != "task_done" or event.data.get("values") is None:
            return []
        form = self._form(event.data["key"])
        values = {**event.data["values"], **(personal.get("values") or {})}
        return forms_said.sheet(form.fields, values, self.now, self._known()) if form else []

    def _changes(self, event: Event, personal: Mapping[str, Json]) -> list[tuple[str, str, str]]:
        """(field, was, is) of a correction."""
        form = self._form(event.data["key"]) if event.kind == "corrected" else None
        if form is None:
            return []
        changes = {**event.data.get("changes", {}), **(personal.get("changes") or {})}
        found = []
        for name, change in changes.items():
            one = form.field(name)
            if one is not None:
                said = [
                    forms_said.said(one, change.get(side), self.now, NOTHING_KNOWN) or "—" for side in ("old", "new")
                ]
                found.append((text_in(one.name), said[0], said[1]))
        return found


class _Worded(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "—"


_WORDS: Mapping[str, Callable[[Sentences, Any, Mapping[str, Json]], str]] = {
    "key": lambda s, v, d: s.names.task(v),
    "element": lambda s, v, d: s.names.task(v),
    "tasks": lambda s, v, d: listed(s.names.task(one) for one in v),
    "outcome": lambda s, v, d: s.names.outcome(str(d.get("key", "")), v),
    "document": lambda s, v, d: s.names.document(v),
    "copy": lambda s, v, d: str(v),
    "to": lambda s, v, d: listed(s.names.role(one) for one in ([v] if isinstance(v, str) else v)) or "—",
    "who": lambda s, v, d: s.names.role(v),
    "must": lambda s, v, d: s.names.must(v),
    "role": lambda s, v, d: s.names.role(v),
    "person": lambda s, v, d: s.names.house.person(v),
    "flag": lambda s, v, d: s.names.flag(v),
    "charge": lambda s, v, d: s.names.charge(v),
    "amount": lambda s, v, d: words.money_said(v),
    "path": lambda s, v, d: s.names.value(v),
    "value": lambda s, v, d: s.value(str(d.get("path", "")), v),
    "old": lambda s, v, d: s.value(str(d["path"]), v) if "path" in d else words.moment_said(v, s.now),
    "at": lambda s, v, d: words.moment_said(v, s.now),
    "finding": lambda s, v, d: s.finding(str(v), d),
    "of": lambda s, v, d: s.finding(str(v), d),
    "version": lambda s, v, d: str(v)[:8],
}

"""Papers that a simulated store issued: rows of documents, copies and traces, numbered when all stores are done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aftercare.documents import glyphs, numbers, render
from aftercare.documents.actions import ISSUER, SHANGHAI, code_of
from aftercare.documents.templates import Bundle, gather
from aftercare.engine import Accepted, Who, World
from aftercare.handbook.model import Document, Handbook
from aftercare.people.queries import House
from aftercare.simulation.copying import Js, Tables, js

if TYPE_CHECKING:
    from aftercare.simulation.virtual import Case

Json = Any
COLUMNS: dict[str, tuple[str, ...]] = {
    "documents_document": (
        "id", "kind", "title", "number", "series", "series_store", "series_period", "serial", "case_id", "subject",
        "store_id", "issued_at", "issued_by", "issued_by_name", "data", "data_hash", "check_code", "template_id",
        "handbook_version", "paper", "supersedes_id", "voided_at", "voided_by", "void_reason", "missing_glyphs",
        "rendered_at", "render_tries", "render_error",
    ),
    "documents_copy": (
        "document_id", "n", "edition", "mark", "label", "intended", "holder", "holder_name", "handed_at",
        "pending_receipt", "lost_at", "lost_reason",
    ),
    "audit_trace": ("at", "actor", "actor_name", "address", "action", "kind", "what", "result", "data"),
}  # fmt: skip


@dataclass(slots=True)
class Copy:
    """Who holds a copy."""

    holder: str
    holder_name: str
    handed_at: datetime | None = None
    pending: str = ""


@dataclass(slots=True)
class Paper:
    """A paper as issued; its number is not known yet."""

    id: int
    definition: Document
    case: Case
    store: int
    who: Who
    at: datetime
    data: str
    missing: list[str]
    replaces: Paper | None = None
    copies: dict[int, Copy] = field(default_factory=dict)


class Papers:
    """Follows a store and keeps its papers. `house`: whose name stands on them; `people`: id -> name."""

    def __init__(
        self, handbook: Handbook, house: House, people: Mapping[int, str], templates: Mapping[str, str], first: int,
        step: int,
    ) -> None:  # fmt: skip
        self.handbook, self.house, self.people, self.sources = handbook, house, people, templates
        self.papers: list[Paper] = []
        self.bundles: dict[str, Bundle] = {}
        self._latest: dict[tuple[int, str], Paper] = {}
        self._first, self._step = first, step
        self._known = glyphs.covered(render.fonts_folder())

    def __call__(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None:
        for call in accepted.effects:
            if call.name == "issue":
                self._issue(case, who, accepted, call.params, now)
            elif call.name in ("hand", "received"):
                paper = self._latest.get((case.id, call.params["document"]))
                if paper is not None:
                    name = who.name if call.name == "received" else self._name(call.params["to"])
                    self._hand(paper, call.params, name, now)

    def _issue(self, case: Case, who: Who, accepted: Accepted, params: Mapping[str, Json], now: datetime) -> None:
        definition = self.handbook.documents[params["document"]]
        if definition.id not in self.bundles:
            self.bundles[definition.id] = gather(
                definition.template, {**self.sources, definition.template: definition.source}
            )
        state = accepted.state
        data = {**self._heading(case.number, state), **(params.get("data") or {})}
        frozen = json.dumps(data, ensure_ascii=False, sort_keys=True)
        known = self._latest.get((case.id, definition.id))
        paper = Paper(
            self._first + len(self.papers) * self._step, definition, case, (state.get("store") or {}).get("id") or 0,
            who, now, frozen, glyphs.missing(data, self._known), known if params.get("supersede") else None,
        )  # fmt: skip
        names = definition.copies or ()
        for n in range(1, max(1, len(names)) + 1):
            paper.copies[n] = Copy(ISSUER, who.name)
        self.papers.append(paper)
        self._latest[case.id, definition.id] = paper

    def _heading(self, number: str, state: Mapping[str, Json]) -> dict[str, Json]:
        house = self.house
        agreed = [
            {"who": name.split("|")[0], "name": self.people.get(mark.get("person"), ""), "at": mark.get("at")}
            for task in state["tasks"].values()
            for name, mark in task.get("marks", {}).items()
        ]
        return {
            "company": {"name": _plain(house.company), "logo": None},
            "store": {"name": _plain(house.store), "phone": house.phone, "address": house.address}
            if house.code
            else {},
            "case": number, "agreed": agreed,
        }  # fmt: skip

    def _hand(self, paper: Paper, params: Mapping[str, Json], name: str, now: datetime) -> None:
        copy = paper.copies.get(int(params["copy"])) if str(params["copy"]).isdigit() else None
        if copy is None:
            return
        if params.get("pending"):
            copy.pending = params["to"]
        else:
            copy.holder, copy.holder_name, copy.pending = params["to"], name, ""
        copy.handed_at = now

    def _name(self, holder: str) -> str:
        role = self.handbook.roles.get(holder)
        return role.name.zh if role else {"customer": "客户"}.get(holder, holder)

    # --- numbers and rows

    def wanted(self) -> list[tuple[datetime, str, int, str]]:
        """(when, series, store or 0, period) of every paper, in their order."""
        return [(one.at, *_series(one, self.house.code)[1:]) for one in self.papers]

    def rows(self, serials: Sequence[int], tables: Tables) -> None:
        """Everything into `tables`, once the numbers are known."""
        for paper, serial in zip(self.papers, serials, strict=True):
            self._row(paper, serial, tables)

    def _row(self, paper: Paper, serial: int, tables: Tables) -> None:
        one, case = paper.definition, paper.case
        pattern, series, counted, period = _series(paper, self.house.code)
        number = pattern.fill(paper.at.astimezone(SHANGHAI).date(), self.house.code, serial)
        digest = hashlib.sha256(paper.data.encode()).hexdigest()
        tables.add(
            "documents_document", paper.id, one.id, js(one.name.as_json()), number, series, counted, period, serial,
            case.id, js(dict(case.subject or {})), paper.store, paper.at, paper.who.person, paper.who.name,
            Js(paper.data), digest, code_of(number, digest), self.bundles[one.id].hash, self.handbook.hash,
            one.paper[0] if one.paper else "a4", paper.replaces.id if paper.replaces else None, None, None, "",
            js(paper.missing), None, 0, "",
        )  # fmt: skip
        for n, copy in paper.copies.items():
            kind = one.copies[n - 1] if one.copies else None
            label, intended = (kind.name, kind.holder) if kind else (one.name, ISSUER)
            tables.add(
                "documents_copy", paper.id, n, 1, "", js(label.as_json()), intended, copy.holder, copy.holder_name,
                copy.handed_at, copy.pending, None, "",
            )  # fmt: skip
        who = (paper.at, paper.who.person, paper.who.name, "")
        if paper.replaces:
            tables.add("audit_trace", *who, "documents.supersede", "document", paper.replaces.id, "done", js({}))
        tables.add("audit_trace", *who, "documents.issue", "document", paper.id, "done", js({"number": number}))


def numbered(
    wanted: Sequence[Sequence[tuple[datetime, str, int, str]]],
) -> tuple[list[list[int]], dict[tuple[str, int, str], int]]:
    """Serials for the papers of several stores in the order of time; and the last of each series."""
    order = sorted((one[0], place, n) for place, papers in enumerate(wanted) for n, one in enumerate(papers))
    last: dict[tuple[str, int, str], int] = {}
    serials = [[0] * len(papers) for papers in wanted]
    for _, place, n in order:
        series = wanted[place][n][1:]
        last[series] = last.get(series, 0) + 1
        serials[place][n] = last[series]
    return serials, last


def _series(paper: Paper, code: str) -> tuple[numbers.Pattern, str, int, str]:
    pattern = numbers.parse(paper.definition.number or "{yyyy}{mm}{dd}-{n:04}")
    period = pattern.period(paper.at.astimezone(SHANGHAI).date())
    return pattern, pattern.text, paper.store if pattern.uses("store") else 0, period


def _plain(name: Json) -> str:
    return str(name.get("zh") or name.get("en") or "") if isinstance(name, Mapping) else str(name or "")

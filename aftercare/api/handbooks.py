"""Handbooks: what is live, its clauses with figures, its procedures, checking and loading a version."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from aftercare.api.bodies import Body, Moment
from aftercare.api.edge import Ask
from aftercare.api.records import MAYBE_MOMENT
from aftercare.api.routes import Routes
from aftercare.api.shapes import BOOL, FAULT, INT, MOMENT, OBJECT, WORDS, by_key, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases import queries
from aftercare.cases.handbooks import load_handbook
from aftercare.cases.models import HandbookVersion
from aftercare.cases.world import epoch, handbook_of, live_handbooks, live_version
from aftercare.handbook import load_texts
from aftercare.handbook.model import Handbook, Procedure

routes = Routes("handbooks")
FIGURES_OVER = timedelta(days=30)
BOOK = obj(id=WORD, name=WORDS, version=WORD, hash=WORD)
CLAUSE = obj(
    id=WORD, system=WORD, text=WORDS, source=WORD, enforce=WORD, carried_by=many(WORD),
    figures=obj(kept=INT, broken=INT, refused=INT, observed=INT),
)  # fmt: skip
TASK = obj(id=WORD, name=WORDS, roles=many(WORD), form=WORD, outcomes=by_key(WORDS), clauses=many(WORD))
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Files(Body):
    """A folder as relative path -> text."""

    files: Annotated[dict[Name, Annotated[str, Field(max_length=1_000_000)]], Field(min_length=1, max_length=200)]


def live(handbook: str) -> Handbook:
    """The version in force; NotFound when there is none."""
    return handbook_of(live_version(handbook, epoch()))


@routes.get("/handbooks", access="handbook.see", answer=listing(BOOK))
def handbooks(ask: Ask) -> Any:
    """The handbooks in force."""
    return {"items": [_told(handbook_of(version)) for version in live_handbooks(epoch())]}


@routes.get(
    "/handbooks/{handbook}/versions",
    access="handbook.see",
    answer=listing(obj(hash=WORD, version=WORD, loaded_at=MOMENT, loaded_by=INT, live=BOOL)),
)
def versions(ask: Ask, handbook: str) -> Any:
    """Every version loaded, newest first."""
    rows = HandbookVersion.objects.filter(handbook=handbook).order_by("-loaded_at")
    return {"items": list(rows.values("hash", "version", "loaded_at", "loaded_by", "live")[:200])}


@routes.get("/handbooks/{handbook}/clauses", access="handbook.see", answer=listing(CLAUSE))
def clauses(ask: Ask, handbook: str, since: Moment | None = MAYBE_MOMENT) -> Any:
    """Every clause with how it fared in one's stores since a moment (default: 30 days ago)."""
    book = live(handbook)
    figures = queries.clause_figures(ask.actor, since or ask.now - FIGURES_OVER)
    none = {"kept": 0, "broken": 0, "refused": 0, "observed": 0}
    items = [
        {
            "id": one.id, "system": one.system, "text": one.text, "source": one.source, "enforce": one.enforce,
            "carried_by": [f"{spot.file}:{spot.line}" for spot in book.carried.get(one.id, ())],
            "figures": figures.get(one.id, none),
        }
        for one in book.clauses.values()
    ]  # fmt: skip
    return {"items": items}


@routes.get(
    "/handbooks/{handbook}/procedures",
    access="handbook.see",
    answer=listing(obj(id=WORD, name=WORDS, subject=WORD, tasks=many(TASK))),
)
def procedures(ask: Ask, handbook: str) -> Any:
    """Procedures with the names of their tasks and outcomes: what lists of tasks are read with."""
    return {"items": [_procedure(one) for one in live(handbook).procedures.values()]}


@routes.get(
    "/handbooks/{handbook}/forms/{form}", access="handbook.see", answer=obj(id=WORD, name=WORDS, fields=many(OBJECT))
)
def form(ask: Ask, handbook: str, form: str) -> Any:
    """The fields of a form: what a sheet must hold."""
    from aftercare.errors import NotFound

    found = live(handbook).forms.get(form)
    if found is None:
        raise NotFound.because("handbook.no_form", "没有这份表单。", "There is no such form.", field="form")
    return {"id": found.id, "name": found.name, "fields": [_field(one) for one in found.fields]}


@routes.post(
    "/handbooks/check",
    access="handbook.load",
    body=Files,
    once=False,
    answer=obj(handbook=maybe(BOOK), faults=many(FAULT), warnings=many(FAULT)),
)
def check(ask: Ask, body: Files) -> Any:
    """Every fault of a folder with file, line and column; nothing is kept."""
    library = {row.handbook: row.files for row in HandbookVersion.objects.filter(live=True)}
    loaded = load_texts(body.files, library)
    return {
        "handbook": _told(loaded.handbook) if loaded.handbook else None,
        "faults": [fault.as_json() for fault in loaded.faults],
        "warnings": [fault.as_json() for fault in loaded.warnings],
    }


@routes.post("/handbooks", access="handbook.load", body=Files, status=201, answer=BOOK)
def load(ask: Ask, body: Files) -> Any:
    """Put a version in force; a broken one is refused with every fault, and the running one stays."""
    return _told(load_handbook(ask.actor, ask.now, body.files))


def _told(book: Handbook) -> dict[str, Any]:
    return {"id": book.id, "name": book.name, "version": book.version, "hash": book.hash}


def _procedure(one: Procedure) -> dict[str, Any]:
    tasks = [
        {
            "id": task.id, "name": task.name, "roles": list(task.role), "form": task.form,
            "outcomes": {outcome.id: outcome.name for outcome in task.outcomes.values()},
            "clauses": list(task.clauses),
        }
        for task in one.tasks.values()
    ]  # fmt: skip
    return {"id": one.id, "name": one.name, "subject": one.subject, "tasks": tasks}


def _field(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "type": one.type, "required": one.required is True, "locked": one.locked,
        "personal": one.personal, "options": [{"id": option.id, "name": option.name} for option in one.options],
        "columns": [_field(column) for column in one.columns], "clauses": list(one.clauses),
    }  # fmt: skip

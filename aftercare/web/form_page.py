"""A page with one form: shown, filled in, refused with all faults beside their fields, saved once.

    return form_page(request, PageForm("store", _("New store"), FIELDS, back="/people/stores/"), {}, save)

`save(values)` calls one verb and returns where to go. A Conflict shows what was stored meanwhile beside what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as own
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from aftercare.errors import JSON, Conflict, Refused
from aftercare.handbook.model import Field
from aftercare.web import forms_parse, forms_said, frame
from aftercare.web.forms_render import NOTHING_KNOWN, Drawn, Known
from aftercare.web.once import once

Words = str | Promise


@dataclass(frozen=True, slots=True)
class PageForm:
    """`present` answers with (values, version) as stored now: needed where `version` guards against overwriting."""

    id: str
    title: Words
    fields: tuple[Field, ...]
    back: str
    lead: Words = ""
    submit: Words = ""
    done: str = ""
    widths: Mapping[str, str] = own(default_factory=dict)
    known: Known = NOTHING_KNOWN
    template: str = "web/form_page.html"
    version: int | None = None
    present: Callable[[], tuple[Mapping[str, JSON], int]] | None = None
    extra: Mapping[str, Any] = own(default_factory=dict)


def form_page(
    request: Any, form: PageForm, values: Mapping[str, JSON], save: Callable[[dict[str, JSON]], str], *, room: str
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, form, room, Drawn(form.fields, values, known=form.known, widths=form.widths))
    parsed = forms_parse.parse(form.fields, request.POST, request.FILES)
    try:
        faults = [*parsed.faults, *_missing(form, parsed)]
        if faults:
            raise Refused(faults)
        return once(request, lambda: save(parsed.values), form.done)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        drawn = Drawn(
            form.fields, values, faults=refusal.faults, typed=parsed.typed, known=form.known, widths=form.widths
        )
        more = _differences(request, form, parsed.values) if isinstance(refusal, Conflict) and form.present else {}
        return _page(request, form, room, drawn, status=refusal.status, **more)


def asked_version(request: Any) -> int:
    """The version the form was filled in at; 0 for nonsense, which no row has."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _missing(form: PageForm, parsed: forms_parse.Parsed) -> list[Any]:
    unread = {fault.field for fault in parsed.faults}
    return [fault for fault in forms_parse.missing(form.fields, parsed.values) if fault.field not in unread]


def _differences(request: Any, form: PageForm, typed: Mapping[str, JSON]) -> dict[str, Any]:
    assert form.present is not None
    stored, version = form.present()
    rows = [
        (one.name, said_stored, said_typed)
        for one in form.fields
        if (said_stored := forms_said.said(one, stored.get(one.id), request.now, form.known))
        != (said_typed := forms_said.said(one, typed.get(one.id), request.now, form.known))
    ]
    return {"differences": rows, "version": version}


def _page(request: Any, form: PageForm, room: str, drawn: Drawn, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": drawn,
        "page_form": form,
        "submit": form.submit or _("Save"),
        "version": form.version,
        **form.extra,
        **more,
    }
    return frame.page(request, form.template, context, room=room, status=status)

"""Printers of the stores: paper, offsets and scale found with a test page, and how to set up the office PC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.documents import actions_printers, queries
from aftercare.documents.models import Printer
from aftercare.documents.press import printer_test_page
from aftercare.errors import JSON, NotFound
from aftercare.handbook.model import Field
from aftercare.people.access import visible
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.form_page import PageForm, form_page
from aftercare.web.forms_render import Known, option
from aftercare.web.pages.people import store_names
from aftercare.web.shown.printing import PAPER_NAMES

ROOM = "papers"
STORE = Field("store", Text("门店", "Store"), "store", required=True)
CHANGED = (
    Field("name", Text("名称", "Name"), "text", required=True,
          help=Text("如：前台针式打印机", "Such as: dot matrix at the desk")),
    Field("paper", Text("纸张", "Paper"), "choice", required=True,
          options=tuple(option(id, name.zh, name.en) for id, name in PAPER_NAMES.items())),
    Field("offset_x_mm", Text("向右移（毫米）", "To the right (mm)"), "number",
          help=Text("量得的左边距大于 20 毫米填负数", "Negative when the frame lies more than 20 mm from the left")),
    Field("offset_y_mm", Text("向下移（毫米）", "Downwards (mm)"), "number",
          help=Text("量得的上边距大于 22 毫米填负数", "Negative when the frame lies more than 22 mm from the top")),
    Field("scale", Text("比例", "Scale"), "number",
          help=Text("1 为原大；测试线不足 100 毫米时调大", "1 is full size; more when the test line is under 100 mm")),
)  # fmt: skip
WIDTHS = {"offset_x_mm": "third", "offset_y_mm": "third", "scale": "third"}


def printers(request: Any) -> HttpResponse:
    names = store_names()
    rows = [
        {"row": one, "store": names.get(one.store_id, ""), "paper": PAPER_NAMES.get(one.paper, one.paper),
         "may_edit": request.actor.may("settings.edit", one.store_id)}
        for one in queries.printers(request.actor)
    ]  # fmt: skip
    context = {"printers": rows, "may_edit": request.actor.may_somewhere("settings.edit")}
    return frame.page(request, "papers/printers.html", context, room=ROOM)


def new_printer(request: Any) -> HttpResponse:
    form = PageForm(
        "new-printer",
        _("New printer"),
        (STORE, *CHANGED),
        reverse("printers"),
        lead=_("Begin without offsets, print the test page, measure it, then enter what is off."),
        widths=WIDTHS,
        known=Known(stores=store_names()),
    )
    store = frame.Frame(request, "").store
    first: dict[str, JSON] = {"offset_x_mm": 0, "offset_y_mm": 0, "scale": 1}
    if store:
        first["store"] = {"kind": "store", "id": store.id}

    def save(values: dict[str, JSON]) -> str:
        where: Any = values["store"]
        return _save(request, {**values, "store_id": where["id"]})

    return form_page(request, form, first, save, room=ROOM)


def edit_printer(request: Any, printer: int) -> HttpResponse:
    row = visible(Printer.objects.filter(pk=printer), request.actor, "settings.edit").first()
    if row is None:
        raise NotFound.because("documents.no_printer", "没有这台打印机。", "There is no such printer.")
    title = _("Edit %(name)s") % {"name": row.name}
    form = PageForm(f"printer-{printer}", title, CHANGED, reverse("printers"), widths=WIDTHS)
    values: dict[str, JSON] = {
        "name": row.name, "paper": row.paper, "offset_x_mm": float(row.offset_x_mm),
        "offset_y_mm": float(row.offset_y_mm), "scale": float(row.scale),
    }  # fmt: skip
    return form_page(request, form, values, lambda typed: _save(request, typed, printer), room=ROOM)


def _save(request: Any, values: Mapping[str, JSON], printer: int | None = None) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    actions_printers.save_printer(given, request.actor, request.now, printer)
    return reverse("printers")


def test_page(request: Any, printer: int) -> HttpResponse:
    if not visible(Printer.objects.filter(pk=printer), request.actor, "documents.print").exists():
        raise NotFound.because("documents.no_printer", "没有这台打印机。", "There is no such printer.")
    pages = printer_test_page(printer, request.actor, frame.Frame(request, "").language)
    response = HttpResponse(pages[0], content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="test-page-{printer}.pdf"'
    return response


def guide(request: Any) -> HttpResponse:
    """How the PC in the office prints at full size, on Windows and elsewhere."""
    return frame.page(request, "papers/guide.html", room=ROOM)


routes = [
    route("printers/", printers, access="documents.print", name="printers"),
    route("printers/new/", new_printer, access="settings.edit", name="new_printer", post=True),
    route("printers/guide/", guide, access="documents.print", name="printer_guide"),
    route("printers/<int:printer>/", edit_printer, access="settings.edit", name="edit_printer", post=True),
    route("printers/<int:printer>/test.pdf", test_page, access="documents.print", name="printer_test"),
]

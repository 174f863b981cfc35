"""Printers of a store and the corrections found by their test pages."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from aftercare.audit.actions import trace
from aftercare.documents import render
from aftercare.documents.models import Printer
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults


def save_printer(values: Mapping[str, Any], actor: Actor, now: datetime, printer: int | None = None) -> Printer:
    """Create or change a printer: {store_id, name, paper, offset_x_mm, offset_y_mm, scale}.

    Offsets lie within ±30 mm, the scale within 0.9 and 1.1. Raises Refused naming the field.
    """
    old = None if printer is None else Printer.objects.filter(pk=printer).first()
    store = old.store_id if old else int(values["store_id"])
    require(actor, "settings.edit", store)
    if printer is not None and old is None:
        raise NotFound(Fault("documents.no_printer", "没有这台打印机", "There is no such printer"))
    name = str(values.get("name", "")).strip()
    if not 1 <= len(name) <= 60 or text_faults({"name": name}):
        raise Refused.because(
            "documents.printer_name",
            "打印机名称要 1 到 60 个字",
            "A printer's name has 1 to 60 characters",
            field="name",
        )
    if Printer.objects.filter(store_id=store, name=name).exclude(pk=printer or 0).exists():
        raise Conflict.because(
            "documents.printer_twice",
            f"本店已有打印机“{name}”",
            f"The store has a printer “{name}” already",
            field="name",
        )
    render.paper_named(str(values.get("paper", "")))
    row = old or Printer(store_id=store)
    row.name, row.paper = name, str(values["paper"])
    row.offset_x_mm = _between(values, "offset_x_mm", Decimal(0), Decimal(-30), Decimal(30))
    row.offset_y_mm = _between(values, "offset_y_mm", Decimal(0), Decimal(-30), Decimal(30))
    row.scale = _between(values, "scale", Decimal(1), Decimal("0.9"), Decimal("1.1"))
    with transaction.atomic():
        row.save()
        trace(actor, "documents.printer", ("printer", row.pk), now=now, data={"name": name})
    return row


def _between(values: Mapping[str, Any], field: str, default: Decimal, low: Decimal, high: Decimal) -> Decimal:
    try:
        number = Decimal(str(values.get(field, default)))
        fits = low <= number <= high
    except ArithmeticError:
        fits = False
    if not fits:
        raise Refused.because(
            "documents.printer_range",
            f"数值要在 {low} 和 {high} 之间",
            f"The value must be between {low} and {high}",
            field=field,
        )
    return number

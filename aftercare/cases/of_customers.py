"""Customers as cases see them: read in conditions, saved from forms, merged and erased together with their cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from aftercare.cases.actions import act
from aftercare.cases.models import Case, OpenTask
from aftercare.cases.rebuild import erase_personal
from aftercare.cases.registry import EffectContext, effect, entity
from aftercare.customers import actions, hooks
from aftercare.customers.queries import facts
from aftercare.engine import Command
from aftercare.errors import Fault, Refused
from aftercare.people.actor import SYSTEM, Actor

Json = Any


def customer_facts(customer: int) -> Mapping[str, Json]:
    """In the shape of `handbook.entities`: unmasked, for conditions and papers, never for a page."""
    return facts(customer)


@effect("save")
def save_customer(context: EffectContext, params: Mapping[str, Json]) -> None:
    """Bound fields of a sheet reach the customer's file, so that nobody is asked twice."""
    if params.get("entity") != "customer" or not context.customer:
        return
    name, version, known = _on_file(context.customer)
    values = params["with"]
    if values.get("name") and values["name"] != name:
        actions.change_customer(context.customer, {"full_name": values["name"]}, version, SYSTEM, context.now)
    if values.get("phone") and str(values["phone"]) not in known:
        _save_phone(context.customer, str(values["phone"]), context.now)


_ON_FILE = """
select c.full_name, c.version, array(select p.typed from customers_phone p where p.customer_id = c.id)
from customers_customer c where c.id = %s
"""


def _on_file(customer: int) -> tuple[str, int, list[str]]:
    """(name, version, numbers as typed). One statement, for most sheets say nothing new of the customer."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_FILE, [customer])
        row = cursor.fetchone()
    if row is None:
        raise Refused(Fault("customer.absent", "没有这位客户。", "There is no such customer."))
    return row[0], row[1], row[2]


def _save_phone(customer: int, number: str, now: datetime) -> None:
    try:
        actions.add_phone(customer, actions.NewPhone(number), SYSTEM, now)
    except Refused as refused:
        if any(fault.code != "phone_twice" for fault in refused.faults):
            raise


def erase(customer: int, actor: Actor, now: datetime) -> Json:
    """An open promise must be kept or ended first; then the personal parts of all events go."""
    running = list(
        Case.objects.filter(customer_id=customer, status__in=("open", "paused")).values_list("number", flat=True)[:5]
    )
    if running:
        raise Refused(
            Fault(
                "open_cases", f"客户还有未办结的工单：{'、'.join(running)}，请先办结或取消。",
                f"The customer has running cases: {', '.join(running)}; finish or cancel them first.",
            )
        )  # fmt: skip
    return {"cases": erase_personal(customer)}


def merge(kept: int, dropped: int, actor: Actor, now: datetime) -> Json:
    cases = list(Case.objects.filter(customer_id=dropped).order_by("pk").values_list("pk", flat=True))
    for case in cases:
        move_case(case, kept, now)
    return {"cases": cases}


def undo_merge(kept: int, dropped: int, memento: Json, actor: Actor, now: datetime) -> None:
    for case in memento["cases"]:
        move_case(case, dropped, now)


def move_case(case: int, customer: int, now: datetime) -> None:
    """The case is about somebody else: it, its tasks, its records and its conditions follow, and the chain tells."""
    act(SYSTEM, now, case, Command("signal", {"name": "customer", "customer": {"kind": "customer", "id": customer}}))
    OpenTask.objects.filter(case_id=case).update(customer_id=customer)


def register() -> None:
    entity("customer", customer_facts)
    hooks.on_erase("cases", erase)
    hooks.on_merge("cases", merge, undo_merge)

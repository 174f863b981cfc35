"""Customers as cases see them: read in conditions, saved from forms, merged and erased together with their cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection

from aftercare.cases.actions import act
from aftercare.cases.models import Case, OpenTask
from aftercare.cases.rebuild import erase_personal, erase_rows
from aftercare.cases.registry import EffectContext, effect, entity, fact
from aftercare.cases.world import handbook_of
from aftercare.customers import actions, contacts, filing, greeting, hooks
from aftercare.customers.queries import facts
from aftercare.engine import Command
from aftercare.errors import Fault, Refused
from aftercare.people.access import visible
from aftercare.people.actor import SYSTEM, Actor

Json = Any


def customer_facts(customer: int) -> Mapping[str, Json]:
    """In the shape of `handbook.entities`: unmasked, for conditions and papers, never for a page."""
    return facts(customer)


@effect("save")
def save_customer(context: EffectContext, params: Mapping[str, Json]) -> None:
    """What a sheet learnt reaches the customer's file with the case it comes from, so that nobody is asked twice."""
    if params.get("entity") != "customer" or not context.customer:
        return
    values = {name: value for name, value in params["with"].items() if value not in (None, "", [], {})}
    name, known, fields = _on_file(context.customer)
    source = source_of(context)
    plain = {_COLUMNS[one]: value for one, value in values.items() if one in _COLUMNS}
    if values.get("name") == name:
        del plain["full_name"]
    changed = {one: value for one, value in plain.items() if fields.get(one) != value}
    if changed:
        actions.change_customer(context.customer, changed, None, SYSTEM, context.now, source)
    for number in _numbers(values):
        if number not in known:
            _save_phone(context.customer, number, context.now, source)
    if isinstance(values.get("address"), Mapping):
        parts: dict[str, Any] = {part: str(text) for part, text in values["address"].items() if part in _PARTS}
        place = actions.NewAddress(**parts)
        actions.move_house(context.customer, place, SYSTEM, context.now, source)
    if values.get("filed_on"):
        actions.make_file(context.customer, SYSTEM, context.now, source)


def to_greet(known: Mapping[str, Json]) -> Json:
    """A fact: who of the store is to be greeted on a day, `match: {day: ..., festivals: ...}`."""
    match = known["match"]
    on = date.fromisoformat(match["day"]) if match.get("day") else None
    return greeting.to_greet(known["store"], on, match.get("festivals") or ()) if on else []


@effect("contact")
def log_contact(context: EffectContext, params: Mapping[str, Json]) -> None:
    """A talk with a customer: of the case, or the one that a row names. One line per row, told again it follows."""
    customer = customer_of(context, params)
    if customer is None:
        return
    source = {**source_of(context), **({"line": str(params["row"])} if params.get("row") else {})}
    said = {name: str(value) for name, value in (params.get("with") or {}).items() if value is not None}
    contacts.log(customer, str(params["kind"]), said, context.actor, context.now, source)


def customer_of(context: EffectContext, params: Mapping[str, Json]) -> int | None:
    """Whom an effect is about: whoever it names, else the customer of the case."""
    named = params.get("customer")
    return int(named["id"]) if isinstance(named, Mapping) and named.get("id") else context.customer


def source_of(context: EffectContext) -> dict[str, Json]:
    """Where something was learnt, as the file of a customer keeps it."""
    name = context.procedure.name.as_json()
    person = {"id": context.actor.person, "name": context.actor.name}
    return {"kind": "case", "id": context.case, "number": context.number, "name": name, "person": person}


_COLUMNS = {
    "name": "full_name", "gender": "gender", "birthday": "birthday", "birthday_lunar": "birthday_lunar",
    "family_size": "family_size",
}  # fmt: skip
_PARTS = frozenset({"text", "province", "city", "district", "street", "building", "door"})
_ON_FILE = """
select c.full_name, array(select p.typed from customers_phone p where p.customer_id = c.id),
    json_build_object('gender', c.gender, 'birthday', c.birthday, 'birthday_lunar', c.birthday_lunar,
        'family_size', c.family_size)::text
from customers_customer c where c.id = %s
"""


def _on_file(customer: int) -> tuple[str, list[str], dict[str, Json]]:
    """(name, numbers as typed, fields). One statement, for most sheets say nothing new of the customer."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_FILE, [customer])
        row = cursor.fetchone()
    if row is None:
        raise Refused(Fault("customer.absent", "没有这位客户。", "There is no such customer."))
    return row[0], row[1], json.loads(row[2])


def _numbers(values: Mapping[str, Json]) -> list[str]:
    more = values.get("phones")
    listed = [one.get("number") if isinstance(one, Mapping) else one for one in more] if isinstance(more, list) else []
    return [str(number) for number in (values.get("phone"), values.get("second_phone"), *listed) if number]


def _save_phone(customer: int, number: str, now: datetime, source: Mapping[str, Json]) -> None:
    try:
        actions.add_phone(customer, actions.NewPhone(number), SYSTEM, now, source)
    except Refused as refused:
        if any(fault.code != "customer.phone_twice" for fault in refused.faults):
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
    return {"cases": erase_personal(customer) + erase_rows(customer, contacts.cases_with(customer))}


def merge(kept: int, dropped: int, actor: Actor, now: datetime) -> Json:
    cases = list(Case.objects.filter(customer_id=dropped).order_by("pk").values_list("pk", flat=True))
    for case in cases:
        move_case(case, kept, now)
    return {"cases": cases}


def undo_merge(kept: int, dropped: int, memento: Json, actor: Actor, now: datetime) -> None:
    for case in memento["cases"]:
        move_case(case, dropped, now)


def filed(customer: int, actor: Actor) -> list[dict[str, Json]]:
    """What was promised and done for a customer, as the file lists it. One query."""
    rows = visible(Case.objects.filter(customer_id=customer), actor, "cases.see").defer("state").order_by("-opened_at")
    return [
        {
            "kind": "case", "id": row.pk, "case": row.pk, "number": row.number, "at": row.opened_at.isoformat(),
            "title": handbook_of(row.version).procedures[row.procedure].name.as_json(), "status": row.status,
        }
        for row in rows[:100]
    ]  # fmt: skip


def move_case(case: int, customer: int, now: datetime) -> None:
    """The case is about somebody else: it, its tasks, its records and its conditions follow, and the chain tells."""
    act(SYSTEM, now, case, Command("signal", {"name": "customer", "customer": {"kind": "customer", "id": customer}}))
    OpenTask.objects.filter(case_id=case).update(customer_id=customer)


def register() -> None:
    entity("customer", customer_facts)
    fact("to_greet", to_greet)
    filing.on_file("cases", filed)
    hooks.on_erase("cases", erase)
    hooks.on_merge("cases", merge, undo_merge)

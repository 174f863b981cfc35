"""Orders taken over from an order book: a new case, or one in the middle with what the book says is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aftercare.cases.actions import Done, Opening, open_case
from aftercare.cases.world import epoch, handbook_of, live_handbooks
from aftercare.errors import Refused
from aftercare.handbook.model import Handbook, Procedure
from aftercare.orders.actions import attach_case
from aftercare.orders.models import Order
from aftercare.people.actor import Actor

Json = Any


def order_procedure() -> tuple[Handbook, Procedure]:
    """The procedure of a live handbook that runs an order from the start. Raises Refused where there is none."""
    for version in live_handbooks(epoch()):
        handbook = handbook_of(version)
        for procedure in handbook.procedures.values():
            if procedure.subject == "order" and any(start.by for start in procedure.starts):
                return handbook, procedure
    raise Refused.because("no_handbook", "还没有载入办理订单的手册。", "No handbook that runs orders is loaded yet.")


def open_imported(order_id: int, adopt: Mapping[str, Json] | None, actor: Actor, now: datetime) -> Done:
    """Open the case of an imported order; with `adopt` ({issued, agreed, copies: {"1": bool}, delivery_date, stored_on,
    deposit_paid}) it is taken over as it stands. It belongs to the order's salesperson, whoever brings the file."""
    handbook, procedure = order_procedure()
    order = Order.objects.get(pk=order_id)
    opening = Opening(handbook.id, procedure.id, order.store_id, {"kind": "order", "id": order_id}, order.customer_id)
    seller = {"opener": {"kind": "person", "id": order.salesperson_id}}
    if adopt is None:
        done = open_case(actor, now, opening, seller)
    else:
        done = open_case(actor, now, opening, seller | adopted(handbook, procedure, adopt), verb="adopt")
    attach_case(order_id, done.case)
    return done


def adopted(handbook: Handbook, procedure: Procedure, said: Mapping[str, Json]) -> dict[str, Json]:
    """The data of `adopt`: steps that count as done, copies that are out, values, money received."""
    told = set(_told(said))
    steps = [one for one in procedure.adopts if one.says in told]
    tasks = {
        after.task: {"outcome": after.outcome, "values": _values(said, handbook, procedure, after.task)}
        for one in steps
        for after in one.done
    }
    papers: dict[str, dict[str, str]] = {}
    for one in steps:
        for thing in one.hands:
            document, _, copy = thing.partition("/")
            copies = [copy] if copy else [each.id for each in handbook.documents[document].copies]
            papers.setdefault(document, {}).update(dict.fromkeys(copies, one.to))
    values = {name: said[name] for name in procedure.values if said.get(name) is not None}
    charge, paid = next(iter(procedure.charges), ""), said.get("deposit_paid")
    return {"tasks": tasks, "papers": papers, "values": values, "charges": {charge: paid} if charge and paid else {}}


def _told(said: Mapping[str, Json]) -> Iterator[str]:
    """`issued`, `copies.1`, `stored_on` ... for everything that is said and true."""
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from (f"{name}.{key}" for key, one in value.items() if one)
        elif value:
            yield name


def _values(said: Mapping[str, Json], handbook: Handbook, procedure: Procedure, task: str) -> dict[str, Json]:
    """What the book says under the names of the step's own fields; bound fields the engine reads from the order."""
    form = handbook.forms.get(procedure.tasks[task].form)
    names = {one.id for one in form.fields} if form else set()
    return {name: value for name, value in said.items() if name in names and value is not None}

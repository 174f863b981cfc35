"""What the rooms of cases and orders add beside a customer and at the desk. Registered once at start."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.cases import queries as cases
from aftercare.customers import contacts, hooks
from aftercare.errors import JSON
from aftercare.orders import queries as orders
from aftercare.people.actor import Actor
from aftercare.web import slots
from aftercare.web.naming import House
from aftercare.web.pages import desk
from aftercare.web.pages.cases import described
from aftercare.web.shown.contacts import contact_said
from aftercare.web.shown.order import STATUS
from aftercare.web.words import ZONE

ENDED = ("closed", "cancelled")
MOST = 20


def register() -> None:
    hooks.on_panel("cases", _cases_of)
    slots.customer_parts["cases"] = "cases/beside.html"
    slots.customer_parts["orders"] = "orders/beside.html"
    slots.customer_timeline["cases"] = _case_moments
    slots.customer_timeline["orders"] = _order_moments
    slots.customer_timeline["contacts"] = _contact_moments
    desk.groups.append((_("Cases"), "cases/found.html", find_cases))
    desk.groups.append((_("Orders"), "orders/found.html", find_orders))


def _cases_of(customer: int, actor: Actor) -> JSON:
    """Cases of a customer, the open ones first. One query."""
    if not actor.may_somewhere("cases.see"):
        return []
    rows = list(cases.cases(actor, customer=customer).order_by("closed_at", "next_due", "-id")[:MOST])
    rows.sort(key=lambda one: one.status in ENDED)
    return [
        {
            "id": one.pk, "number": one.number, "status": one.status, "overdue": one.overdue,
            "name": cases.definition(one)[1].name.as_json(),
            "next_due": one.next_due.isoformat() if one.next_due else "",
        }
        for one in rows
    ]  # fmt: skip


def _case_moments(customer: int, actor: Actor, now: datetime) -> list[slots.Moment]:
    if not actor.may_somewhere("cases.see"):
        return []
    rows = cases.cases(actor, customer=customer).order_by("-opened_at")[:MOST]
    return [
        slots.Moment(one.opened_at, "case", "cases/moment.html", {"case": one, "name": cases.definition(one)[1].name})
        for one in rows
    ]


def _order_moments(customer: int, actor: Actor, now: datetime) -> list[slots.Moment]:
    if not actor.may_somewhere("orders.see"):
        return []
    rows = orders.orders(actor, orders.OrderFilter(customer=customer), limit=MOST).rows
    return [
        slots.Moment(datetime.combine(one["ordered_on"], time(), ZONE), "order", "orders/moment.html", one)
        for one in rows
    ]


def _contact_moments(customer: int, actor: Actor, now: datetime) -> list[slots.Moment]:
    """Greetings, visits and calls."""
    return [
        slots.Moment(one["at"], "contact", "customers/contact_moment.html", contact_said(one))
        for one in contacts.of_customer(customer, actor)
    ]


def find_cases(text: str, actor: Actor, limit: int) -> list[Any]:
    """By a piece of the number; open ones first."""
    if not actor.may_somewhere("cases.see") or len(text) < 3 or not any(sign.isdigit() for sign in text):
        return []
    rows = cases.cases(actor).filter(Q(number__icontains=text)).order_by("closed_at", "-opened_at")[:limit]
    return described(list(rows), House())


def find_orders(text: str, actor: Actor, limit: int) -> list[Any]:
    """By number, goods or code."""
    if not actor.may_somewhere("orders.see") or len(text) < 3 or not any(sign.isdigit() for sign in text):
        return []
    rows = orders.orders(actor, orders.OrderFilter(text=text), limit=limit).rows
    return [{**row, "status_said": STATUS[row["status"]]} for row in rows]

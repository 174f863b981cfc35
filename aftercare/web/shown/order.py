"""The page of one order: goods and how far they are, money, its cases, and every change it went through."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from aftercare.cases import queries as cases
from aftercare.cases.models import Case
from aftercare.documents.queries import documents
from aftercare.money.queries import balances, entries_of_order
from aftercare.orders.queries import order_page
from aftercare.orders.values import FIELDS, PAYMENTS
from aftercare.texts import Text
from aftercare.web.naming import House
from aftercare.web.pages.cases import live_procedures
from aftercare.web.shown.paper import PaperLine
from aftercare.web.words import money_said, text_in

Json = Any
STATUS = {
    "open": ("open", Text("未完成", "Open")),
    "delivered": ("kept", Text("已送达", "Delivered")),
    "cancelled": ("planned", Text("已取消", "Cancelled")),
}
_MONEY = frozenset({"total", "deposit"})


class OrderPage:
    """Reads what its template asks for, in a constant number of statements."""

    def __init__(self, request: Any, order: int) -> None:
        self.request, self.actor, self.now = request, request.actor, request.now
        self.order = order_page(self.actor, order)
        self.house = House()

    @property
    def status(self) -> tuple[str, Text]:
        return STATUS[self.order["status"]]

    @property
    def is_open(self) -> bool:
        return bool(self.order["status"] == "open")

    @property
    def lines(self) -> list[dict[str, Json]]:
        return list(self.order["lines"])

    @property
    def address(self) -> str:
        """Masked for those who may not see it in full."""
        place = self.order["address"] or {}
        if self.actor.may("customers.reveal", self.order["store_id"]):
            return str(place.get("text") or "".join(str(one) for one in place.values()))
        seen = "".join(str(place.get(part, "")) for part in ("province", "city", "district"))
        return f"{seen}***" if place else ""

    @property
    def store(self) -> str:
        return self.house.store(self.order["store_id"])

    @property
    def payment(self) -> str:
        return text_in(PAYMENTS.get(self.order["payment"], ""))

    @cached_property
    def balance(self) -> Any:
        return balances([self.order["id"]]).get(self.order["id"])

    @cached_property
    def entries(self) -> list[dict[str, Json]]:
        return entries_of_order(self.actor, self.order["id"]) if self.may("money.see") else []

    @cached_property
    def cases(self) -> list[Case]:
        rows = cases.cases(self.actor).filter(subject_kind="order", subject_id=self.order["id"])
        return list(rows.order_by("-opened_at"))

    @property
    def case_names(self) -> list[tuple[Case, str]]:
        return [(one, text_in(cases.definition(one)[1].name)) for one in self.cases]

    @property
    def openable(self) -> list[tuple[str, str]]:
        """(handbook/procedure, name) of cases that may be opened for this order by hand."""
        roles = self.actor.roles_in(self.order["store_id"])
        running = {one.procedure for one in self.cases if one.status in ("open", "paused")}
        return [
            (f"{handbook.id}/{one.id}", text_in(one.name))
            for handbook, one in live_procedures()
            if one.subject == "order" and one.id not in running and any(set(start.by) & roles for start in one.starts)
        ]

    @cached_property
    def papers(self) -> list[PaperLine]:
        if not self.may("documents.print"):
            return []
        subject = {"kind": "order", "id": self.order["id"]}
        return [PaperLine(one, self.actor, self.house, {}) for one in documents(self.actor, subject=subject)]

    @property
    def changes(self) -> list[dict[str, Json]]:
        return [
            {**one, "name": self._field(one["field"]), "was": self._said(one, "old"), "is": self._said(one, "new")}
            for one in self.order["changes"]
        ]

    def _field(self, field: str) -> str:
        if field.startswith("lines."):
            return _("Line %(key)s") % {"key": field.split(".")[1]}
        return text_in(FIELDS.get(field, Text("状态", "Status") if field == "status" else field))

    def _said(self, change: dict[str, Json], side: str) -> str:
        value, field = change[side], change["field"]
        if value in (None, "", {}, []):
            return "—"
        if field in _MONEY:
            return money_said(value)
        if field == "status":
            return text_in(STATUS[value][1]) if value in STATUS else str(value)
        if field == "salesperson":
            return self.house.person(value)
        if field == "customer":
            return self._customers.get(value, str(value))
        if field == "payment":
            return text_in(PAYMENTS.get(value, value))
        if field == "address":
            return (
                "***" if not self.actor.may("customers.reveal", self.order["store_id"]) else str(value.get("text", ""))
            )
        if isinstance(value, dict):
            goods = f"{value.get('code', '')} {value.get('name', '')}"
            return f"{goods} × {value.get('qty', '')} {money_said(value.get('price'))}"
        return str(value)

    @cached_property
    def _customers(self) -> dict[int, str]:
        """Names of customers the order belonged to. One statement, only where it changed."""
        from aftercare.customers.models import Customer

        ids = {
            change[side] for change in self.order["changes"] if change["field"] == "customer" for side in ("old", "new")
        }
        return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "full_name"))

    def may(self, action: str) -> bool:
        return bool(self.actor.may(action, self.order["store_id"], self.order["salesperson_id"]))

    @property
    def may_edit(self) -> bool:
        return self.is_open and self.may("orders.edit")

    @property
    def may_cancel(self) -> bool:
        untouched = not any(line["delivered_qty"] for line in self.lines)
        return self.is_open and untouched and self.may("orders.cancel")

    @property
    def may_take(self) -> bool:
        return self.may("money.take")

    @property
    def may_mend(self) -> bool:
        return self.may("money.mend")

    @property
    def may_open(self) -> bool:
        return self.may("cases.open")

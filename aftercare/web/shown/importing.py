"""A run of an import as people see it: what it would do, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.imports.columns import kinds
from aftercare.imports.models import ImportRun
from aftercare.orders.models import Order
from aftercare.texts import Text
from aftercare.web.words import text_in

MOST_SHOWN = 200  # faults on the page; all of them are in the file to mend
STATES: Mapping[str, tuple[str, Text]] = {
    ImportRun.PLANNED: ("planned", Text("待确认", "to be confirmed")),
    ImportRun.RUNNING: ("open", Text("进行中", "running")),
    ImportRun.DONE: ("kept", Text("已完成", "done")),
    ImportRun.CANCELLED: ("soon", Text("已停止", "stopped")),
    ImportRun.FAILED: ("broken", Text("未完成", "failed")),
}
# kind -> (route of the list that shows what came in, name of the list)
LISTS = {
    "orders": ("orders", Text("查看订单", "See the orders")),
    "customers": ("customers", Text("查看客户", "See the customers")),
    "prices": ("products", Text("查看商品", "See the products")),
}
SAMPLES: Mapping[str, Text] = {
    "price-list.xlsx": Text("价格表", "Price list"),
    "order-book.xlsx": Text("订货台账，夹着常见的错误", "Order book, with the mistakes people make"),
    "half-finished-200.xlsx": Text("在办订单 200 张", "200 half-finished orders"),
    "customers-gbk.csv": Text("客户名单（GBK 编码）", "Customers, in GBK"),
}


class RunShown:
    """Attributes are read by the templates of imports/."""

    def __init__(self, run: Mapping[str, Any]) -> None:
        self.run = run
        self.id, self.name, self.kind = run["id"], run["name"], run["kind"]
        self.status, self.summary = run["status"], run["summary"]
        self.rows, self.good = int(self.summary.get("rows", 0)), int(self.summary.get("good", 0))
        self.bad, self.known = int(self.summary.get("bad", 0)), int(self.summary.get("known", 0))

    @property
    def state(self) -> tuple[str, Text]:
        return STATES[self.status]

    @property
    def kind_name(self) -> Text | str:
        return kinds()[self.kind].title if self.kind else ""

    @property
    def question(self) -> list[dict[str, Any]]:
        """Encodings to choose from, each with how the file would read; empty when there is nothing to ask."""
        options: list[dict[str, Any]] = self.summary.get("options", [])
        return options if self.status == ImportRun.PLANNED and not self.kind else []

    @property
    def waits(self) -> bool:
        return self.status == ImportRun.PLANNED and bool(self.kind)

    @property
    def runs(self) -> bool:
        return bool(self.status == ImportRun.RUNNING)

    @property
    def begun(self) -> bool:
        return self.run["started_at"] is not None

    def forgotten(self) -> bool:
        """The file has gone with its faults: after a week, or because a customer was erased."""
        return bool(self.bad and not self.run.get("faults"))

    @property
    def faults(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run.get("faults", [])
        return found[:MOST_SHOWN]

    @property
    def faults_left(self) -> int:
        return max(sum(self.summary.get("faults_by_code", {}).values()) - len(self.faults), 0)

    @property
    def good_said(self) -> str:
        """540 orders: what would come in."""
        n = self.good
        words = {
            "orders": ngettext("%(n)s order", "%(n)s orders", n),
            "customers": ngettext("%(n)s customer", "%(n)s customers", n),
            "prices": ngettext("%(n)s product", "%(n)s products", n),
        }
        return words[self.kind] % {"n": n}

    @property
    def facts(self) -> list[tuple[str, int, str]]:
        """(what, how many, tone) above the list of faults."""
        found = [(_("Rows read"), self.rows, ""), (text_in(self.kind_name), self.good, "kept" if self.good else "")]
        if self.kind == "orders":
            found.append((_("New customers"), int(self.summary.get("new_customers", 0)), ""))
        found.append((_("Rows there already"), self.known, ""))
        return [*found, (_("Rows to mend"), self.bad, "broken" if self.bad else "")]

    @property
    def came(self) -> list[tuple[str, int]]:
        """(what, how many) of a run that has ended."""
        if self.kind != "orders":
            return [(_("Added"), self.run["added"])]
        mine = Order.objects.filter(import_run=self.id)
        return [(_("Orders"), mine.count()), (_("Cases opened"), mine.exclude(case_id=None).count())]

    @property
    def list_page(self) -> tuple[str, Text] | None:
        return LISTS.get(self.kind)

"""Money that is owed: promised by a case, settled or dropped by finance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.errors import NotFound
from aftercare.handbook.model import Field
from aftercare.money import owed as actions
from aftercare.money import queries
from aftercare.money.models import Owed
from aftercare.texts import Text
from aftercare.web import form_page
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.pages.money import ON, REASON, VOUCHER, WAY
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset
from aftercare.web.words import local, money_said

Json = Any
ROOM = "money"
STATES = {"open": Text("未付", "Open"), "settled": Text("已付", "Settled"), "dropped": Text("已撤销", "Dropped")}
TONES = {"open": "soon", "settled": "kept", "dropped": "planned"}
KINDS = {
    "compensation": Text("赔偿", "Compensation"),
    "penalty": Text("处罚", "Penalty"),
    "fee": Text("费用", "Fee"),
    "freight": Text("运费", "Freight"),
}
SIDES = {
    "company": Text("公司", "The company"), "customer": Text("客户", "The customer"),
    "person": Text("员工", "A person"),
    "supplier": Text("供应商", "A supplier"), "carrier": Text("承运方", "A carrier"),
}  # fmt: skip
WHY = Field("reason", Text("原因", "Reason"), "text", required=True)


def kind_said(kind: str) -> Any:
    """Kinds are words of the handbook; the usual ones have names."""
    return KINDS.get(kind, kind)


def listing(request: Any) -> Listing:
    kinds = [(one, kind_said(one)) for one in queries.kinds_owed(request.actor)]
    return Listing(
        "owed",
        gettext_lazy("Promised and owed"),
        columns=(
            Column(gettext_lazy("What for")),
            Column(gettext_lazy("From whom, to whom")),
            Column(gettext_lazy("Amount"), number=True),
            Column(gettext_lazy("Case")),
            Column(gettext_lazy("Promised")),
            Column(gettext_lazy("State")),
            Column(gettext_lazy("Store")),
            Column(gettext_lazy("Act")),
        ),
        row="house/owed_row.html",
        filters=(
            Filter("kind", gettext_lazy("Any kind"), options=kinds),
            Filter("state", gettext_lazy("Any state"), options=list(STATES.items())),
        ),
        nothing=Nothing(
            "report-money",
            gettext_lazy("Nothing is owed"),
            gettext_lazy("What a case promises, such as a compensation, stands here until finance has settled it."),
        ),
        template="house/owed.html",
    )


def owed(request: Any) -> HttpResponse:
    house = House()

    def rows(asked: Asked) -> Any:
        given = asked.filters
        return queries.owed(request.actor, store=asked.store, kind=given.get("kind", ""), state=given.get("state", ""))

    def source(asked: Asked) -> Sequence[Any]:
        return [_shown(row, house) for row in keyset(rows(asked), ("-at", "-id"), asked.after)[: asked.limit]]

    page = ListPage(listing(request), request, source, lambda one: [one["row"].at.isoformat(), one["row"].pk])
    left = rows(page.asked).filter(state=Owed.OPEN).aggregate(left=Sum("amount"))["left"] or 0
    page.extra = {"left": left}
    return page.answer(room=ROOM)


def _shown(row: Owed, house: House) -> dict[str, Any]:
    return {
        "row": row, "kind": kind_said(row.kind), "payer": _side(row.payer_kind, row.payer_id, house),
        "payee": _side(row.payee_kind, row.payee_id, house), "state": STATES[row.state], "tone": TONES[row.state],
        "store": house.store(row.store_id),
    }  # fmt: skip


def _side(kind: str, number: int | None, house: House) -> Any:
    return house.person(number) if kind == "person" and number else SIDES.get(kind, kind)


def _one(request: Any, owed: int) -> Owed:
    row = queries.owed(request.actor).filter(pk=owed).first()
    if row is None:
        raise NotFound.because("money.absent", "没有这笔账。", "There is no such entry.")
    return row


def settle(request: Any, owed: int) -> HttpResponse:
    """Paid in full, now."""
    row = _one(request, owed)
    back = reverse("owed")

    def save(given: dict[str, Json]) -> str:
        on = date.fromisoformat(given.get("happened_on") or local(request.now).date().isoformat())
        paid = actions.Settlement(given["way"], on, given.get("voucher") or "", given.get("reason") or "")
        actions.settle(request.actor, request.now, owed, paid)
        return back

    page = form_page.PageForm(
        f"settle-{owed}", _("Settle: %(amount)s") % {"amount": money_said(row.amount)}, (WAY, ON, VOUCHER, REASON),
        back, lead=row.note or row.case_number, submit=_("Settle"), done=_("Settled."),
    )  # fmt: skip
    values = {"happened_on": local(request.now).date().isoformat()}
    return form_page.form_page(request, page, values, save, room=ROOM)


def drop(request: Any, owed: int) -> HttpResponse:
    """Not owed after all."""
    row = _one(request, owed)
    back = reverse("owed")

    def save(given: dict[str, Json]) -> str:
        actions.drop(request.actor, request.now, owed, given.get("reason") or "")
        return back

    page = form_page.PageForm(
        f"drop-{owed}", _("Not owed after all"), (WHY,), back, lead=f"{row.case_number} · {money_said(row.amount)}",
        submit=_("Drop"), done=_("Dropped."),
    )  # fmt: skip
    return form_page.form_page(request, page, {}, save, room=ROOM)


routes = [
    route("money/owed/", owed, access="money.see", name="owed"),
    route("money/owed/<int:owed>/settle/", settle, access="money.take", name="settle_owed", post=True),
    route("money/owed/<int:owed>/drop/", drop, access="money.take", name="drop_owed", post=True),
]

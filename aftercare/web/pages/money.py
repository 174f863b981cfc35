"""Money of an order or a case: taken, given back, mended by reversal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases.queries import case_of
from aftercare.errors import Fault, Refused
from aftercare.handbook.model import Field
from aftercare.money import actions
from aftercare.money.actions import Payment
from aftercare.orders.models import Order
from aftercare.orders.queries import order_page
from aftercare.texts import Text
from aftercare.web import forms_parse
from aftercare.web.access import route
from aftercare.web.forms_render import option
from aftercare.web.once import once
from aftercare.web.pages.session import own_address
from aftercare.web.words import local

Json = Any
WAYS = (
    option("cash", "现金", "Cash"),
    option("card", "刷卡", "Card"),
    option("transfer", "转账", "Transfer"),
    option("mobile", "微信/支付宝", "WeChat/Alipay"),
)
AMOUNT = Field("amount", Text("金额", "Amount"), "money", required=True)
WAY = Field("way", Text("方式", "Way"), "choice", options=WAYS, required=True)
ON = Field("happened_on", Text("日期", "Date"), "date", required=True)
VOUCHER = Field("voucher", Text("凭证号", "Voucher number"), "text")
REASON = Field("reason", Text("原因", "Reason"), "text")
FIELDS = (AMOUNT, WAY, ON, VOUCHER, REASON)


def _read(request: Any, fields: tuple[Field, ...] = FIELDS) -> dict[str, Json]:
    parsed = forms_parse.parse(fields, request.POST)
    faults = [*parsed.faults, *forms_parse.missing(fields, parsed.values)]
    if faults:
        raise Refused(faults)
    return parsed.values


def _payment(request: Any, *, order: int | None = None, case: int | None = None, store: int | None = None) -> Payment:
    given = _read(request)
    on = given.get("happened_on") or local(request.now).date().isoformat()
    return Payment(
        given["amount"],
        given["way"],
        date.fromisoformat(on),
        order=order,
        case=case,
        store=store,
        charge=str(request.POST.get("charge", ""))[:60],
        voucher=given.get("voucher") or "",
        reason=given.get("reason") or "",
    )


def order_payment(request: Any, order: int) -> HttpResponse:
    """Taken or, with `kind=refund`, given back."""
    order_page(request.actor, order)
    back = own_address(request, request.POST.get("back", "")) or reverse("order", args=[order])
    return _enter(request, back, order=order)


def case_payment(request: Any, case: int) -> HttpResponse:
    found = case_of(request.actor, case)
    back = own_address(request, request.POST.get("back", "")) or reverse("case", args=[case])
    return _enter(request, back, case=case, store=found.store_id)


def _enter(request: Any, back: str, **of: int) -> HttpResponse:
    refund = request.POST.get("kind") == "refund"

    def save() -> str:
        payment = _payment(request, **of)
        (actions.refund if refund else actions.take_payment)(request.actor, request.now, payment)
        return back

    return once(request, save, _("Given back.") if refund else _("Payment noted."))


def mend(request: Any, entry: int) -> HttpResponse:
    """Reversed and, unless only taken back, entered anew: another amount, way or order."""
    back = own_address(request, request.POST.get("back", ""))

    def save() -> str:
        reason = request.POST.get("reason", "")
        right = None if request.POST.get("only") == "1" else _right(request)
        actions.mend(request.actor, request.now, entry, reason, right)
        return back

    return once(request, save, _("Mended; the record shows both."))


def _right(request: Any) -> dict[str, Json]:
    parsed = forms_parse.parse((AMOUNT, WAY), request.POST)
    if parsed.faults:
        raise Refused(parsed.faults)
    right = {name: value for name, value in parsed.values.items() if value is not None}
    if number := request.POST.get("order", "").strip():
        right["order"] = _order(request, number)
    return right


def _order(request: Any, number: str) -> int:
    found = Order.objects.filter(number=number[:60]).values_list("pk", flat=True).first()
    if found is None:
        zh, en = f"没有订单“{number[:60]}”。", f"There is no order “{number[:60]}”."
        raise Refused(Fault("money.order", zh, en, field="order"))
    order_page(request.actor, found)
    return int(found)


routes = [
    route(
        "orders/<int:order>/payments/", order_payment, access="money.take", name="order_payment", post=True, get=False
    ),
    route("cases/<int:case>/payments/", case_payment, access="money.take", name="case_payment", post=True, get=False),
    route("payments/<int:entry>/mend/", mend, access="money.mend", name="mend_payment", post=True, get=False),
]

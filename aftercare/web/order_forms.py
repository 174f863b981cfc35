"""The forms of an order that no handbook brings: a new one, a change, another customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aftercare.handbook.model import Field
from aftercare.orders.opening import with_list_prices
from aftercare.texts import Text
from aftercare.web.forms_render import option

Json = Any
_LINES = (
    Field("code", Text("货号", "Code"), "product"),
    Field("name", Text("品名", "Name"), "text", required=True),
    Field("spec", Text("规格/颜色", "Spec/colour"), "text"),
    Field("qty", Text("数量", "Quantity"), "number", required=True),
    Field("list_price", Text("标价", "List price"), "money", locked=True),
    Field("price", Text("成交单价", "Unit price"), "money", required=True),
)
_PAYMENTS = (
    option("cash", "现金", "Cash"),
    option("card", "刷卡", "Card"),
    option("transfer", "转账", "Transfer"),
    option("mobile", "微信/支付宝", "WeChat/Alipay"),
)
LINES = Field("lines", Text("商品明细", "Goods"), "lines", required=True, columns=_LINES)
SALESPERSON = Field("salesperson", Text("销售", "Salesperson"), "person", required=True)
ADDRESS = Field("address", Text("送货地址", "Delivery address"), "place")
DEPOSIT = Field("deposit", Text("定金", "Deposit"), "money")
DATE = Field("delivery_date", Text("希望的送货日期", "Delivery date wished for"), "date")
PAYMENT = Field("payment", Text("付款方式", "Payment"), "choice", options=_PAYMENTS)
NOTE = Field("note", Text("备注", "Note"), "long_text")
REASON = Field("reason", Text("更改原因", "Reason for the change"), "text")
NEW = (LINES, DEPOSIT, SALESPERSON, ADDRESS, NOTE)
CHANGE = (LINES, DEPOSIT, PAYMENT, SALESPERSON, ADDRESS, NOTE, REASON)
CUSTOMER = (Field("customer", Text("客户", "Customer"), "customer", required=True), REASON)
WIDTHS = {"deposit": "third", "salesperson": "third", "payment": "third", "delivery_date": "third"}


def given(values: Mapping[str, Json], fields: Iterable[Field]) -> dict[str, Json]:
    """What was filled in, as the actions of orders take it; an emptied field empties what was there."""
    blank: dict[str, Json] = {"money": 0, "place": {}, "lines": []}
    found = {one.id: values.get(one.id, blank.get(one.type, "")) for one in fields if one.id != "reason"}
    found["lines"] = with_list_prices(found["lines"])
    return found

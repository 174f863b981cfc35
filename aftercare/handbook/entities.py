"""What a case may be about, and what conditions can read of it: field -> field word, or the columns of its lines."""

from __future__ import annotations

from collections.abc import Mapping

Schema = Mapping[str, str | Mapping[str, str]]

ORDER: Schema = {
    "number": "text",
    "lines": {
        "code": "product", "name": "text", "spec": "text", "qty": "number", "unit": "text",
        "list_price": "money", "price": "money", "amount": "money", "note": "text",
    },
    "total": "money", "deposit": "money", "paid": "money", "balance": "money",
    "ordered_on": "date", "delivery_date": "date", "address": "place", "salesperson": "person",
    "store": "store", "status": "text", "payment": "text", "note": "text",
}  # fmt: skip
CUSTOMER: Schema = {
    "name": "text", "phone": "phone", "phones": {"number": "phone", "note": "text"}, "address": "place",
    "birthday": "text", "birthday_lunar": "check", "gender": "text", "store": "store", "vip": "check",
    "second_phone": "phone", "family_size": "number", "filed_on": "date", "file_number": "text",
}  # fmt: skip
ASSET: Schema = {
    "number": "text", "kind": "text", "name": "text", "model": "text", "serial": "text", "bought_on": "date",
    "warranty_until": "date", "address": "place", "store": "store", "status": "text",
}  # fmt: skip
STORE: Schema = {"name": "text", "phone": "phone", "address": "place"}

ENTITIES: Mapping[str, Schema] = {"order": ORDER, "customer": CUSTOMER, "asset": ASSET, "store": STORE}
SUBJECTS = (*ENTITIES, "none")  # and record:FORM for a form that lives

# What a message may name in braces.
MESSAGE_NAMES = (
    "case.number",
    "case.subject",
    "case.opened",
    "case.delivery_date",
    "case.status",
    "customer.name",
    "customer.phone",
    "customer.address",
    "order.number",
    "order.total",
    "order.paid",
    "order.balance",
    "order.delivery_date",
    "order.address",
    "task.name",
    "task.due",
    "person.name",
    "store.name",
    "store.phone",
    "store.address",
    "company.name",
    "company.phone",
    "link",
    "occasion",
    "code",
    "today",
    "document.name",
    "document.number",
)

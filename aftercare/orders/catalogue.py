"""Writes of the product catalogue and its price lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from aftercare.audit.actions import trace
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.orders.models import ListPrice, PriceList, Product
from aftercare.orders.search import find_with_pinyin
from aftercare.orders.values import MOST_MONEY
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults

LONGEST = {"code": 60, "name": 200, "spec": 200, "unit": 20, "category": 60}
_WRITTEN = ("name", "spec", "unit", "category", "list_price", "active", "find", "version")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a price list did; `known` when the same content was loaded before (then nothing is done)."""

    price_list: int
    added: int = 0
    changed: int = 0
    same: int = 0
    known: bool = False


def product_faults(row: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with a product {code, name, spec, unit, category, list_price (fen)}."""
    faults = text_faults(dict(row))
    for name, longest in LONGEST.items():
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            faults.append(_fault(name, f"应为至多 {longest} 字的文字", f"must be a text of at most {longest} signs"))
    faults += [_fault(name, "没有填写", "is missing") for name in ("code", "name") if not row.get(name)]
    price = row.get("list_price")
    if not isinstance(price, int) or isinstance(price, bool) or not 0 <= price <= MOST_MONEY:
        faults.append(_fault("list_price", "应为不小于 0 的金额", "must be an amount of money, 0 or more"))
    return faults


def load_price_list(
    actor: Actor, now: datetime, name: str, content_hash: str, rows: Sequence[Mapping[str, Any]]
) -> Loaded:
    """Add the products not known yet and set the prices of the others; products not named keep theirs."""
    require(actor, "orders.price")
    faults = [_in_row(fault, n) for n, row in enumerate(rows, start=1) for fault in product_faults(row)]
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        _one_at_a_time()
        made, is_new = PriceList.objects.get_or_create(
            content_hash=content_hash,
            defaults={"name": name[:200], "loaded_at": now, "loaded_by": actor.person, "loaded_by_name": actor.name},
        )
        if not is_new:
            return Loaded(made.pk, known=True)
        loaded = _load(made, rows)
        trace(actor, "orders.price_list", ("price_list", made.pk), now=now, data={"products": len(rows)})
    return loaded


def save_product(
    actor: Actor, now: datetime, row: Mapping[str, Any], product_id: int | None = None, version: int = 0
) -> Product:
    """Add a product, or change one (`version` is what the person saw; the code stays)."""
    require(actor, "orders.price")
    with transaction.atomic():
        _one_at_a_time()
        product = _locked(product_id, version) if product_id else Product(code=str(row.get("code", "")))
        values = {name: row.get(name, getattr(product, name)) for name in (*LONGEST, "list_price", "active")}
        values["code"] = product.code
        if faults := product_faults(values):
            raise Refused(faults)
        if not product_id and Product.objects.filter(code=product.code).exists():
            raise Conflict.because("product.code_taken", "货号已存在。", "The code is taken.", field="code")
        _set(product, values)
        product.save()
        trace(actor, "orders.product", ("product", product.pk), now=now)
    return product


def _one_at_a_time() -> None:
    """The catalogue changes seldom: in turn, so that two new products never clash on their code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('catalogue', 0))")


def _load(made: PriceList, rows: Sequence[Mapping[str, Any]]) -> Loaded:
    by_code = {row["code"]: row for row in rows}
    known = {p.code: p for p in Product.objects.select_for_update().filter(code__in=list(by_code)).order_by("code")}
    changed = [p for code, p in known.items() if _set(p, by_code[code])]
    fresh = [Product(code=code) for code in by_code if code not in known]
    for product in fresh:
        _set(product, by_code[product.code])
        product.version = 1
    Product.objects.bulk_update(changed, _WRITTEN, batch_size=500)
    Product.objects.bulk_create(fresh, batch_size=500)
    listed = [*known.values(), *fresh]
    ListPrice.objects.bulk_create(
        [ListPrice(price_list=made, product=p, price=p.list_price) for p in listed], batch_size=1000
    )
    PriceList.objects.filter(pk=made.pk).update(products=len(changed) + len(fresh))
    return Loaded(made.pk, len(fresh), len(changed), len(known) - len(changed))


def _set(product: Product, row: Mapping[str, Any]) -> bool:
    """Put the values of a row in; whether anything differs. Empty texts of a list do not wipe what is known."""
    before = [getattr(product, name) for name in _WRITTEN]
    for name in ("name", "spec", "unit", "category"):
        setattr(product, name, row.get(name) or getattr(product, name))
    product.list_price = row["list_price"]
    product.active = row.get("active", True)
    product.find = find_with_pinyin(product.code, product.spec, names=[product.name])
    differs = before != [getattr(product, name) for name in _WRITTEN]
    product.version += differs
    return differs


def _locked(product_id: int, version: int) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound.because("product.absent", "没有这个商品。", "There is no such product.")
    if product.version != version:
        raise Conflict.because(
            "product.version", "这个商品刚被别人改过，请看过再改。", "Somebody has just changed this product."
        )
    return product


def _fault(field: str, zh: str, en: str) -> Fault:
    name_zh, name_en = _NAMES[field]
    return Fault("product.value", f"“{name_zh}”{zh}。", f"“{name_en}” {en}.", field=field)


def _in_row(fault: Fault, row: int) -> Fault:
    return Fault(fault.code, fault.zh, fault.en, field=fault.field, row=row)


_NAMES = {
    "code": ("货号", "code"),
    "name": ("品名", "name"),
    "spec": ("规格", "spec"),
    "unit": ("单位", "unit"),
    "category": ("类别", "category"),
    "list_price": ("标价", "list price"),
}

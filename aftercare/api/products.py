"""The catalogue and its price lists."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from pydantic import Field

from aftercare.api.answers import dumps
from aftercare.api.bodies import Body, Fen, Short, Version
from aftercare.api.edge import Ask
from aftercare.api.routes import CURSOR, ID, LIMIT, TEXT, Routes
from aftercare.api.shapes import BOOL, FEN, INT, MOMENT, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.errors import NotFound
from aftercare.orders import actions, queries

routes = Routes("products")
PRODUCT = obj(id=INT, code=WORD, name=WORD, spec=WORD, unit=WORD, category=WORD, list_price=FEN, active=BOOL)
SAVED = obj(id=INT, code=WORD, version=INT)


class ProductIn(Body):
    code: Short
    name: Short
    list_price: Fen
    spec: Short = ""
    unit: Short = ""
    category: Short = ""
    active: bool = True


class ProductChange(Body):
    """Only what is given changes; the code stays."""

    version: Version
    name: Short = ""
    list_price: Fen = 0
    spec: Short = ""
    unit: Short = ""
    category: Short = ""
    active: bool = True


class PriceListIn(Body):
    name: Short
    rows: Annotated[list[ProductIn], Field(min_length=1, max_length=5000)]


@routes.get("/products", access="orders.see", answer=obj(items=many(PRODUCT), next=maybe(WORD)))
def products(ask: Ask, q: str = TEXT, all: bool = False, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """By code; `q` finds code, name, spec, pinyin and initials. `all`: also what is no longer sold."""
    found = queries.products(ask.actor, q, active_only=not all, after=cursor, limit=limit)
    return {"items": found.rows, "next": found.next or None}


@routes.get("/products/{code}", access="orders.see", answer=PRODUCT)
def one(ask: Ask, code: str) -> Any:
    found = queries.product_by_code(code)
    if found is None:
        raise NotFound.because("product.absent", "没有这个商品。", "There is no such product.")
    return found


@routes.post("/products", access="orders.price", body=ProductIn, status=201, answer=SAVED)
def create(ask: Ask, body: ProductIn) -> Any:
    return saved(actions.save_product(ask.actor, ask.now, body.model_dump()))


@routes.patch("/products/by-id/{product}", access="orders.price", body=ProductChange, answer=SAVED)
def change(ask: Ask, body: ProductChange, product: int = ID) -> Any:
    given = body.given()
    version = given.pop("version")
    return saved(actions.save_product(ask.actor, ask.now, given, product, version))


@routes.get("/price-lists", access="orders.see", answer=listing(obj(id=INT, name=WORD, loaded_at=MOMENT, products=INT)))
def price_lists(ask: Ask, limit: int = LIMIT) -> Any:
    return {"items": queries.price_lists(ask.actor, limit)}


@routes.post(
    "/price-lists",
    access="orders.price",
    body=PriceListIn,
    answer=obj(price_list=INT, added=INT, changed=INT, same=INT, known=BOOL),
)
def load(ask: Ask, body: PriceListIn) -> Any:
    """Add products not known yet, set the prices of the others; the same list twice does nothing."""
    rows = [row.model_dump() for row in body.rows]
    return actions.load_price_list(ask.actor, ask.now, body.name, sha256(dumps(rows)).hexdigest(), rows)


def saved(product: Any) -> dict[str, Any]:
    return {"id": product.pk, "code": product.code, "version": product.version}

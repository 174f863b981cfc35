"""The catalogue: products with their prices, entering and changing them, price lists loaded so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from aftercare.errors import JSON
from aftercare.handbook.model import Field
from aftercare.orders import actions, queries
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.form_page import PageForm, asked_version, form_page
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing

ROOM = "products"
CODE = Field("code", Text("货号", "Code"), "text", required=True)
CHANGED = (
    Field("name", Text("品名", "Name"), "text", required=True),
    Field("spec", Text("规格", "Spec"), "text"),
    Field("unit", Text("单位", "Unit"), "text"),
    Field("category", Text("类别", "Category"), "text"),
    Field("list_price", Text("标价", "List price"), "money", required=True),
    Field("active", Text("在售", "On sale"), "check"),
)
WIDTHS = {"active": "half"}


def listing(may_edit: bool) -> Listing:
    return Listing(
        "products",
        pgettext_lazy("room", "Products"),
        columns=(
            Column(gettext_lazy("Code")),
            Column(gettext_lazy("Name of the product")),
            Column(gettext_lazy("Spec")),
            Column(gettext_lazy("Category")),
            Column(gettext_lazy("List price"), number=True),
            Column(gettext_lazy("Status")),
        ),
        row="catalogue/row.html",
        filters=(
            Filter("q", gettext_lazy("Code, name, pinyin, spec"), "search"),
            Filter("category", gettext_lazy("Any category"), options=[(one, one) for one in queries.categories()]),
            Filter("all", gettext_lazy("On sale only"), options=[("1", Text("含停售", "With those no longer sold"))]),
        ),
        nothing=Nothing(
            "armchair",
            gettext_lazy("No products yet"),
            gettext_lazy("Import a price list or enter products one by one; lines of orders then find their price."),
            reverse("imports") if may_edit else "",
            gettext_lazy("Import a price list"),
        ),
        template="catalogue/list.html",
    )


def products(request: Any) -> HttpResponse:
    def source(asked: Asked) -> Sequence[Any]:
        wanted = asked.filters
        found = queries.products(
            request.actor,
            wanted.get("q", ""),
            active_only=not wanted.get("all"),
            category=wanted.get("category", ""),
            after=str(asked.after[0]) if asked.after else "",
            limit=asked.limit,
        )
        return found.rows

    may_edit = request.actor.may("orders.price")
    page = ListPage(listing(may_edit), request, source, lambda row: [row["code"]], {"may_edit": may_edit})
    return page.answer(room=ROOM)


def product(request: Any, product: int) -> HttpResponse:
    context = {"product": queries.product_page(request.actor, product), "may_edit": request.actor.may("orders.price")}
    return frame.page(request, "catalogue/product.html", context, room=ROOM)


def new_product(request: Any) -> HttpResponse:
    form = PageForm("new-product", _("New product"), (CODE, *CHANGED), reverse("products"), widths=WIDTHS)

    def save(values: dict[str, JSON]) -> str:
        row = actions.save_product(request.actor, request.now, {"code": str(values["code"]), **_row(values)})
        return reverse("product", args=[row.pk])

    return form_page(request, form, {"active": True}, save, room=ROOM)


def edit_product(request: Any, product: int) -> HttpResponse:
    known = queries.product_page(request.actor, product)
    back = reverse("product", args=[product])
    form = PageForm(
        f"product-{product}",
        _("Edit %(name)s") % {"name": known["code"]},
        CHANGED,
        back,
        lead=_("Orders keep the price they were written with."),
        widths=WIDTHS,
        version=known["version"],
        present=lambda: (known, known["version"]),
    )

    def save(values: dict[str, JSON]) -> str:
        actions.save_product(request.actor, request.now, _row(values), product, asked_version(request))
        return back

    return form_page(request, form, known, save, room=ROOM)


def _row(values: Mapping[str, JSON]) -> dict[str, Any]:
    texts = {name: str(values.get(name) or "") for name in ("name", "spec", "unit", "category")}
    return {**texts, "list_price": values.get("list_price"), "active": bool(values.get("active"))}


def price_lists(request: Any) -> HttpResponse:
    context = {"lists": queries.price_lists(request.actor), "may_edit": request.actor.may("orders.price")}
    return frame.page(request, "catalogue/price_lists.html", context, room=ROOM)


routes = [
    route("products/", products, access="orders.see", name="products"),
    route("products/new/", new_product, access="orders.price", name="new_product", post=True),
    route("products/prices/", price_lists, access="orders.see", name="price_lists"),
    route("products/<int:product>/", product, access="orders.see", name="product"),
    route("products/<int:product>/edit/", edit_product, access="orders.price", name="edit_product", post=True),
]

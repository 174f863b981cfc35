"""Settings of the house: company, stores, hours and closing days, backups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.config import backups
from aftercare.errors import JSON, Refused
from aftercare.handbook.model import Field
from aftercare.people import actions, queries
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.form_page import PageForm, form_page
from aftercare.web.forms_render import Known, option
from aftercare.web.pages.people import store_names

ROOM = "settings"
KINDS = {
    "showroom": Text("门店", "Showroom"),
    "workshop": Text("车间", "Workshop"),
    "warehouse": Text("仓库", "Warehouse"),
    "office": Text("办公室", "Office"),
    "region": Text("区域", "Region"),
}
STORE = (
    Field("code", Text("代码", "Code"), "text", required=True,
          help=Text("印在单号里，如 S2", "Part of numbers, such as S2")),
    Field("name", Text("名称", "Name"), "text", required=True),
    Field("name_en", Text("英文名称", "Name in English"), "text"),
    Field("kind", Text("类型", "Kind"), "choice", options=tuple(option(id, t.zh, t.en) for id, t in KINDS.items())),
    Field("parent", Text("上级", "Belongs to"), "store"),
    Field("phone", Text("电话", "Phone"), "phone"),
    Field("address", Text("地址", "Address"), "text"),
)  # fmt: skip


def settings(request: Any) -> HttpResponse:
    names = {store.pk: store.name for store in queries.stores(active_only=False)}
    rows = [
        {"row": store, "kind": KINDS.get(store.kind, store.kind), "parent": names.get(store.parent_id or 0)}
        for store in queries.stores(active_only=False)
    ]
    context = {
        "company": queries.company(),
        "stores": rows,
        "last_backup": backups.last_backup(request.now),
        "overdue": backups.overdue(request.now),
        "may_edit": request.actor.may_somewhere("settings.edit"),
    }
    return frame.page(request, "settings/settings.html", context, room=ROOM)


def edit_company(request: Any) -> HttpResponse:
    company = queries.company()
    fields = (
        Field("name", Text("公司名称", "Company"), "text", required=True),
        Field("logo", Text("徽标", "Logo"), "file", help=Text("PNG 或 JPEG，不超过 1 MB", "PNG or JPEG, up to 1 MB")),
    )
    form = PageForm("company", _("Company"), fields, reverse("settings"), widths={"name": "full"})
    values: dict[str, JSON] = {"name": company.name if company else ""}
    return form_page(request, form, values, lambda typed: _change(request, typed), room=ROOM)


def _change(request: Any, values: Mapping[str, JSON]) -> str:
    changes: dict[str, Any] = {"name": str(values["name"])}
    logo = request.FILES.get("f.logo")
    if logo is not None:
        changes["logo"] = logo.read(2 * 1024 * 1024)
    actions.change_company(changes, request.actor, request.now)
    return reverse("settings")


def new_store(request: Any) -> HttpResponse:
    form = PageForm("new-store", _("New store"), STORE, reverse("settings"), known=Known(stores=store_names()))
    return form_page(request, form, {"kind": "showroom"}, lambda values: _add_store(request, values), room=ROOM)


def _add_store(request: Any, values: Mapping[str, JSON]) -> str:
    parent: Any = values.get("parent")
    codes = {store.pk: store.code for store in queries.stores(active_only=False)}
    if parent and parent["id"] not in codes:
        raise Refused.because("store.parent", "没有这个上级。", "There is no such store.", field="parent")
    name = str(values["name"])
    new = actions.NewStore(
        code=str(values["code"]),
        name=Text(name, str(values.get("name_en") or name)),
        kind=str(values.get("kind") or "showroom"),
        parent=codes[parent["id"]] if parent else "",
        phone=str(values.get("phone", "")),
        address=str(values.get("address", "")),
    )
    actions.add_store(new, request.actor, request.now)
    return reverse("settings")


routes = [
    route("settings/", settings, access="settings.see", name="settings"),
    route("settings/company/", edit_company, access="settings.edit", name="edit_company", post=True),
    route("settings/stores/new/", new_store, access="settings.edit", name="new_store", post=True),
]

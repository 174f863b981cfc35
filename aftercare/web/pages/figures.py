"""Every figure of the handbook: its value, its clause, who may change it, and what it was before."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases import rule_queries
from aftercare.cases.handbooks import change_setting
from aftercare.errors import Refused
from aftercare.handbook.model import Field, Handbook, Setting
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.web import forms_parse, frame
from aftercare.web.access import route
from aftercare.web.naming import House, clause_links
from aftercare.web.once import once
from aftercare.web.shown.manual import handbook_named, said_value
from aftercare.web.words import text_in, yuan

ROOM = "handbook"


def may_change(actor: Actor, setting: Setting) -> bool:
    """The role the handbook names, or who may edit settings; the action judges per store again."""
    return actor.may_somewhere("settings.edit") or any(grant.role == setting.edit for grant in actor.grants)


def figures(request: Any) -> HttpResponse:
    house = House()
    chapters = [(one, _rows(request, one, house)) for one in rule_queries.live()]
    return frame.page(request, "handbook/figures.html", {"chapters": chapters, "house": house}, room=ROOM)


def _rows(request: Any, handbook: Handbook, house: House) -> list[dict[str, Any]]:
    stores = list(house.stores)
    values, history = rule_queries.figures(handbook, stores), rule_queries.figure_history(handbook.id)
    return [
        {
            "setting": one,
            "said": said_value(one, values[one.id][None]),
            "typed": typed(one, values[one.id][None]),
            "original": said_value(one, one.value),
            "stores": [
                (house.store(store), said_value(one, value)) for store, value in values[one.id].items() if store
            ],
            "clauses": clause_links(one.clauses, handbook),
            "role": text_in(handbook.roles[one.edit].name) if one.edit in handbook.roles else "",
            "history": [
                {**row, "said": said_value(one, row["value"]), "store": house.store(row["store_id"])}
                for row in history.get(one.id, [])
            ],
            "may": may_change(request.actor, one),
            "tried": one.type in ("duration", "number", "money"),
        }
        for one in handbook.settings.values()
    ]


def typed(setting: Setting, value: Any) -> str:
    """A value as an input holds it."""
    if setting.type == "money" and isinstance(value, int):
        return yuan(value)
    if setting.type == "list":
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def change(request: Any, handbook: str, name: str) -> HttpResponse:
    setting = handbook_named(handbook).settings.get(name)
    if setting is None:
        raise Http404
    store = request.POST.get("store", "")
    where = int(store) if store.isascii() and store.isdigit() and len(store) < 19 else None

    def save() -> str:
        change_setting(request.actor, request.now, handbook, name, _read(setting, request), where)
        return f"{reverse('figures')}#{handbook}-{name}"

    return once(request, save, _("%(name)s is changed.") % {"name": text_in(setting.name)})


def _read(setting: Setting, request: Any) -> Any:
    """What was typed as the handbook keeps it."""
    text = request.POST.get("f.value", "").strip()
    if setting.type == "list":
        try:
            return json.loads(text)
        except ValueError:
            raise Refused.because("figure", "列表的写法不对。", "The list cannot be read.", field="value") from None
    if setting.type == "check":
        return text in ("1", "True", "true")
    kind = setting.type if setting.type in ("money", "number", "date", "time") else "text"
    parsed = forms_parse.parse((Field("value", Text(setting.name.zh, setting.name.en), kind),), request.POST)
    if parsed.faults:
        raise Refused(parsed.faults)
    return parsed.values.get("value")


routes = [
    route("handbook/figures/", figures, access="settings.see|handbook.see", name="figures"),
    route(
        "handbook/<str:handbook>/figures/<str:name>/",
        change,
        access="handbook.see",
        name="change_figure",
        post=True,
        get=False,
    ),
]

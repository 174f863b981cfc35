"""The people who work here: the list, one person, entering and changing them, their roles, a link to sign in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.errors import JSON
from aftercare.handbook.model import Field
from aftercare.people import actions, queries
from aftercare.people.actions import NewPerson, Role
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.form_page import PageForm, form_page
from aftercare.web.forms_render import Known, option
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing
from aftercare.web.words import text_in

ROOM = "people"
NAME = Field("full_name", Text("姓名", "Name"), "name", required=True)
SIGN_IN = Field(
    "sign_in",
    Text("登录名", "Sign-in name"),
    "text",
    required=True,
    help=Text("字母、数字或手机号", "Letters, digits or a mobile number"),
)
PHONE = Field("phone", Text("手机", "Mobile"), "phone")
LANGUAGE = Field(
    "language",
    Text("界面语言", "Language of pages"),
    "choice",
    options=(option("zh-hans", "中文", "中文"), option("en", "English", "English")),
)


def listing(new_url: str) -> Listing:
    return Listing(
        "people",
        gettext_lazy("People"),
        columns=(
            Column(gettext_lazy("Name")),
            Column(gettext_lazy("Roles")),
            Column(gettext_lazy("Mobile")),
            Column(gettext_lazy("Sign-in name")),
            Column(gettext_lazy("Today")),
        ),
        row="people/row.html",
        filters=(
            Filter("q", gettext_lazy("Name or pinyin"), "search"),
            Filter("who", gettext_lazy("Present staff"), options=(("left", gettext_lazy("With leavers")),)),
        ),
        nothing=Nothing(
            "id-badge-2",
            gettext_lazy("Nobody yet"),
            gettext_lazy("Everybody who signs in or is given work stands here."),
            new_url,
            gettext_lazy("New person"),
        ),
        page_size=1000,
        template="people/list.html",
    )


def people(request: Any) -> HttpResponse:
    url = reverse("new_person") if request.actor.may_somewhere("people.manage") else ""
    page = ListPage(
        listing(url), request, lambda asked: _rows(request, asked), lambda row: [row["id"]], {"new_url": url}
    )
    return page.answer(room=ROOM)


def _rows(request: Any, asked: Asked) -> Sequence[Any]:
    found = queries.people_list(request.actor, request.now, include_left=asked.filters.get("who") == "left")
    text = asked.filters.get("q", "").lower()
    if text:
        found = [row for row in found if text in f"{row['full_name']} {row['pinyin']} {row['sign_in']}".lower()]
    if asked.store is not None:
        found = [row for row in found if any(role["store"] in (None, asked.store) for role in row["roles"])]
    names = Names()
    return [{**row, "held": names.held(row), "away": away(row, queries.day_of(request.now))} for row in found]


class Names:
    """What roles and stores are called: two queries."""

    def __init__(self) -> None:
        self.roles = queries.role_names()
        self.stores = {store.pk: store.name for store in queries.stores(active_only=False)}

    def held(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {**role, "name": self.roles.get(role["role"], role["role"]), "store_name": self.stores.get(role["store"])}
            for role in row["roles"]
        ]


def away(row: Mapping[str, Any], day: date) -> dict[str, Any] | None:
    """The leave of this day, if any."""
    return next((leave for leave in row["leaves"] if leave["starts"] <= day <= leave["ends"]), None)


def person(request: Any, person: int) -> HttpResponse:
    return frame.page(request, "people/person.html", shown(request, person), room=ROOM)


def shown(request: Any, person: int) -> dict[str, Any]:
    row = queries.person_shown(person, request.actor, request.now)
    everybody = people_names(request)
    return {
        "person": row,
        "held": Names().held(row),
        "away": away(row, queries.day_of(request.now)),
        "leaves": [{**leave, "deputy_name": everybody.get(leave["deputy"])} for leave in row["leaves"]],
        "may_manage": request.actor.may_somewhere("people.manage"),
    }


def new_person(request: Any) -> HttpResponse:
    form = PageForm(
        "new-person",
        _("New person"),
        (NAME, SIGN_IN, PHONE, LANGUAGE, roles_field()),
        reverse("people"),
        lead=_("Afterwards you get a link to send: with it they set their own password."),
        known=Known(stores=store_names()),
        done=_("Person entered."),
    )
    return form_page(request, form, {"language": "zh-hans"}, lambda values: _add(request, values), room=ROOM)


def _add(request: Any, values: Mapping[str, JSON]) -> str:
    new = NewPerson(
        str(values["sign_in"]),
        str(values["full_name"]),
        str(values.get("phone", "")),
        str(values.get("language") or "zh-hans"),
        roles_of(values),
    )
    return reverse("person", args=[actions.add_person(new, request.actor, request.now)])


def edit_person(request: Any, person: int) -> HttpResponse:
    row = queries.person_shown(person, request.actor, request.now)
    back = reverse("person", args=[person])
    title = _("Edit %(name)s") % {"name": row["full_name"]}
    form = PageForm(f"person-{person}", title, (NAME, SIGN_IN, PHONE, LANGUAGE), back)

    def save(values: dict[str, JSON]) -> str:
        fields = {name: str(values.get(name, "")) for name in ("full_name", "sign_in", "phone", "language")}
        changes = {name: value for name, value in fields.items() if value != row[name]}
        if changes:
            actions.change_person(person, changes, request.actor, request.now)
        return back

    return form_page(request, form, row, save, room=ROOM)


def edit_roles(request: Any, person: int) -> HttpResponse:
    row = queries.person_shown(person, request.actor, request.now)
    back = reverse("person", args=[person])
    form = PageForm(
        f"roles-{person}",
        _("Roles of %(name)s") % {"name": row["full_name"]},
        (roles_field(),),
        back,
        lead=_("From today on exactly these. No store means the whole company."),
        known=Known(stores=store_names()),
    )

    def save(values: dict[str, JSON]) -> str:
        actions.set_roles(person, roles_of(values), request.actor, request.now)
        return back

    held: list[JSON] = [
        {"role": role["role"], "store": _reference(role["store"]), "ends": role["ends"] and role["ends"].isoformat()}
        for role in row["roles"]
    ]
    return form_page(request, form, {"roles": held}, save, room=ROOM)


def invite(request: Any, person: int) -> HttpResponse:
    """A link to set a password, shown once. The same door for a first password and a forgotten one."""
    context = shown(request, person)
    purpose = "reset" if request.POST.get("purpose") == "reset" else "invite"
    secret = actions.invite(person, request.actor, request.now, secrets.token_bytes, purpose)
    link = request.build_absolute_uri(reverse("password", args=[secret.raw]))
    return frame.page(request, "people/link.html", {**context, "link": link, "purpose": purpose}, room=ROOM)


def roles_field() -> Field:
    names = queries.role_names()
    role = Field(
        "role",
        Text("角色", "Role"),
        "choice",
        required=True,
        options=tuple(option(id, name.zh, name.en) for id, name in names.items()),
    )
    return Field(
        "roles",
        Text("角色", "Roles"),
        "lines",
        columns=(role, Field("store", Text("门店", "Store"), "store"), Field("ends", Text("截止", "Until"), "date")),
    )


def roles_of(values: Mapping[str, JSON]) -> tuple[Role, ...]:
    rows: Any = values.get("roles") or []
    return tuple(
        Role(
            str(row.get("role", "")),
            row["store"]["id"] if row.get("store") else None,
            ends=date.fromisoformat(row["ends"]) if row.get("ends") else None,
        )
        for row in rows
    )


def store_names() -> dict[int, str]:
    return {store.pk: text_in(store.name) for store in queries.stores()}


def people_names(request: Any) -> dict[int, str]:
    """Everybody who works here now and whom this person may see."""
    return {row["id"]: row["full_name"] for row in queries.people_list(request.actor, request.now)}


def _reference(store: int | None) -> JSON:
    return {"kind": "store", "id": store} if store else None


routes = [
    route("people/", people, access="people.see", name="people"),
    route("people/new/", new_person, access="people.manage", name="new_person", post=True),
    route("people/<int:person>/", person, access="people.see", name="person"),
    route("people/<int:person>/edit/", edit_person, access="people.manage", name="edit_person", post=True),
    route("people/<int:person>/roles/", edit_roles, access="people.manage", name="edit_roles", post=True),
    route("people/<int:person>/link/", invite, access="people.manage", name="invite", post=True, get=False),
]

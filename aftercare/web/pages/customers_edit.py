"""Entering and changing customers, their phones, addresses, marks and relations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from aftercare.customers import actions, queries
from aftercare.customers.actions import NewAddress, NewCustomer, NewPhone
from aftercare.errors import JSON
from aftercare.handbook.model import Field
from aftercare.texts import Text
from aftercare.values import places as addresses
from aftercare.web import frame
from aftercare.web.access import SIGNED_IN, route
from aftercare.web.form_page import PageForm, asked_version, form_page
from aftercare.web.forms_render import Known, option
from aftercare.web.once import once
from aftercare.web.pages.customers import MARKS, ROOM
from aftercare.web.words import text_in

NAME = Field("full_name", Text("姓名", "Name"), "name", required=True)
PHONE = Field("phone", Text("电话", "Phone"), "phone")
ADDRESS = Field("address", Text("地址", "Address"), "place")
LABEL = Field(
    "label", Text("备注名", "Label"), "text", help=Text("如：本人、配偶、公司", "Such as: own, spouse, office")
)
KIND = Field(
    "kind",
    Text("类型", "Kind"),
    "choice",
    options=(option("person", "个人", "Person"), option("company", "单位", "Company")),
)
GENDER = Field(
    "gender",
    Text("性别", "Gender"),
    "choice",
    options=(option("female", "女", "Female"), option("male", "男", "Male")),
)
STORE = Field("store", Text("所属门店", "Store"), "store")
BIRTHDAY = Field(
    "birthday", Text("生日", "Birthday"), "text", help=Text("1980-05-17；年份不详写 05-17", "1980-05-17, or 05-17")
)
LUNAR = Field("birthday_lunar", Text("农历生日", "By the lunar calendar"), "check")
NOTES = Field("notes", Text("备注", "Notes"), "long_text")
CONSENT = Field(
    "consent",
    Text("客户同意", "The customer agrees to"),
    "choices",
    options=(
        option("greetings", "节日与生日问候", "Greetings on festivals and birthdays"),
        option("offers", "活动通知", "News of offers"),
        option("photos", "使用现场照片", "Use of photos"),
    ),
)
FAMILY = Field("family_size", Text("家庭人数", "Family size"), "number", minimum=1, maximum=99)
NEW = (NAME, PHONE, ADDRESS, KIND, GENDER, STORE, BIRTHDAY, LUNAR, FAMILY, CONSENT, NOTES)
CHANGED = (NAME, KIND, GENDER, STORE, BIRTHDAY, LUNAR, FAMILY, CONSENT, NOTES)
WIDTHS = {"birthday_lunar": "half"}


def new_customer(request: Any) -> HttpResponse:
    typed = request.GET.get("q", "")
    first = {"phone": typed} if typed.replace(" ", "").isdigit() else {"full_name": typed}
    stores = _stores(request)
    form = PageForm(
        "new-customer",
        _("New customer"),
        NEW,
        reverse("customers"),
        lead=_("A name is enough to begin; what is missing is asked for when it is needed."),
        widths=WIDTHS,
        known=Known(stores=stores),
        done=_("Customer entered."),
    )
    store = _first_store(request, stores)
    return form_page(request, form, {"kind": "person", **store, **first}, lambda v: _create(request, v), room=ROOM)


def _create(request: Any, values: Mapping[str, JSON]) -> str:
    phone, place = values.get("phone"), values.get("address")
    new = NewCustomer(
        **_fields(values),
        phones=(NewPhone(str(phone), primary=True),) if phone else (),
        addresses=(_address(place),) if isinstance(place, dict) else (),
    )
    created = actions.create_customer(new, request.actor, request.now)
    if created.duplicates:
        names = _(", ").join(dict.fromkeys(one.name for one in created.duplicates))
        frame.say(request, _("Looks like somebody already entered: %(names)s") % {"names": names})
        return reverse("merge", args=[created.duplicates[0].id, created.id])
    return reverse("customer", args=[created.id])


def edit_customer(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    form = PageForm(
        f"customer-{customer}",
        _("Edit %(name)s") % {"name": known["name"]},
        CHANGED,
        reverse("customer", args=[customer]),
        widths=WIDTHS,
        known=Known(stores=_stores(request)),
        version=known["version"],
        present=lambda: (_values(known), known["version"]),
        lead=_("A birthday stands here masked: leave it as it is to keep it.") if known["birthday"] else "",
    )
    return form_page(request, form, _values(known), lambda v: _change(request, customer, known, v), room=ROOM)


def _change(request: Any, customer: int, known: Mapping[str, Any], values: Mapping[str, JSON]) -> str:
    fields = _fields(values)
    if fields["birthday"] == known["birthday"]:
        del fields["birthday"]
    before = {**_fields(_values(known)), "birthday": known["birthday"]}
    changes = {name: value for name, value in fields.items() if value != before[name]}
    if changes:
        actions.change_customer(customer, changes, asked_version(request), request.actor, request.now)
    return reverse("customer", args=[customer])


def add_phone(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    fields = (Field("phone", PHONE.name, "phone", required=True), LABEL, _primary())
    back = reverse("customer", args=[customer])
    form = PageForm(f"phone-{customer}", _("Another phone of %(name)s") % {"name": known["name"]}, fields, back)

    def save(values: dict[str, JSON]) -> str:
        new = NewPhone(str(values["phone"]), str(values.get("label", "")), bool(values.get("primary")))
        actions.add_phone(customer, new, request.actor, request.now)
        return back

    return form_page(request, form, {}, save, room=ROOM)


def add_address(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    fields = (Field("address", ADDRESS.name, "place", required=True), LABEL, _primary())
    back = reverse("customer", args=[customer])
    form = PageForm(f"address-{customer}", _("Another address of %(name)s") % {"name": known["name"]}, fields, back)

    def save(values: dict[str, JSON]) -> str:
        new = _address(values["address"], str(values.get("label", "")), bool(values.get("primary")))
        actions.add_address(customer, new, request.actor, request.now)
        return back

    return form_page(request, form, {}, save, room=ROOM)


def remove_item(request: Any, customer: int, what: str, item: int) -> HttpResponse:
    queries.panel(customer, request.actor)
    verb = {
        "phone": actions.remove_phone, "address": actions.remove_address, "relation": actions.unrelate,
        "day": actions.remove_special_day,
    }[what]  # fmt: skip

    def work() -> str:
        verb(item, request.actor, request.now)
        return reverse("customer", args=[customer])

    return once(request, work, _("Removed."))


def mark(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    kinds = (option("", "无标记", "No mark"), *(option(id, name.zh, name.en) for id, name in MARKS.items()))
    fields = (
        Field("mark", Text("标记", "Mark"), "choice", options=kinds),
        Field("reason", Text("原因", "Reason"), "long_text"),
    )
    back = reverse("customer", args=[customer])
    form = PageForm(f"mark-{customer}", _("Mark %(name)s") % {"name": known["name"]}, fields, back)

    def save(values: dict[str, JSON]) -> str:
        actions.mark(customer, str(values.get("mark", "")), str(values.get("reason", "")), request.actor, request.now)
        return back

    return form_page(request, form, {"mark": known["mark"], "reason": known["mark_reason"]}, save, room=ROOM)


def make_file(request: Any, customer: int) -> HttpResponse:
    queries.panel(customer, request.actor)

    def work() -> str:
        actions.make_file(customer, request.actor, request.now)
        return reverse("customer", args=[customer])

    return once(request, work, _("The file is made."))


def add_special_day(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    fields = (
        Field("name", Text("什么日子", "What day it is"), "text", required=True,
              help=Text("如：结婚纪念日", "Such as: wedding day")),
        Field("day", Text("日期", "Date"), "text", required=True, help=Text("写成 10-01", "Written 10-01")),
        Field("lunar", Text("按农历", "By the lunar calendar"), "check"),
    )  # fmt: skip
    back = reverse("customer", args=[customer])
    form = PageForm(f"day-{customer}", _("A special day of %(name)s") % {"name": known["name"]}, fields, back)

    def save(values: dict[str, JSON]) -> str:
        told = (str(values["name"]), str(values["day"]), bool(values.get("lunar")))
        actions.add_special_day(customer, *told, request.actor, request.now)
        return back

    return form_page(request, form, {}, save, room=ROOM)


def relate(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    fields = (
        Field("other", Text("另一位客户", "The other customer"), "customer", required=True),
        Field("word", Text("是其", "Is their"), "text", required=True,
              help=Text("如：配偶、父亲、单位", "Such as: spouse, father, employer")),
    )  # fmt: skip
    back = reverse("customer", args=[customer])
    pickers = Known(pickers={"customer": reverse("pick_customer")})
    form = PageForm(
        f"relate-{customer}", _("Relation of %(name)s") % {"name": known["name"]}, fields, back, known=pickers
    )

    def save(values: dict[str, JSON]) -> str:
        other: Any = values["other"]
        actions.relate(customer, other["id"], str(values["word"]), request.actor, request.now)
        return back

    return form_page(request, form, {}, save, room=ROOM)


def pick_customer(request: Any) -> HttpResponse:
    """Options for a field that asks for a customer."""
    found = queries.search(request.GET.get("q", ""), request.actor, 10)
    options = [
        {"id": row["id"], "label": row["name"], "note": " ".join(p["masked"] for p in row["phones"][:1])}
        for row in found
    ]
    return frame.page(request, "web/fields/options.html", {"options": options, "list_id": request.GET.get("list", "")})


def parts_of_address(request: Any) -> HttpResponse:
    """The parts of a pasted address, for the inputs beside it; nothing is stored."""
    read = addresses.parse(request.GET.get("text", "")[:500])
    return JsonResponse({part: getattr(read, part) for part in addresses.PARTS})


def _fields(values: Mapping[str, JSON]) -> dict[str, Any]:
    store: Any = values.get("store")
    agreed: Any = values.get("consent") or []
    return {
        "full_name": str(values.get("full_name", "")),
        "kind": str(values.get("kind") or "person"),
        "gender": str(values.get("gender") or ""),
        "store": store["id"] if store else None,
        "birthday": str(values.get("birthday") or ""),
        "birthday_lunar": bool(values.get("birthday_lunar")),
        "notes": str(values.get("notes") or ""),
        "consent": dict.fromkeys(agreed, True),
        "family_size": values.get("family_size") or None,
    }


def _values(known: Mapping[str, Any]) -> dict[str, JSON]:
    """A customer's panel as values of the form."""
    return {
        "full_name": known["name"],
        "kind": known["kind"],
        "gender": known["gender"],
        "store": {"kind": "store", "id": known["store"]} if known["store"] else None,
        "birthday": known["birthday"],
        "birthday_lunar": known["birthday_lunar"],
        "family_size": known["family_size"],
        "consent": [name for name, given in known["consent"].items() if given],
        "notes": known["notes"],
    }


def _address(place: Any, label: str = "", primary: bool = False) -> NewAddress:
    parts = {name: str(value) for name, value in place.items()}
    return NewAddress(**parts, label=label, primary=primary)


def _primary() -> Field:
    return Field("primary", Text("设为首选", "The one to use first"), "check")


def _stores(request: Any) -> dict[int, str]:
    """The stores where this person may enter customers."""
    actor = request.actor
    return {s.id: text_in(s.name) for s in frame.my_stores(request) if actor.may("customers.edit", s.id)}


def _first_store(request: Any, stores: Mapping[int, str]) -> dict[str, JSON]:
    chosen = frame.Frame(request, "").store
    number = chosen.id if chosen and chosen.id in stores else next(iter(stores), None)
    return {"store": {"kind": "store", "id": number}} if number else {}


def _remover(what: str) -> URLPattern:
    def view(request: Any, customer: int, item: int) -> HttpResponse:
        return remove_item(request, customer, what, item)

    pattern = f"customers/<int:customer>/remove-{what}/<int:item>/"
    return route(pattern, view, access="customers.edit", name=f"remove_{what}", post=True, get=False)


EDIT = "customers.edit"
routes = [
    route("customers/new/", new_customer, access="customers.edit", name="new_customer", post=True),
    route("parts-of-address/", parts_of_address, access=SIGNED_IN, name="parts_of_address"),
    route("customers/pick/", pick_customer, access="customers.see", name="pick_customer"),
    route("customers/<int:customer>/edit/", edit_customer, access="customers.edit", name="edit_customer", post=True),
    route("customers/<int:customer>/phones/", add_phone, access="customers.edit", name="add_phone", post=True),
    route("customers/<int:customer>/addresses/", add_address, access="customers.edit", name="add_address", post=True),
    route("customers/<int:customer>/mark/", mark, access="customers.edit", name="mark", post=True),
    route("customers/<int:customer>/relations/", relate, access="customers.edit", name="relate", post=True),
    route("customers/<int:customer>/file/", make_file, access=EDIT, name="make_file", post=True, get=False),
    route("customers/<int:customer>/days/", add_special_day, access=EDIT, name="add_special_day", post=True),
    *(_remover(what) for what in ("phone", "address", "relation", "day")),
]

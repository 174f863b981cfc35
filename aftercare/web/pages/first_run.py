"""The first run: one page, four questions, and the house is open. Closed for good once it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from aftercare.errors import JSON, NotFound, Refused
from aftercare.handbook.model import Field
from aftercare.people import actions, queries
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.web import forms_parse, frame
from aftercare.web.access import PUBLIC, route
from aftercare.web.forms_render import Drawn
from aftercare.web.pages.session import begin_session

COMPANY = (
    Field("company", Text("公司名称", "Company"), "text", required=True,
          help=Text("会印在单据抬头上", "Printed at the head of every paper")),
    Field("store", Text("第一家门店", "First store"), "text", required=True,
          help=Text("其他门店以后再加", "Add the others later")),
    Field("store_phone", Text("门店电话", "Phone of the store"), "phone"),
)  # fmt: skip
ADMINISTRATOR = (
    Field("full_name", Text("姓名", "Full name"), "name", required=True),
    Field("sign_in", Text("登录名", "Sign-in name"), "text", required=True,
          help=Text("字母、数字或手机号", "Letters, digits or a mobile number")),
)  # fmt: skip
FIELDS = COMPANY + ADMINISTRATOR
SHORTEST_STORE_CODE = "S1"


def first_run(request: Any) -> HttpResponse:
    if queries.is_set_up():
        raise NotFound.because("first_run.closed", "公司已设置完成。", "The company has been set up already.")
    if request.method != "POST":
        return _page(request, {})
    parsed = forms_parse.parse(FIELDS, request.POST)
    try:
        _stop_on(parsed)
        person = _set_up(parsed.values, request)
    except Refused as refusal:
        return _page(request, parsed.values, refusal, parsed.typed)
    frame.say(request, _("Everything is ready. Next: load a handbook and add your people."))
    return begin_session(request, person, "/settings/")


def _stop_on(parsed: forms_parse.Parsed) -> None:
    faults = [*parsed.faults, *forms_parse.missing(FIELDS, parsed.values)]
    if faults:
        raise Refused(faults)


@transaction.atomic
def _set_up(values: Mapping[str, JSON], request: Any) -> int:
    if request.POST.get("password") != request.POST.get("again"):
        raise Refused.because("password.differ", "两次输入的密码不一致。", "The two passwords differ.", field="again")
    store = str(values["store"])
    person = actions.set_up_company(
        actions.CompanySetup(
            name=str(values["company"]),
            administrator=actions.NewPerson(
                str(values["sign_in"]), str(values["full_name"]), language=frame.Frame(request, "").language
            ),
            stores=(
                actions.NewStore(SHORTEST_STORE_CODE, Text(store, store), phone=str(values.get("store_phone", ""))),
            ),
        ),
        request.now,
    )
    actor = Actor(person, str(values["full_name"]))
    actions.set_password(person, request.POST.get("password", ""), actor, request.now)
    return person


def _page(request: Any, values: Mapping[str, JSON], refusal: Refused | None = None, typed: Any = None) -> HttpResponse:
    faults = refusal.faults if refusal else ()
    context = {
        "company": Drawn(COMPANY, values, faults=faults, typed=typed, widths={"company": "full"}),
        "administrator": Drawn(ADMINISTRATOR, values, faults=faults, typed=typed),
        "whole": Drawn(FIELDS, values, faults=faults, typed=typed),
        "password_faults": [fault for fault in faults if fault.field in ("password", "again")],
    }
    return frame.page(request, "web/first_run.html", context, status=422 if refusal else 200)


routes = [route("first-run/", first_run, access=PUBLIC, name="first_run", post=True)]

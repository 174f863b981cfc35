"""Who is away and who does their work: leave and deputies, leavers, stand-ins, swapped shifts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.errors import JSON
from aftercare.handbook.model import Field
from aftercare.people import actions, queries
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.form_page import PageForm, form_page
from aftercare.web.forms_render import Known, option
from aftercare.web.once import once
from aftercare.web.pages import moved
from aftercare.web.pages.people import ROOM, Names, people_names, store_names

STARTS = Field("starts", Text("从", "From"), "date", required=True)
ENDS = Field("ends", Text("到（含当天）", "Until, that day included"), "date", required=True)
REASON = Field("reason", Text("原因", "Reason"), "text", required=True)


def leave(request: Any, person: int) -> HttpResponse:
    row = queries.person_shown(person, request.actor, request.now)
    back = reverse("person", args=[person])
    deputy = Field(
        "deputy",
        Text("代理人", "Deputy"),
        "person",
        help=Text("期间由代理人办理本人的任务", "Does this person's tasks meanwhile"),
    )
    form = PageForm(
        f"leave-{person}",
        _("Leave of %(name)s") % {"name": row["full_name"]},
        (STARTS, ENDS, deputy),
        back,
        known=Known(people={id: name for id, name in people_names(request).items() if id != person}),
        done=_("Leave entered."),
    )

    def save(values: dict[str, JSON]) -> str:
        starts, ends = _days(values)
        actions.start_leave(person, starts, ends, _id(values.get("deputy")), request.actor, request.now)
        return back

    return form_page(request, form, {"starts": queries.day_of(request.now).isoformat()}, save, room=ROOM)


def end_leave(request: Any, person: int, leave: int) -> HttpResponse:
    """Back today: yesterday was the last day away."""
    row = queries.person_shown(person, request.actor, request.now)
    if leave not in {one["id"] for one in row["leaves"]}:
        raise queries.absent("leave")

    def work() -> str:
        yesterday = date.fromordinal(queries.day_of(request.now).toordinal() - 1)
        actions.end_leave(leave, request.actor, request.now, yesterday)
        return reverse("person", args=[person])

    return once(request, work, _("Back at work."))


def leaver(request: Any, person: int) -> HttpResponse:
    row = queries.person_shown(person, request.actor, request.now)
    last = Field("last_day", Text("最后工作日", "Last day of work"), "date", required=True)
    form = PageForm(
        f"leaver-{person}",
        _("%(name)s leaves") % {"name": row["full_name"]},
        (last,),
        reverse("person", args=[person]),
        lead=_("Open tasks and future visits move to colleagues; what was signed stays signed. Keys die with the day."),
        submit=_("Enter the leaver"),
        done=_("Entered."),
    )

    def save(values: dict[str, JSON]) -> str:
        day = date.fromisoformat(str(values["last_day"]))
        result = actions.leaver(person, day, request.actor, request.now)
        return moved.keep(request, result, reverse("person", args=[person]))

    return form_page(request, form, {"last_day": queries.day_of(request.now).isoformat()}, save, room=ROOM)


def stand_ins(request: Any) -> HttpResponse:
    names = Names()
    rows = [
        {"row": row, "role": names.roles.get(row.role, row.role), "store": names.stores.get(row.store_id or 0)}
        for row in queries.stand_ins(request.now)
    ]
    context = {"rows": rows, "may_manage": request.actor.may_somewhere("people.manage")}
    return frame.page(request, "people/stand_ins.html", context, room=ROOM)


def new_stand_in(request: Any) -> HttpResponse:
    roles = tuple(option(id, name.zh, name.en) for id, name in queries.role_names().items())
    fields = (
        Field("role", Text("角色", "Role"), "choice", required=True, options=roles),
        Field("store", Text("门店", "Store"), "store", help=Text("不选即全公司", "None means the whole company")),
        Field("person", Text("由谁担任", "Who stands in"), "person", required=True),
        STARTS,
        ENDS,
        REASON,
    )
    form = PageForm(
        "stand-in",
        _("New stand-in"),
        fields,
        reverse("stand_ins"),
        lead=_("Where one person would have to check their own work, somebody stands in for some days, with a reason."),
        known=Known(people=people_names(request), stores=store_names()),
    )

    def save(values: dict[str, JSON]) -> str:
        starts, ends = _days(values)
        store, person = _id(values.get("store")), _id(values["person"])
        assert person is not None
        reason = str(values["reason"])
        actions.stand_in(str(values["role"]), store, person, starts, ends, reason, request.actor, request.now)
        return reverse("stand_ins")

    return form_page(request, form, {"starts": queries.day_of(request.now).isoformat()}, save, room=ROOM)


def swap(request: Any) -> HttpResponse:
    fields = (
        Field("store", Text("门店", "Store"), "store", required=True),
        Field("day", Text("哪一天", "Which day"), "date", required=True),
        Field("person", Text("谁不上班", "Who does not work"), "person", required=True),
        Field("takes_over", Text("谁来顶班", "Who works instead"), "person", required=True),
        Field("reason", Text("说明", "Note"), "text"),
    )
    known = Known(people=people_names(request), stores=store_names())
    form = PageForm("swap", _("Swap a shift"), fields, reverse("people"), known=known, done=_("Shift swapped."))

    def save(values: dict[str, JSON]) -> str:
        store, first, second = (_id(values[name]) for name in ("store", "person", "takes_over"))
        assert store and first and second
        day, reason = date.fromisoformat(str(values["day"])), str(values.get("reason", ""))
        actions.swap_shift(store, day, first, second, reason, request.actor, request.now)
        return reverse("people")

    return form_page(request, form, {"day": queries.day_of(request.now).isoformat()}, save, room=ROOM)


def _days(values: dict[str, JSON]) -> tuple[date, date]:
    return date.fromisoformat(str(values["starts"])), date.fromisoformat(str(values["ends"]))


def _id(reference: Any) -> int | None:
    return reference["id"] if reference else None


routes = [
    route("people/stand-ins/", stand_ins, access="people.see", name="stand_ins"),
    route("people/stand-ins/new/", new_stand_in, access="people.manage", name="new_stand_in", post=True),
    route("people/swap/", swap, access="people.manage", name="swap", post=True),
    route("people/<int:person>/leave/", leave, access="people.manage", name="leave", post=True),
    route("people/<int:person>/leave/<int:leave>/end/", end_leave, access="people.manage", name="end_leave",
          post=True, get=False),
    route("people/<int:person>/leaver/", leaver, access="people.manage", name="leaver", post=True),
]  # fmt: skip

"""The working calendar of the company or a store: a month at a glance, the hours of a week, closing days."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftercare.calendar import WorkCalendar
from aftercare.cases import world
from aftercare.cases.calendars import calendar_of as assembled
from aftercare.errors import JSON, NotFound
from aftercare.handbook.model import Field
from aftercare.people import actions, queries
from aftercare.people.models import ClosingDay
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.form_page import PageForm, form_page
from aftercare.web.forms_render import Known, option
from aftercare.web.once import once
from aftercare.web.pages import moved
from aftercare.web.pages.people import store_names
from aftercare.web.pages.settings import ROOM

WEEKDAYS = {
    "mon": Text("周一", "Monday"),
    "tue": Text("周二", "Tuesday"),
    "wed": Text("周三", "Wednesday"),
    "thu": Text("周四", "Thursday"),
    "fri": Text("周五", "Friday"),
    "sat": Text("周六", "Saturday"),
    "sun": Text("周日", "Sunday"),
}
HOLIDAYS = (
    option("china", "按国家法定节假日与调休", "As published by the state"),
    option("none", "节假日照常营业", "Open as usual"),
)
EXAMPLE = Text("如 09:00-12:00, 13:30-18:00；空着即休息", "Such as 09:00-12:00, 13:30-18:00; empty is free")
HOURS = (
    *(
        Field(day, name, "text", help=EXAMPLE if day == "mon" else None)
        for day, name in WEEKDAYS.items()
    ),
    Field("holidays", Text("法定节假日", "Public holidays"), "choice", options=HOLIDAYS),
)  # fmt: skip


def hours(request: Any) -> HttpResponse:
    store = asked_store(request)
    month = _month(request)
    calendar = calendar_of(store)
    day = queries.day_of(request.now)
    context = {
        "weeks": [[_day(calendar, one, month, day) for one in week] for week in _weeks(month)],
        "month": month,
        "month_format": pgettext("format of a month", "F Y"),
        "before": (month - timedelta(days=1)).strftime("%Y-%m"),
        "after": (month + timedelta(days=32)).strftime("%Y-%m"),
        "stores": store_names(),
        "store": store,
        "closings": ClosingDay.objects.filter(day__gte=day).select_related("store").order_by("day")[:100],
        "may_edit": request.actor.may_somewhere("settings.edit"),
        "week": [(name, calendar.shifts_on(monday)) for monday, name in _week_of(calendar)],
    }
    return frame.page(request, "settings/hours.html", context, room=ROOM)


def asked_store(request: Any) -> int | None:
    """The store of the address; NotFound when there is none of that number."""
    text = request.GET.get("store", "")
    if not text:
        return None
    known = {str(number): number for number in store_names()}
    if text not in known:
        raise NotFound.because("store.absent", "没有这家门店。", "There is no such store.")
    return known[text]


def calendar_of(store: int | None) -> WorkCalendar:
    """The calendar that deadlines are computed with."""
    now = world.epoch()
    versions = world.live_handbooks(now)
    calendars = world.handbook_of(versions[0]).calendars.values() if versions else ()
    return assembled(store, next(iter(calendars), None))


def _month(request: Any) -> date:
    try:
        year, month = (int(part) for part in request.GET.get("month", "").split("-"))
        return date(year, month, 1) if 1950 <= year <= 2150 else queries.day_of(request.now).replace(day=1)
    except ValueError:
        return queries.day_of(request.now).replace(day=1)


def _weeks(month: date) -> list[list[date]]:
    return months.Calendar(firstweekday=0).monthdatescalendar(month.year, month.month)


def _week_of(calendar: WorkCalendar) -> list[tuple[date, Text]]:
    """A week without holidays to read the plain hours from."""
    monday = date(2026, 6, 1)
    return [(monday + timedelta(days=at), name) for at, name in enumerate(WEEKDAYS.values())]


def _day(calendar: WorkCalendar, day: date, month: date, today: date) -> dict[str, Any]:
    status = calendar.status_of(day)
    return {
        "day": day,
        "inside": day.month == month.month,
        "today": day == today,
        "kind": status.kind,
        "name": status.name if status.kind in ("holiday", "makeup", "closed", "special") else None,
        "shifts": [str(shift) for shift in calendar.shifts_on(day)],
        "provisional": status.provisional,
    }


def edit_hours(request: Any) -> HttpResponse:
    store = asked_store(request)
    calendar = calendar_of(store)
    back = reverse("hours") + (f"?store={store}" if store else "")
    title = _("Hours of %(store)s") % {"store": store_names()[store]} if store else _("Hours of the company")
    form = PageForm(
        f"hours-{store or 0}", title, HOURS, back, lead=_("Deadlines that hang on working time move at once.")
    )
    values: dict[str, JSON] = {
        day: ", ".join(str(shift) for shift in calendar.shifts_on(on))
        for day, (on, _name) in zip(WEEKDAYS, _week_of(calendar), strict=True)
    }
    values["holidays"] = _holidays(calendar)
    return form_page(request, form, values, lambda typed: _save_hours(request, store, typed, back), room=ROOM)


def _holidays(calendar: WorkCalendar) -> str:
    layer: WorkCalendar | None = calendar
    while layer is not None:
        if layer.holidays:
            return layer.holidays
        layer = layer.base
    return "none"


def _save_hours(request: Any, store: int | None, values: Mapping[str, JSON], back: str) -> str:
    week: dict[str, JSON] = {day: _shifts(str(values.get(day, ""))) for day in WEEKDAYS}
    calendar: dict[str, JSON] = {"week": week, "holidays": str(values.get("holidays") or "none")}
    WorkCalendar.from_json(calendar)
    return moved.keep(request, actions.set_calendar(store, calendar, request.actor, request.now), back)


def _shifts(text: str) -> list[JSON]:
    plain = text.replace("，", ",").replace("、", ",").replace("：", ":").replace("—", "-").replace("–", "-")
    return [part.strip() for part in plain.split(",") if part.strip()]


def close_day(request: Any) -> HttpResponse:
    fields = (
        Field("day", Text("停业日期", "Closed on"), "date", required=True),
        Field("store", Text("门店", "Store"), "store", help=Text("不选即全公司", "None means every store")),
        Field("reason", Text("原因", "Reason"), "text", required=True),
    )
    form = PageForm(
        "closing-day",
        _("New closing day"),
        fields,
        reverse("hours"),
        lead=_("Deadlines that fall on it move, and the customers concerned are listed."),
        known=Known(stores=store_names()),
        done=_("Closing day entered."),
    )

    def save(values: dict[str, JSON]) -> str:
        store: Any = values.get("store")
        day, reason = date.fromisoformat(str(values["day"])), str(values["reason"])
        number = store["id"] if store else None
        _id, result = actions.add_closing_day(number, day, reason, request.actor, request.now)
        return moved.keep(request, result, reverse("hours") + f"?month={day:%Y-%m}")

    first = {"day": request.GET.get("day", "")[:10]}
    return form_page(request, form, {name: value for name, value in first.items() if value}, save, room=ROOM)


def open_day(request: Any, closing: int) -> HttpResponse:
    """Takes a closing day back."""

    def work() -> str:
        result = actions.remove_closing_day(closing, request.actor, request.now)
        return moved.keep(request, result, reverse("hours"))

    return once(request, work, _("Open again."))


routes = [
    route("settings/hours/", hours, access="settings.see", name="hours"),
    route("settings/hours/edit/", edit_hours, access="settings.edit", name="edit_hours", post=True),
    route("settings/closing/", close_day, access="settings.edit", name="close_day", post=True),
    route("settings/closing/<int:closing>/open/", open_day, access="settings.edit", name="open_day",
          post=True, get=False),
]  # fmt: skip

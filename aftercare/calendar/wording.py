"""The sentences of an explanation, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from aftercare.calendar.model import Due
from aftercare.calendar.zones import utc
from aftercare.handbook.duration import Duration
from aftercare.texts import Text

ELAPSED = Text("连续计时", "Every minute counts")
ELAPSED_DAYS = Text("逐日计算", "Every day counts")
DAY_ZERO = Text("起算当日不计", "The day itself does not count")
PAUSED = Text("暂停计时", "Paused")
AFTER_HOURS = Text("非营业时间", "Outside working hours")
LUNCH = Text("午休", "Lunch break")
BREAK = Text("班间休息", "Break between shifts")
_WORKING_DAY = "工作日"

_NOON = (dt.timedelta(hours=11), dt.timedelta(hours=14, minutes=30))

_UNITS: Mapping[str, tuple[str, str, str]] = {
    "s": ("秒", "second", "seconds"),
    "min": ("分钟", "minute", "minutes"),
    "h": ("小时", "hour", "hours"),
    "d": ("天", "day", "days"),
    "w": ("周", "week", "weeks"),
    "mo": ("个月", "month", "months"),
    "q": ("个季度", "quarter", "quarters"),
    "y": ("年", "year", "years"),
    "wd": ("个工作日", "working day", "working days"),
    "wh": ("个工作小时", "working hour", "working hours"),
    "wmin": ("分钟工作时间", "working minute", "working minutes"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def amount(duration: Duration) -> Text:
    """3wd: 3个工作日, 3 working days."""
    zh, one, many = _UNITS[duration.unit]
    return Text(f"{duration.n}{zh}", f"{duration.n} {one if duration.n == 1 else many}")


def shift(day_name: Text) -> Text:
    """Why a shift counts: it is working time, on a make-up day by that name."""
    return Text("上班时间", "Working hours") if day_name.zh == _WORKING_DAY else day_name


def break_between(start: dt.timedelta, end: dt.timedelta) -> Text:
    """Of two shifts of a day; lunch when it touches noon."""
    return LUNCH if start < _NOON[1] and end > _NOON[0] else BREAK


def day_text(day: dt.date) -> Text:
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def moment_text(moment: dt.datetime, zone: dt.tzinfo) -> Text:
    local = utc(moment).astimezone(zone)
    day = day_text(local.date())
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return Text(f"{day.zh} {clock}", f"{day.en} {clock}")


def when(due: Due | dt.datetime | dt.date, zone: dt.tzinfo) -> Text:
    """A day by its date, a moment by its local time."""
    if isinstance(due, Due):
        return day_text(due.day) if due.day else moment_text(due.at, zone)
    return moment_text(due, zone) if isinstance(due, dt.datetime) else day_text(due)


def sentence(
    zone: dt.tzinfo, anchor: Due | dt.datetime | dt.date, duration: Duration, side: str, due: Due, free: Iterable[Text]
) -> Text:
    """The whole explanation in one sentence; `free` are the reasons why time did not count."""
    start, length, target = when(anchor, zone), amount(duration), when(due, zone)
    later = side in ("after", "opens_after")
    zh = f"{start.zh}{'之后' if later else '之前'}{length.zh}：{target.zh}"
    en = f"{length.en} {'after' if later else 'before'} {start.en}: "
    if side.startswith("opens"):
        zh, en = f"{zh}起可办理", f"{en}opens on {target.en}"
    elif due.day:
        zh, en = f"{zh}结束前完成", f"{en}due by the end of {target.en}"
    else:
        zh, en = f"{zh}前（含）完成", f"{en}due by {target.en}"
    names = list(dict.fromkeys(why for why in free if why not in (DAY_ZERO, AFTER_HOURS)))
    if names:
        zh += "；不计：" + "、".join(name.zh for name in names)
        en += "; not counted: " + ", ".join(name.en for name in names)
    if due.provisional:
        zh += "。其间有尚未公布放假安排的日期，暂按法定节日与普通周末计算，公布后将重算"
        en += ". The holiday schedule of some of these days is not published yet; statutory holidays and plain weekends"
        en += " are assumed until then"
    return Text(f"{zh}。", f"{en}.")


def moved(said: Text, zone: dt.tzinfo, stored: Due) -> Text:
    """When the calendar has changed since the moment was stored."""
    was = when(stored, zone)
    return Text(
        f"{said.zh}原记录的时限为{was.zh}，日历此后有变动。",
        f"{said.en} The stored deadline is {was.en}; the calendar has changed since.",
    )

"""What a person reads when asking why something is due then; warnings and escalations; speed."""

from __future__ import annotations

import datetime as dt
import json
import time

from aftercare import calendar as c
from aftercare.handbook.duration import Duration, parse_duration

BEIJING = dt.timezone(dt.timedelta(hours=8))
OFFICE = c.WorkCalendar()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def told(anchor: str, duration: str, *, calendar: c.WorkCalendar = OFFICE, **more: object) -> list[str]:
    found = c.explain(calendar, at(anchor), parse_duration(duration), **more)  # type: ignore[arg-type]
    return [
        f"{span.start.astimezone(BEIJING):%m-%d %H:%M} {span.end.astimezone(BEIJING):%m-%d %H:%M} "
        f"{'+' if span.counted else '-'} {span.why.zh}"
        for span in found.spans
    ]


def test_working_hours_over_lunch_evening_and_weekend() -> None:
    assert told("2026-11-20T11:00", "6wh") == [
        "11-20 11:00 11-20 12:00 + 上班时间",
        "11-20 12:00 11-20 13:30 - 午休",
        "11-20 13:30 11-20 18:00 + 上班时间",
        "11-20 18:00 11-21 00:00 - 非营业时间",
        "11-21 00:00 11-23 00:00 - 周末",
        "11-23 00:00 11-23 09:00 - 非营业时间",
        "11-23 09:00 11-23 09:30 + 上班时间",
    ]


def test_working_days_over_the_national_day_and_a_make_up_saturday() -> None:
    assert told("2026-09-30T17:00", "3wd") == [
        "09-30 17:00 10-01 00:00 - 起算当日不计",
        "10-01 00:00 10-08 00:00 - 国庆节",
        "10-08 00:00 10-10 00:00 + 工作日",
        "10-10 00:00 10-11 00:00 + 调休上班（国庆节）",
    ]


def test_a_pause_is_shown_where_it_lay() -> None:
    assert told("2026-11-16T10:00", "2wh", pauses=((at("2026-11-16T11:00"), at("2026-11-16T14:00")),)) == [
        "11-16 10:00 11-16 11:00 + 上班时间",
        "11-16 11:00 11-16 14:00 - 暂停计时",
        "11-16 14:00 11-16 15:00 + 上班时间",
    ]


def test_an_evening_break_is_no_lunch() -> None:
    week = (c.parse_shifts(["09:00-16:00", "18:00-21:00"]),) * 7
    assert "11-16 16:00 11-16 18:00 - 班间休息" in told(
        "2026-11-16T15:00", "2wh", calendar=c.WorkCalendar(week=week, holidays="none")
    )


def test_before_a_date_the_last_day_in_time_is_counted() -> None:
    found = c.explain(OFFICE, dt.date(2026, 11, 20), Duration(14, "d"), "before")
    assert found.counted_days == 14
    assert found.spans[0].start == at("2026-11-06T00:00") and found.due.day == dt.date(2026, 11, 6)
    assert found.sentence.zh == "2026年11月20日之前14天：2026年11月6日结束前完成。"
    assert found.sentence.en == "14 days before 20 Nov 2026: due by the end of 6 Nov 2026."


def test_the_sentence_names_what_did_not_count() -> None:
    found = c.explain(OFFICE, at("2026-09-30T17:00"), Duration(2, "wh"))
    assert found.sentence.zh == "2026年9月30日 17:00之后2个工作小时：2026年10月8日 10:00前（含）完成；不计：国庆节。"
    assert found.sentence.en == (
        "2 working hours after 30 Sep 2026 17:00: due by 8 Oct 2026 10:00; not counted: National Day."
    )
    opening = c.explain(OFFICE, at("2026-11-16T10:00"), Duration(1, "d"), "opens_after")
    assert opening.sentence.zh == "2026年11月16日 10:00之后1天：2026年11月17日 00:00起可办理。"


def test_a_provisional_result_says_so() -> None:
    said = c.explain(OFFICE, dt.date(2031, 3, 3), Duration(3, "wd")).sentence
    assert "尚未公布" in said.zh and "not published yet" in said.en
    assert "尚未公布" not in c.explain(OFFICE, dt.date(2026, 3, 3), Duration(3, "wd")).sentence.zh


def test_a_stored_deadline_that_the_calendar_no_longer_gives_is_kept_and_named() -> None:
    stored = c.after(OFFICE, dt.date(2026, 2, 27), Duration(2, "wd"))
    shut = c.WorkCalendar.from_json({"closed": [{"day": "2026-03-02"}]})
    found = c.explain(shut, dt.date(2026, 2, 27), Duration(2, "wd"), "after", stored)
    assert found.due == stored
    assert "2026年3月3日结束前" in found.sentence.zh and "原记录的时限为2026年3月2日" in found.sentence.zh


def test_an_explanation_becomes_json() -> None:
    found = c.explain(OFFICE, at("2026-11-16T11:00"), Duration(90, "wmin"))
    said = json.loads(json.dumps(found.to_json()))
    assert said["due"] == {"at": "2026-11-16T06:00:00Z", "provisional": False, "day": None}
    assert said["spans"][1] == {
        "start": "2026-11-16T04:00:00Z",
        "end": "2026-11-16T05:30:00Z",
        "counted": False,
        "why": {"zh": "午休", "en": "Lunch break"},
    }


def test_offsets_from_a_day_deadline_count_from_its_day_not_from_the_midnight_after() -> None:
    due = c.after(OFFICE, at("2026-11-16T10:00"), Duration(3, "d"))
    assert due.day == dt.date(2026, 11, 19)
    assert c.after(OFFICE, due, Duration(1, "d")).day == dt.date(2026, 11, 20)
    assert c.after(OFFICE, due, Duration(1, "wd")).day == dt.date(2026, 11, 20)
    assert c.before(OFFICE, due, Duration(2, "wd")).day == dt.date(2026, 11, 17)
    assert c.before(OFFICE, due, Duration(1, "h")).at == at("2026-11-19T23:00")
    assert c.after(OFFICE, due, Duration(1, "h")).at == at("2026-11-20T01:00")


def test_offsets_from_an_exact_deadline() -> None:
    due = c.after(OFFICE, at("2026-11-16T10:00"), Duration(15, "min"))
    assert c.before(OFFICE, due, Duration(5, "min")).at == at("2026-11-16T10:10")
    assert c.after(OFFICE, due, Duration(1, "d")).day == dt.date(2026, 11, 17)


def test_a_reminder_never_falls_outside_working_time() -> None:
    long = c.WorkCalendar.from_json({"week": {"mon-fri": ["08:00-18:00"]}, "holidays": "none"})
    due = c.after(long, at("2026-11-16T17:00"), Duration(4, "wh"))
    assert due.at == at("2026-11-17T11:00")
    assert c.reminder(long, due, Duration(1, "h")).at == at("2026-11-17T10:00")
    assert c.reminder(long, due, Duration(4, "h")).at == at("2026-11-17T08:00")
    day = c.after(long, at("2026-11-16T17:00"), Duration(4, "d"))
    assert c.reminder(long, day, Duration(1, "h")).at == at("2026-11-20T17:00")
    assert c.reminder(long, day, Duration(1, "d")).at == at("2026-11-20T08:00")


def test_ten_working_days_take_well_under_a_millisecond() -> None:
    """The bound is generous for a busy machine; a warm one needs under 10 microseconds."""
    duration, anchor = Duration(10, "wd"), at("2026-09-18T10:00")
    c.after(OFFICE, anchor, duration)
    best = min(timed(lambda: c.after(OFFICE, anchor, duration), 200) for _ in range(5))
    assert best < 100e-6


def test_equal_calendars_share_the_days_already_worked_out() -> None:
    data = {"week": {"mon-fri": ["09:00-17:00"]}, "closed": [{"from": "2026-01-05", "to": "2026-12-01"}]}
    duration, anchor = Duration(10, "wd"), at("2026-09-18T10:00")
    c.after(c.WorkCalendar.from_json(data), anchor, duration)
    again = c.WorkCalendar.from_json(data)
    assert again.shifts_on(dt.date(2026, 12, 2)) is c.WorkCalendar.from_json(data).shifts_on(dt.date(2026, 12, 2))


def timed(run: object, times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        run()  # type: ignore[operator]
    return (time.perf_counter() - start) / times

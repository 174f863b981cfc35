"""Calendars as data: what is accepted, what is refused, what a day is called, where holidays come from."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
import subprocess
import sys

import pytest

from aftercare import calendar as c
from aftercare.calendar import holidays_china
from aftercare.calendar.holidays_china import Given, HolidayDay, HolidayYear
from aftercare.errors import Refused
from aftercare.handbook.duration import Duration
from aftercare.texts import Text

DATA = {
    "zone": "Asia/Shanghai",
    "week": {"mon-fri": ["09:00-12:00", "13:30-18:00"], "sat": ["18:00-24:00"], "sun": "22:00-06:00"},
    "holidays": "china",
    "makeup": ["09:00-12:00"],
    "closed": [
        {"day": "2026-03-02", "why": {"zh": "盘点", "en": "Stock-taking"}},
        {"from": "2026-07-01", "to": "2026-07-03"},
    ],
    "extra": [{"day": dt.date(2026, 3, 8), "shifts": ["10:00-16:00"]}],
    "years": [
        {"year": 2027, "days": [{"day": "2027-01-01", "works": False, "name": {"zh": "元旦", "en": "New Year"}}]}
    ],
    "base": {"week": {"mon": ["08:00-10:00"]}, "holidays": "none"},
}


def refusal(data: object) -> str:
    with pytest.raises(Refused) as caught:
        c.WorkCalendar.from_json(data)  # type: ignore[arg-type]
    fault = caught.value.faults[0]
    assert fault.zh and fault.en
    return f"{fault.code} {fault.field} {fault.en}"


def test_json_makes_the_round_trip() -> None:
    calendar = c.WorkCalendar.from_json(DATA)
    again = c.WorkCalendar.from_json(json.loads(json.dumps(calendar.to_json())))
    assert again == calendar and hash(again) == hash(calendar)
    assert again.to_json() == calendar.to_json()
    assert c.WorkCalendar.from_json(c.WorkCalendar().to_json()) == c.WorkCalendar()
    assert c.WorkCalendar.from_json({"makeup": []}).to_json()["makeup"] == []


def test_it_can_be_copied_and_pickled() -> None:
    calendar = c.WorkCalendar.from_json(DATA)
    assert pickle.loads(pickle.dumps(calendar)) == copy.deepcopy(calendar) == calendar


def test_a_due_moment_makes_the_round_trip() -> None:
    for due in (
        c.Due(dt.datetime(2026, 3, 2, 4, 5, 6, tzinfo=dt.UTC)),
        c.after(c.WorkCalendar(), dt.date(2031, 3, 3), Duration(2, "wd")),
    ):
        assert c.Due.from_json(json.loads(json.dumps(due.to_json()))) == due


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weeks": {}}, "Unknown key"),
        ({"week": {"monday": []}}, "No weekday"),
        ({"week": {"mon": ["9 to 12"]}}, "should read like"),
        ({"week": {"mon": ["09:00-25:00"]}}, "should read like"),
        ({"week": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "overlap"),
        ({"week": {"mon": ["22:00-06:00", "23:00-24:00"]}}, "overlap"),
        ({"week": {"mon": 9}}, "Shifts are a list"),
        ({"week": []}, "must be a mapping"),
        ({"holidays": "france"}, "china or none"),
        ({"zone": "Asia/Atlantis"}, "no time zone"),
        ({"closed": [{"day": "2026-02-30"}]}, "Not a date"),
        ({"closed": [{"why": None}]}, "Not a date"),
        ({"closed": [{"from": "2026-07-03", "to": "2026-07-01"}]}, "cannot be"),
        ({"closed": [{"day": "2026-07-03", "why": "盘点"}]}, "A text is written"),
        ({"closed": {}}, "must be a list"),
        ({"extra": [{"day": "2026-07-03"}]}, "no shifts"),
        (
            {"extra": [{"day": "2026-07-03", "shifts": ["09:00-10:00"]}], "closed": [{"day": "2026-07-03"}]},
            "both closed",
        ),
        ({"years": [{"year": "2027"}]}, "Not a year"),
        ({"years": [{"year": 2027, "days": [{"day": "2027-01-01", "works": "no"}]}]}, "true or false"),
    ],
)
def test_a_broken_calendar_is_refused_with_a_sentence(change: dict, said: str) -> None:
    assert said in refusal(change)


def test_a_store_leaves_to_the_company_what_it_does_not_say() -> None:
    company = c.WorkCalendar.from_json(
        {"week": {"mon-sun": ["10:00-20:00"]}, "holidays": "none", "closed": [{"day": "2026-03-02"}]}
    )
    store = c.WorkCalendar.from_json({"extra": [{"day": "2026-03-02", "shifts": ["12:00-14:00"]}]}, company)
    other = c.WorkCalendar.from_json({"week": {"tue": ["10:00-20:00"]}}, company)
    monday = dt.date(2026, 3, 2)
    assert company.shifts_on(monday) == ()
    assert [str(shift) for shift in store.shifts_on(monday)] == ["12:00-14:00"]
    assert [str(shift) for shift in store.shifts_on(dt.date(2026, 10, 1))] == ["10:00-20:00"]
    assert other.shifts_on(dt.date(2026, 3, 4)) == ()
    assert other.shifts_on(dt.date(2026, 3, 3)) == company.shifts_on(dt.date(2026, 3, 3))


def test_days_have_names_in_both_languages() -> None:
    office = c.WorkCalendar.from_json({"closed": [{"day": "2026-03-02", "why": {"zh": "盘点", "en": "Stock-taking"}}]})
    names = {
        "2026-02-17": Text("春节", "Spring Festival"),
        "2026-04-05": Text("清明节", "Tomb-Sweeping Day"),
        "2026-06-19": Text("端午节", "Dragon Boat Festival"),
        "2026-09-25": Text("中秋节", "Mid-Autumn Festival"),
        "2026-10-10": Text("调休上班（国庆节）", "Make-up working day (National Day)"),
        "2026-03-02": Text("盘点", "Stock-taking"),
        "2026-03-03": Text("工作日", "Working day"),
        "2026-03-01": Text("周末", "Weekend"),
        "2031-10-01": Text("中秋节、国庆节", "Mid-Autumn Festival, National Day"),
        "2015-09-03": Text("抗战胜利纪念日", "Victory Day"),
    }
    for day, name in names.items():
        assert office.status_of(dt.date.fromisoformat(day)).name == name, day


def test_every_published_and_guessed_holiday_is_named_in_both_languages() -> None:
    office = c.WorkCalendar()
    for ordinal in range(dt.date(2004, 1, 1).toordinal(), dt.date(2035, 12, 31).toordinal()):
        status = office.status_of(dt.date.fromordinal(ordinal))
        assert status.name.en.isascii() and not status.name.zh.isascii(), status


def test_the_years_that_are_known() -> None:
    assert {2024, 2025, 2026} <= c.known_years()
    assert 2031 not in c.known_years()


def test_holidays_are_loaded_only_when_asked_for() -> None:
    code = "import sys, aftercare.calendar; print('chinese_calendar' in sys.modules or 'holidays' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_a_company_without_holidays_never_loads_them_nor_is_provisional() -> None:
    class Never:
        def known_years(self) -> frozenset[int]:
            raise AssertionError

        def day(self, day: dt.date) -> None:
            raise AssertionError

    with holidays_china.using(Never()):
        plain = c.WorkCalendar(holidays="none")
        assert not c.after(plain, dt.date(2031, 3, 3), Duration(3, "wd")).provisional


YEAR_2027 = HolidayYear(
    2027,
    (
        HolidayDay(dt.date(2026, 12, 31), False, Text("元旦", "New Year's Day")),
        HolidayDay(dt.date(2027, 1, 1), False, Text("元旦", "New Year's Day")),
        HolidayDay(dt.date(2027, 1, 2), True, Text("元旦", "New Year's Day")),
    ),
)


def test_when_the_missing_year_arrives_only_provisional_results_move() -> None:
    before = c.WorkCalendar()
    arrived = c.WorkCalendar(base=c.WorkCalendar(years=(YEAR_2027,)))
    anchors = [dt.date(2026, 12, day) for day in range(1, 32)]
    moved = 0
    for anchor in anchors:
        for n in range(1, 8):
            old, new = c.after(before, anchor, Duration(n, "wd")), c.after(arrived, anchor, Duration(n, "wd"))
            assert not new.provisional
            assert old.provisional or old == new
            moved += old.at != new.at
    assert moved
    assert c.after(before, dt.date(2026, 12, 30), Duration(1, "wd")).day == dt.date(2026, 12, 31)
    assert c.after(arrived, dt.date(2026, 12, 30), Duration(1, "wd")).day == dt.date(2027, 1, 2)


def test_another_provider_takes_effect_at_once_and_leaves_no_trace() -> None:
    calendar = c.WorkCalendar()
    first = calendar.status_of(dt.date(2027, 1, 2))
    with holidays_china.using(Given((YEAR_2027,), holidays_china.provider())):
        assert calendar.status_of(dt.date(2027, 1, 2)).kind == "makeup"
        assert 2027 in c.known_years() and 2026 in c.known_years()
    assert calendar.status_of(dt.date(2027, 1, 2)) == first == c.DayStatus("weekend", Text("周末", "Weekend"), True)


def test_a_calendar_that_never_opens_is_refused_not_searched_for_ever() -> None:
    shut = c.WorkCalendar(week=((),) * 7, holidays="none")
    start = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    for ask in (
        lambda: c.after(shut, start, Duration(1, "wd")),
        lambda: c.before(shut, start, Duration(1, "wd")),
        lambda: c.add_working(shut, start, 1),
        lambda: c.subtract_working(shut, start, 1),
        lambda: c.next_working_moment(shut, start),
        lambda: c.closing(shut, start),
    ):
        with pytest.raises(Refused, match="does not open"):
            ask()


@pytest.mark.parametrize("unit", ["min", "h", "d", "w", "mo", "q", "y", "wd", "wh", "wmin"])
@pytest.mark.parametrize("n", [-1, 999_999_999])
def test_a_negative_or_endless_duration_is_refused(unit: str, n: int) -> None:
    for side in (c.after, c.before, c.opens_after, c.opens_before):
        with pytest.raises(Refused):
            side(c.WorkCalendar(), dt.datetime(2026, 3, 2, tzinfo=dt.UTC), Duration(n, unit))


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_the_ends_of_time_are_refused(day: dt.date) -> None:
    for unit in ("d", "wd", "wh", "mo", "h"):
        for side in (c.after, c.before):
            with pytest.raises(Refused):
                side(c.WorkCalendar(holidays="none"), day, Duration(1, unit))


def test_a_moment_without_its_zone_is_a_mistake() -> None:
    naive = dt.datetime(2026, 3, 2, 9)  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a zone"):
        c.after(c.WorkCalendar(), naive, Duration(1, "d"))
    with pytest.raises(ValueError, match="without a zone"):
        c.is_late(naive, c.Due(dt.datetime(2026, 3, 2, tzinfo=dt.UTC)))


@pytest.mark.parametrize("spec", ["day 0", "day 32", "13-01", "02-30", "soon", "2026-02-30", ""])
def test_a_day_that_does_not_exist_is_refused(spec: str) -> None:
    with pytest.raises(Refused, match="names no day"):
        c.at_day(c.WorkCalendar(), spec, dt.date(2026, 3, 2))


def test_shifts_speak_of_their_length() -> None:
    assert [c.Shift.parse(text).length for text in ("09:00-12:00", "18:00-24:00", "22:00-06:00", "00:00-24:00")] == [
        180,
        360,
        480,
        1440,
    ]
    assert str(c.Shift.parse("18:00–24:00")) == "18:00-24:00"


def test_overlapping_night_and_early_shifts_count_once() -> None:
    week = (c.parse_shifts(["22:00-06:00"]), c.parse_shifts(["05:00-09:00"]), (), (), (), (), ())
    calendar = c.WorkCalendar(week=week, holidays="none")
    monday = dt.datetime(2026, 11, 15, 16, tzinfo=dt.UTC)
    assert c.working_minutes_between(calendar, monday, monday + dt.timedelta(days=2)) == 11 * 60


def test_another_zone_has_its_own_midnight_and_summer_time() -> None:
    calendar = c.WorkCalendar(zone="Europe/Berlin", week=(c.parse_shifts(["00:00-24:00"]),) * 7, holidays="none")
    due = c.after(calendar, dt.date(2026, 3, 28), Duration(1, "d"))
    assert due.at == dt.datetime(2026, 3, 29, 22, tzinfo=dt.UTC)
    start = dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)
    assert c.working_minutes_between(calendar, start, due.at) == 23 * 60

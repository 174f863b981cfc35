"""Working time: arithmetic and its explanation. Pure."""

from aftercare.calendar.deadlines import (
    after,
    at_day,
    before,
    closing,
    is_late,
    opens_after,
    opens_before,
    reminder,
)
from aftercare.calendar.explain import Explanation, Span, explain
from aftercare.calendar.holidays_china import HolidayDay, HolidayYear, known_years
from aftercare.calendar.model import OFFICE_WEEK, DayStatus, Due, WorkCalendar
from aftercare.calendar.shifts import Shift, parse_shifts
from aftercare.calendar.working import (
    add_working,
    is_working,
    next_working_moment,
    subtract_working,
    working_minutes_between,
    working_time_between,
)

__all__ = [
    "OFFICE_WEEK", "DayStatus", "Due", "Explanation", "HolidayDay", "HolidayYear", "Shift", "Span", "WorkCalendar",
    "add_working", "after", "at_day", "before", "closing", "explain", "is_late", "is_working", "known_years",
    "next_working_moment", "opens_after", "opens_before", "parse_shifts", "reminder", "subtract_working",
    "working_minutes_between", "working_time_between",
]  # fmt: skip

"""What administrators are told in good time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.calendar import known_years
from aftercare.cases.calendars import calendar_of
from aftercare.cases.world import epoch, handbook_of, live_handbooks
from aftercare.messages.actions import notify
from aftercare.people.models import Person
from aftercare.people.queries import actor_for

ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER = 11  # the State Council publishes the next year's holidays in November


def warn_of_unknown_year(now: datetime) -> int:
    """From November on, once a month: next year's holidays are not known, so deadlines in it are provisional."""
    local = now.astimezone(ZONE)
    year = local.year + 1
    if local.month < NOVEMBER or year in known_years() or not _keeps_holidays():
        return 0
    text = {
        "zh": f"{year} 年节假日安排尚未导入，跨年时限暂按周末推算；公布后请更新程序或录入日历。",
        "en": f"The holidays of {year} are not known yet: deadlines in it are provisional. Update or enter them.",
    }
    people = Person.objects.filter(active=True).values_list("pk", flat=True)
    editors = [one for one in people if actor_for(one, now).may_somewhere("settings.edit")]
    return notify(editors, "warn", text, now, link="/settings/", once=f"year:{year}:{local:%Y-%m}")


def _keeps_holidays() -> bool:
    """Does the company follow the statutory holidays at all?"""
    handbooks = [handbook_of(version) for version in live_handbooks(epoch())]
    calendars = [next(iter(one.calendars.values()), None) for one in handbooks]
    return any(calendar_of(None, one).holidays == "china" for one in calendars)

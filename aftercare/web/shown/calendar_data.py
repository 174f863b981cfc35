"""What the week and month are drawn from in the browser: jobs, notes and lanes as JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.web.shown.calendar import CalendarPage, Job
from aftercare.web.words import local, text_in

NOTES = "_notes"
OTHERS = "_others"
NONE = "_none"


def drawn(page: CalendarPage) -> dict[str, Any]:
    """Read by frontend/src/calendar.js."""
    unplanned = {job.row.pk for job in page.unplanned}
    lanes = [{"id": lane.id, "title": lane.name} for lane in page.lanes]
    resources = [{"id": NOTES, "title": _("Days")}, {"id": NONE, "title": _("Not planned yet")}, *lanes]
    jobs = [_job(page.job(row), row.pk in unplanned) for row in page.rows]
    if any(one["resourceIds"] == [OTHERS] for one in jobs):
        resources.append({"id": OTHERS, "title": _("Others")})
    return {
        "view": page.view,
        "day": page.day.isoformat(),
        "today": page.today.isoformat(),
        "locale": "zh-CN" if (get_language() or "zh").startswith("zh") else "en-GB",
        "resources": resources,
        "events": [*(_note(one, n) for n, one in enumerate(page.notes)), *jobs],
        "back": page.here,
    }


def _job(job: Job, unplanned: bool) -> dict[str, Any]:
    row = job.row
    tone = "done" if row.done else "unplanned" if unplanned else "planned"
    lane = row.lane or (NONE if unplanned else OTHERS)
    timed = row.starts is not None and row.ends is not None
    return {
        "id": str(row.pk),
        "start": f"{local(row.starts):%Y-%m-%dT%H:%M:%S}" if row.starts else row.day.isoformat(),
        "end": f"{local(row.ends):%Y-%m-%dT%H:%M:%S}" if row.ends else (row.day + timedelta(days=1)).isoformat(),
        "allDay": not timed,
        "title": job.title,
        "resourceIds": [lane],
        "editable": job.movable,
        "classNames": ["job", f"job-{tone}"],
        "extendedProps": {
            "job": row.pk, "day": row.day.isoformat(), "lane": row.lane, "url": reverse("case", args=[row.case_id]),
            "move": reverse("schedule_move", args=[row.pk]) if job.movable else "", "more": job.lane or job.people,
            "number": row.number, "hours": job.hours,
        },
    }  # fmt: skip


def _note(note: Any, n: int) -> dict[str, Any]:
    return {
        "id": f"note-{n}",
        "start": note.first.isoformat(),
        "end": (note.last + timedelta(days=1)).isoformat(),
        "allDay": True,
        "title": text_in(note.text),
        "resourceIds": [NOTES],
        "editable": False,
        "classNames": ["note", f"note-{note.kind}"],
        "extendedProps": {"note": note.kind},
    }

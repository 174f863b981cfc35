"""A job on the phone: one page per case. Each action comes with an id and the moment of the device that sent it.

The id makes a post that is sent again do nothing twice, and answer as it did; the moment says when the work was done,
however late it arrives. With both, work without signal needs no change here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.cases.actions import Done, act
from aftercare.cases.queries import case_of
from aftercare.customers.actions_records import reveal
from aftercare.customers.queries import reach
from aftercare.engine import Command
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.web import frame, hx, taskwork
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.once import done_once
from aftercare.web.pages.day import say_done
from aftercare.web.shown.job import JobPage
from aftercare.web.shown.task import OpenedTask

Json = Any
ROOM = "day"
AT_ONCE = timedelta(seconds=30)  # what arrives so soon has happened now


def job(request: Any, case: int) -> HttpResponse:
    page = JobPage(request.actor, request.now, case_of(request.actor, case), request.GET.get("open", "")[:120])
    return frame.part_or_page(request, "job/body.html", "job/job.html", {"page": page}, room=ROOM)


def do(request: Any, case: int, key: str) -> HttpResponse:
    """What was pressed in a task. The answer is the page with the next task unfolded."""
    told = _told_once(request, lambda: _work(request, case, key))
    if told.get("faults"):
        return _shown(request, case, key, told)
    open_key = key if request.POST.get("do", "").startswith(("save", "ask")) else ""
    return _answer(request, case, open_key)


def begin(request: Any, case: int) -> HttpResponse:
    """A task that is opened by hand: it stands unfolded, to be filled in."""
    task = request.POST.get("task", "")[:64]
    command = Command("begin", {"task": task}, happened_at(request.POST, request.now))
    told = _told_once(request, lambda: {"begun": act(request.actor, request.now, case, command).seq})
    if told.get("faults"):
        return _shown(request, case, "", told)
    rows = JobPage(request.actor, request.now, case_of(request.actor, case)).rows
    return _answer(request, case, next((row.key for row in reversed(rows) if row.task == task), ""))


def call(request: Any, case: int) -> HttpResponse:
    """The number in full for whoever may see it; kept with the case as its reason."""
    found = case_of(request.actor, case)
    phone = request.POST.get("phone", "")
    numbers = reach(found.customer_id or 0, request.actor)["phones"]
    item = next((one["id"] for one in numbers if str(one["id"]) == phone), None)
    if item is None:
        raise NotFound.because("job.phone", "没有这个号码。", "There is no such number.")
    reason = f"{_('Call on the job')} {found.number}"
    address = str(request.META.get("REMOTE_ADDR", ""))
    text = reveal(found.customer_id or 0, "phone", item, reason, request.actor, request.now, address)
    return frame.page(request, "job/number.html", {"text": text})


def happened_at(posted: Mapping[str, str], now: datetime) -> datetime | None:
    """When it was done: as long before now as the device says it was before sending, so a wrong clock does no harm.

    None: now. The engine bounds what is too long ago."""
    done, sent = _moment(posted.get("happened_at", "")), _moment(posted.get("sent_at", ""))
    if done is None:
        return None
    if sent is None:
        return done
    ago = max(sent - done, timedelta())
    return now - ago if ago > AT_ONCE else None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused.because("job.moment", "发生时间无法读取。", "The moment cannot be read.", field="happened_at")
    return found


# --- once


def _told_once(request: Any, work: Callable[[], Mapping[str, Json]]) -> Mapping[str, Json]:
    """What `work` told, now or when the same id came before. A refusal is told too: its trace stays, it is repeated."""
    token = request.POST.get("client_id", "")
    if not token:
        raise Refused.because("job.id", "缺少操作编号，请刷新页面后重试。", "The action lacks its id; reload.")

    def told() -> str:
        try:
            return json.dumps(work())
        except Refused as refusal:
            faults = [one.as_json() for one in refusal.faults]
            return json.dumps({"faults": faults, "status": refusal.status}, ensure_ascii=False)

    answer: Mapping[str, Json] = json.loads(done_once(request, token, told)[0])
    return answer


def _work(request: Any, case: int, key: str) -> Mapping[str, Json]:
    row = taskwork.open_task(request.actor, case, key, request.now)
    card = OpenedTask(row, request.actor, House(), request.now)
    at = happened_at(request.POST, request.now)
    parsed = taskwork.parsed_of(card, request.POST, request.FILES)
    try:
        done: Done = taskwork.work(request.actor, request.now, card, request.POST, parsed, at)
    except Refused as refusal:
        faults = [one.as_json() for one in refusal.faults]
        kept = {name: texts for name, texts in parsed.typed.items() if name.endswith(".kept")}
        return {"faults": faults, "status": refusal.status, "kept": kept}
    say_done(request, card, taskwork.asked(request.POST), done)
    return {"done": done.seq}


# --- answers


def _answer(request: Any, case: int, opened: str, status: int = 200, **more: Any) -> HttpResponse:
    if not hx.asks(request) and status == 200:
        return hx.redirect(request, reverse("job", args=[case]) + (f"?open={opened}" if opened else ""))
    page = JobPage(request.actor, request.now, case_of(request.actor, case), opened, **more)
    template = "job/answer.html" if hx.asks(request) else "job/job.html"
    return frame.page(request, template, {"page": page}, room=ROOM, status=status)


def _shown(request: Any, case: int, key: str, told: Mapping[str, Json]) -> HttpResponse:
    """The task again with what was typed and what stands in its way; what is no task any more is said on top."""
    faults = [_fault(one) for one in told["faults"]]
    status = int(told.get("status", 422))
    if status in (403, 404):
        raise Refused(faults, status=status)
    if status == Conflict.status or not key:
        for one in faults:
            messages.error(request, one.in_(get_language() or "zh-hans"))
        return _answer(request, case, "", status)
    typed: dict[str, Sequence[str]] = {name: request.POST.getlist(name) for name in request.POST}
    return _answer(request, case, key, status, faults=faults, typed={**typed, **(told.get("kept") or {})})


def _fault(told: Mapping[str, Json]) -> Fault:
    said = told["message"]
    names = ("field", "row", "line", "clause", "data")
    return Fault(told["code"], said["zh"], said["en"], **{name: told[name] for name in names if name in told})


routes = [
    route("jobs/<int:case>/", job, access="cases.see", name="job"),
    route("jobs/<int:case>/begin/", begin, access="cases.act", name="job_begin", post=True, get=False),
    route("jobs/<int:case>/call/", call, access="customers.reveal", name="job_call", post=True, get=False),
    route("jobs/<int:case>/do/<path:key>/", do, access="cases.act", name="job_do", post=True, get=False),
]

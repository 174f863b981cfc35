"""My day: the first page of everybody. A task is opened, filled in and finished without leaving it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aftercare.cases.actions import Done, act
from aftercare.cases.bulk import move_tasks
from aftercare.cases.models import OpenTask
from aftercare.engine import Command
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.web import frame, hx, taskwork
from aftercare.web.access import SIGNED_IN, route
from aftercare.web.naming import House
from aftercare.web.shown.about import abouts, card_id
from aftercare.web.shown.day import DayPage
from aftercare.web.shown.task import OpenedTask, TaskCard

ROOM = "day"


def day(request: Any) -> HttpResponse:
    context = {"page": DayPage(request, request.GET.get("open", ""))}
    return frame.part_or_page(request, "day/groups.html", "day/day.html", context, room=ROOM)


def task(request: Any, case: int, key: str) -> HttpResponse:
    """The card unfolded (GET), folded again (GET ?fold), or what was pressed in it (POST)."""
    place = (request.POST or request.GET).get("from", "day")
    try:
        row = taskwork.open_task(request.actor, case, key, request.now)
    except Conflict as conflict:
        return _gone(request, case, key, conflict)
    if request.method != "POST" and not hx.asks(request):
        return hx.redirect(request, f"{reverse('case', args=[case])}?open={card_id(case, key)}")
    made = TaskCard if "fold" in request.GET else OpenedTask
    about = abouts([row.case])[case]
    card = made(row, request.actor, House(), request.now, about)
    if card.rows_url:
        return hx.redirect(request, card.rows_url)
    if request.method != "POST" or not isinstance(card, OpenedTask):
        return _card(request, card, place)
    return _work(request, card, place)


def _work(request: Any, card: OpenedTask, place: str) -> HttpResponse:
    before = DayPage(request).order if place == "day" else []
    parsed = taskwork.parsed_of(card, request.POST, request.FILES)
    try:
        done = taskwork.work(request.actor, request.now, card, request.POST, parsed)
    except Refused as refusal:
        return _refused(request, card, refusal, place, parsed.typed)
    wanted = taskwork.asked(request.POST)
    say_done(request, card, wanted, done)
    if place != "day":
        return hx.redirect(request, reverse("case", args=[card.row.case_id]))
    page = DayPage(request)
    stays = wanted.verb == "save" and card.id in page.order
    page.opened = card.id if stays else page.after(card.id, before)
    return frame.page(request, "day/answer.html", {"page": page})


def say_done(request: Any, card: OpenedTask, wanted: taskwork.Asked, done: Done) -> None:
    """What happened in a sentence, and every breach that was let by."""
    said = {
        "save": _("Saved as a draft."),
        "ask": _("Asked: they find it on their day now."),
        "sign": _("Confirmed: %(task)s") % {"task": card.title},
    }
    outcome = card.names.outcome(card.row.key, wanted.outcome)
    text = said.get(wanted.verb) or _("%(task)s: %(outcome)s") % {"task": card.title, "outcome": outcome}
    frame.say(request, text)
    for warning in done.warnings:
        messages.warning(request, f"{warning.in_(get_language() or 'zh-hans')} {warning.clause}".strip())


def _refused(request: Any, card: OpenedTask, refusal: Refused, place: str, typed: Any) -> HttpResponse:
    """In its place, with clause and field; what was typed is kept."""
    row = OpenTask.objects.select_related("case").get(pk=card.row.pk)
    again = OpenedTask(row, request.actor, card.house, request.now, card.about, faults=refusal.faults, typed=typed)
    response = _card(request, again, place, refusal.status)
    response.headers["HX-Retarget"] = f"#{again.id}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _card(request: Any, card: TaskCard, place: str, status: int = 200) -> HttpResponse:
    card.unfolded = isinstance(card, OpenedTask)  # type: ignore[attr-defined]
    context = {"card": card, "place": place, "lens": request.GET or request.POST}
    return frame.page(request, "day/card.html", context, status=status)


def _gone(request: Any, case: int, key: str, conflict: Conflict) -> HttpResponse:
    if not hx.asks(request):
        raise conflict
    context = {"id": card_id(case, key), "faults": conflict.faults}
    response = frame.page(request, "day/gone.html", context, status=409)
    response.headers["HX-Retarget"] = f"#{card_id(case, key)}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def receive(request: Any, case: int) -> HttpResponse:
    """The copy of a paper has arrived."""
    act(request.actor, request.now, case, Command("accept", {"paper": request.POST.get("paper", "")}))
    frame.say(request, _("Received."))
    if request.POST.get("from") == "case":
        return hx.redirect(request, reverse("case", args=[case]))
    return frame.page(request, "day/answer.html", {"page": DayPage(request)})


def move(request: Any) -> HttpResponse:
    """Selected tasks go to one person; those that cannot are told."""
    chosen = [text.split("/", 1) for text in request.POST.getlist("task") if "/" in text]
    tasks = [(int(case), key) for case, key in chosen if case.isascii() and case.isdigit()]
    person = request.POST.get("to", "")
    if not tasks or not (person.isascii() and person.isdigit()):
        raise Refused.because("move.what", "请先选择任务和接手人。", "Choose tasks and a person first.", field="to")
    results = move_tasks(request.actor, request.now, tasks, int(person))
    moved = sum(1 for one in results if one["moved"])
    frame.say(request, ngettext("%(n)s task moved.", "%(n)s tasks moved.", moved) % {"n": moved})
    if not moved:
        raise NotFound.because("move.none", "没有可以转派的任务。", "Nothing could be moved.")
    page = DayPage(request)
    return hx.redirect(request, reverse("day") + (f"?{page.query}" if page.query else ""))


routes = [
    route("day/", day, access=SIGNED_IN, name="day"),
    route("day/move/", move, access="cases.manage", name="move_tasks", post=True, get=False),
    route("cases/<int:case>/receive/", receive, access="cases.act", name="receive", post=True, get=False),
    route("cases/<int:case>/do/<path:key>/", task, access="cases.see", name="task", post=True),
]

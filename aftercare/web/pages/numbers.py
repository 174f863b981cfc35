"""Numbers: today's promises, how clauses, procedures, stores and people fare, trends, work at hand, measures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases.rule_queries import live
from aftercare.errors import NotFound
from aftercare.handbook.lists import Measure
from aftercare.handbook.model import Handbook
from aftercare.measures import queries, sums, workload
from aftercare.measures.queries import SPANS, Span, Taken
from aftercare.measures.sums import Kept
from aftercare.measures.workload import Work
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.shown.numbers import SPAN_NAMES, Naming, behind, is_money, trend, value_said
from aftercare.web.words import month_said, text_in

ROOM = "numbers"
SHOWN = 30  # lines of a table; all of them stand in the report


def asked_span(request: Any) -> Span:
    return queries.span(request.GET.get("span", ""), request.now)


def numbers(request: Any) -> HttpResponse:
    span, store, naming = asked_span(request), _store(request), Naming(live())
    known = sums.kept()
    board = queries.board(request.actor, request.now, span, store, known)
    today = queries.span("month", request.now).last
    day = Span("today", today, today)
    context = {
        "span": span,
        "spans": _spans(request, span),
        "first": queries.first_line(request.actor, request.now, store),
        "today": {kind: behind("numbers_promises", day, kind=kind) for kind in ("broken", "kept")},
        "due_url": reverse("numbers_due"),
        "clauses": naming.shown(board.clauses[:SHOWN], "clause", span),
        "procedures": naming.shown(board.procedures, "procedure", span),
        "stores": naming.shown(board.stores, "store", span),
        "people": naming.shown(board.people[:SHOWN], "person", span),
        "causes": [
            (naming.rule(one.key), one.n, behind("numbers_findings", span, rule=one.key)) for one in board.causes
        ],
        "weeks": trend(board.weeks, False),
        "months": trend(board.months, True),
        "measures": _measures(request, span, store, known),
        "words": {"kept": _("Kept"), "broken": _("Broken")},
        **_load(request, store, naming),
    }
    return frame.page(request, "numbers/numbers.html", context, room=ROOM)


def _store(request: Any) -> int | None:
    store = frame.Frame(request, "").store
    return store.id if store else None


def _spans(request: Any, here: Span) -> list[tuple[str, str, bool]]:
    return [(f"{request.path}?span={word}", text_in(SPAN_NAMES[word]), word == here.word) for word in SPANS]


def _load(request: Any, store: int | None, naming: Naming) -> dict[str, Any]:
    rows, at = workload.load(request.actor, request.now, store)
    return {
        "load_people": [(naming.house.person(one.person), one) for one in rows if one.person],
        "load_roles": [(_role(naming, one), one, _per_head(one)) for one in rows if not one.person],
        "load_at": at,
    }


def _role(naming: Naming, work: Work) -> str:
    named = next((book.roles[work.role].name for book in naming.books if work.role in book.roles), work.role)
    return text_in(named)


def _per_head(work: Work) -> str:
    return f"{work.open / work.heads:.1f}" if work.heads else "—"


def _measures(request: Any, span: Span, store: int | None, known: Kept) -> list[dict[str, Any]]:
    """Each measure with its value over the span; those of this moment are counted in one statement."""
    every = queries.all_measures()
    counted = [pair for pair in every if pair[1].counts == "now"]
    standing = queries.standing(request.actor, request.now, counted)
    now = {(book.id, one.id): n for (book, one), n in zip(counted, standing, strict=True)}
    found = []
    for book, one in every:
        if one.counts == "now":
            taken = Taken(0, float(now[book.id, one.id]))
        else:
            taken = _whole(request, book, one, span, store, known)
        url = reverse("measure", args=[book.id, one.id]) + f"?span={span.word}"
        said = value_said(book, one, taken)
        found.append({"measure": one, "name": text_in(one.name), "said": said, "n": taken.n, "url": url})
    return found


def _whole(request: Any, book: Handbook, one: Measure, span: Span, store: int | None, known: Kept) -> Taken:
    found = queries.measured(request.actor, book, one, span, store, known)
    return found.get(("", None), Taken(0, None if one.take in ("mean", "share") else 0.0))


def measure(request: Any, handbook: str, name: str) -> HttpResponse:
    """One measure: its months, and how it splits."""
    try:
        book, one = queries.measure_named(name, handbook)
    except NotFound as absent:
        raise Http404 from absent
    span, store, naming, known = asked_span(request), _store(request), Naming(live()), sums.kept()
    context: dict[str, Any] = {"measure": one, "span": span, "spans": _spans(request, span), "parts": []}
    context["rows_url"] = behind_measure(book, one, span)
    if one.counts == "now":
        standing = queries.standing(request.actor, request.now, [(book, one)])[0]
        context["said"] = value_said(book, one, Taken(0, float(standing)))
        return frame.page(request, "numbers/measure.html", context, room=ROOM)
    context["said"] = value_said(book, one, _whole(request, book, one, span, store, known))
    year = queries.span("year", request.now)
    months = queries.measured(request.actor, book, one, year, store, known, trend="month")
    rows = [(bucket, value_said(book, one, value), value) for (_key, bucket), value in sorted(months.items()) if bucket]
    scale = 100 if is_money(book, one) else 1
    context["months"] = [(month_said(bucket), said, value.n) for bucket, said, value in rows]
    context["chart"] = {
        "labels": [month_said(bucket) for bucket, _said, _value in rows],
        "values": [round((value.value or 0) / scale, 2) for _bucket, _said, value in rows],
        "name": text_in(one.name),
    }
    split = [part for part in one.by if part != "month"]
    context["parts"] = [_part(request, book, one, part, span, store, known, naming) for part in split]
    return frame.page(request, "numbers/measure.html", context, room=ROOM)


def _part(
    request: Any, book: Handbook, one: Measure, part: str, span: Span, store: int | None, known: Kept, naming: Naming
) -> dict[str, Any]:
    by_store = part == "store"
    found = queries.measured(
        request.actor, book, one, span, store, known, part="all" if by_store else part, by_store=by_store
    )
    rows = sorted(found.items(), key=lambda item: -(item[1].value or 0))
    return {
        "title": naming.part(book, one, part),
        "rows": [
            (naming.key(book, one, part, key), value_said(book, one, value), value.n,
             behind_measure(book, one, span, part=part, key=key))
            for (key, _bucket), value in rows[:SHOWN]
        ],
    }  # fmt: skip


def behind_measure(book: Handbook, one: Measure, span: Span, **more: str) -> str:
    from django.utils.http import urlencode

    wanted = {"since": span.first.isoformat(), "until": span.last.isoformat(), **more} if one.counts == "flow" else {}
    return f"{reverse('measure_rows', args=[book.id, one.id])}?{urlencode(wanted)}"


routes = [
    route("numbers/", numbers, access="cases.see", name="numbers"),
    route("numbers/measures/<str:handbook>/<str:name>/", measure, access="cases.see", name="measure"),
]

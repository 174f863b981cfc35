"""Reports of a month: what the handbook asks for as tables, on paper and as a workbook, frozen when they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from aftercare.cases.rule_queries import live
from aftercare.cases.world import ZONE
from aftercare.documents import files, tables
from aftercare.engine.sheets import is_personal
from aftercare.errors import NotFound, Refused
from aftercare.handbook.lists import TABLES, Column, Report, names_of
from aftercare.handbook.model import Handbook
from aftercare.measures import lists, queries, sums, workbook
from aftercare.measures.lists import Question, Wish
from aftercare.measures.models import MonthlyReport
from aftercare.measures.queries import Span, Taken
from aftercare.measures.sources import CLAUSES, FINDINGS, PROMISES
from aftercare.measures.sums import Kept
from aftercare.people.access import require
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Person
from aftercare.people.queries import stores
from aftercare.texts import Text

Json = Any
LOCK = 4722
MOST_ROWS = 200
NAMING = ("name", "birthday", "notes", "file_number")
KEPT, BROKEN, SHARE = Text("已兑现", "Kept"), Text("未兑现", "Broken"), Text("兑现率", "Kept in %")


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: (title, kind) with kind text, number, money, percent; cells are {zh, en} texts, numbers or None."""

    title: Text
    columns: tuple[tuple[Text, str], ...]
    rows: tuple[tuple[Json, ...], ...]

    def as_json(self) -> dict[str, Json]:
        columns = [{"title": title.as_json(), "kind": kind} for title, kind in self.columns]
        return {"title": self.title.as_json(), "columns": columns, "rows": [list(row) for row in self.rows]}


def all_reports() -> list[tuple[Handbook, Report]]:
    return [(book, one) for book in live() for one in book.reports.values()]


def make(handbook: str, name: str, month: date, actor: Actor, now: datetime) -> MonthlyReport:
    """The report of a month, made (again). NotFound for an unknown one; Refused for a month that has not begun."""
    if actor is not SYSTEM:
        require(actor, "exports.run")
    pair = next((pair for pair in all_reports() if (pair[0].id, pair[1].id) == (handbook, name)), None)
    if pair is None:
        raise NotFound.because("reports.absent", "没有这份报告。", "There is no such report.", field="report")
    first = sums.month_start(month)
    if first > now.astimezone(ZONE).date():
        raise Refused.because("reports.future", "这个月还没有开始。", "This month has not begun.", field="month")
    data = [one.as_json() for one in tables_of(*pair, first, now)]
    title = Text(f"{pair[1].name.zh} {first:%Y年%m月}", f"{pair[1].name.en} {first:%B %Y}")
    made: dict[str, Json] = {"title": title.as_json(), "data": data, "made_at": now, "made_by": actor.person}
    for ending, language in (("", "zh-hans"), ("_en", "en")):
        paper = tables.pdf(title, Text("", ""), [said(one, language) for one in data], actor, now, language)
        made[f"pdf{ending}"] = files.keep_bytes(paper)
        made[f"xlsx{ending}"] = files.keep_bytes(workbook.write(data, language))
    with transaction.atomic():
        row, _ = MonthlyReport.objects.update_or_create(handbook=handbook, report=name, month=first, defaults=made)
    return row


def make_due(now: datetime) -> int:
    """The worker's turn: each report of last month that is due by its day and not there yet."""
    today = now.astimezone(ZONE).date()
    month = sums.month_start(sums.month_start(today) - timedelta(days=1))
    done = 0
    for book, one in all_reports():
        made = MonthlyReport.objects.filter(handbook=book.id, report=one.id, month=month)
        if today.day < one.day or made.exists():
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
            if cursor.fetchone()[0] and not made.exists():
                make(book.id, one.id, month, SYSTEM, now)
                done += 1
    return done


def file_of(report: int, kind: str, language: str, actor: Actor) -> tuple[bytes, str]:
    """The paper or workbook of a report, and a name for it."""
    require(actor, "exports.run")
    row = MonthlyReport.objects.filter(pk=report).first()
    if row is None or kind not in ("pdf", "xlsx"):
        raise NotFound.because("reports.absent", "没有这份报告。", "There is no such report.")
    return files.read_bytes(getattr(row, f"{kind}_en" if language == "en" else kind)), f"{row.report}-{row.month:%Y-%m}"


def said(table: Mapping[str, Json], language: str) -> dict[str, Json]:
    """A table as the compositor wants it: texts only."""
    kinds = [column["kind"] for column in table["columns"]]
    return {
        "title": table["title"],
        "columns": [{"title": c["title"], "number": c["kind"] != "text"} for c in table["columns"]],
        "rows": [[_said(v, kind, language) for v, kind in zip(row, kinds, strict=True)] for row in table["rows"]],
    }


def _said(value: Json, kind: str, language: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, dict):
        return str(value["en" if language == "en" else "zh"])
    if kind == "money":
        return f"{value / 100:,.2f}"
    if kind == "percent":
        return f"{value:.0f} %"
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


# --- what stands in it


def tables_of(book: Handbook, report: Report, first: date, now: datetime) -> Iterator[Table]:
    """Over the whole company; the month to its end."""
    span, known = Span("report", first, sums.month_end(first)), sums.kept()
    names = _names()
    for name in report.tables:
        if name in TABLES:
            yield _of_word(name, book, span, known, names)
        elif name in book.measures:
            yield from _of_measure(book, name, span, known, names, now)
        elif name in book.lists:
            yield _of_list(book, name, span, names, now)


Names = Mapping[str, Mapping[str, Text]]


def _names() -> Names:
    people = {str(pk): Text(name, name) for pk, name in Person.objects.values_list("pk", "full_name")}
    return {"person": people, "store": {str(one.pk): Text.from_json(one.name) for one in stores(active_only=False)}}


def _of_word(name: str, book: Handbook, span: Span, known: Kept, names: Names) -> Table:
    title = TABLES[name]
    if name == "findings":
        found = sums.figures(FINDINGS, known, span.first, span.last, parts=["rule"])
        rows = [(_rule(book, one.key), one.n, round(one.total)) for one in sorted(found, key=lambda one: -one.n)]
        figures = ((Text("次数", "How often"), "number"), (Text("金额", "Amount"), "money"))
        return Table(title, ((Text("事项", "What"), "text"), *figures), tuple(rows))
    source, part = {
        "broken_by_clause": (CLAUSES, "clause"), "broken_by_person": (PROMISES, "person"),
        "by_procedure": (PROMISES, "procedure"), "by_store": (PROMISES, "all"),
    }[name]  # fmt: skip
    by_store = name == "by_store"
    found = sums.figures(source, known, span.first, span.last, parts=[part], by_store=by_store)
    lines = queries.lines(found, part, by_store=by_store)
    lines = [one for one in lines if one.broken] if name.startswith("broken") else lines
    head: tuple[tuple[Text, str], ...] = ((title, "text"),)
    if part == "clause":
        head = ((Text("条款", "Clause"), "text"), (Text("内容", "Text"), "text"))
    told = [(*_line(book, part, by_store, one.key, names), one.kept, one.broken, one.share) for one in lines]
    return Table(title, (*head, (KEPT, "number"), (BROKEN, "number"), (SHARE, "percent")), tuple(told))


def _line(book: Handbook, part: str, by_store: bool, key: str, names: Names) -> tuple[Json, ...]:
    if part == "clause":
        clause = book.clauses.get(key)
        return key, clause.text.as_json() if clause else ""
    if part == "procedure":
        found = book.procedures.get(key)
        return ((found.name.as_json() if found else key),)
    return (_named(names["store" if by_store else "person"], key),)


def _named(names: Mapping[str, Text], key: str) -> Json:
    return names.get(key, Text("无", "Nobody") if not key else Text(key, key)).as_json()


def _rule(book: Handbook, name: str) -> Json:
    own = {"check": Text("检查未做到", "A check was missed"), "correction": Text("资料写错", "A mistake was corrected")}
    return (book.rules[name].name if name in book.rules else own.get(name, Text(name, name))).as_json()


def _of_measure(book: Handbook, name: str, span: Span, known: Kept, names: Names, now: datetime) -> Iterator[Table]:
    """The figure itself, then one table for each way it splits."""
    one = book.measures[name]
    column = names_of(book, one.view.of).get(one.field)
    kind = "percent" if one.take == "share" else "money" if column is not None and column.kind == "money" else "number"
    head = ((one.name, "text"), (Text("数值", "Value"), kind), (Text("行数", "Rows"), "number"))
    if one.counts == "now":
        n = queries.standing(SYSTEM, now, [(book, one)])[0]
        yield Table(one.name, head[:2], ((Text("此刻", "At this moment").as_json(), n),))
        return
    whole = queries.measured(SYSTEM, book, one, span, None, known).get(("", None), Taken(0, None))
    yield Table(one.name, head, ((Text("合计", "All").as_json(), whole.value, whole.n),))
    for part in (part for part in one.by if part != "month"):
        by_store = part == "store"
        found = queries.measured(SYSTEM, book, one, span, None, known, part="all" if by_store else part,
                                 by_store=by_store)  # fmt: skip
        rows = sorted(found.items(), key=lambda item: -(item[1].value or 0))
        offered = names_of(book, one.view.of).get(part)
        title = Text("门店", "Store") if by_store else offered.title if offered else Text(part, part)
        told = tuple((_key(offered, part, key, names), value.value, value.n) for (key, _day), value in rows)
        named = Text(f"{one.name.zh}：{title.zh}", f"{one.name.en}: {title.en}")
        yield Table(named, ((title, "text"), *head[1:]), told)


def _key(column: Column | None, part: str, key: str, names: Names) -> Json:
    if part == "store" or (column is not None and column.kind == "store"):
        return _named(names["store"], key)
    if part.startswith("people.") or (column is not None and column.kind == "person"):
        return _named(names["person"], key)
    options = {one.id: one.name for one in column.field.options} if column is not None and column.field else {}
    return _named(options, key)


def _of_list(book: Handbook, name: str, span: Span, names: Names, now: datetime) -> Table:
    """Its rows of the month; a list of what stands open shows what stands open now."""
    view = book.lists[name]
    wish = (
        Wish(limit=MOST_ROWS)
        if view.source in ("procedure", "customer")
        else Wish(since=span.first, until=span.last, limit=MOST_ROWS)
    )
    rows = lists.rows(Question(book, view, SYSTEM, now), wish)
    kinds = {"money": "money", "number": "number", "score": "number"}
    shown = [one for one in view.columns if not _is_personal(one, view.source)]
    columns = tuple((one.title, kinds.get(one.kind, "text")) for one in shown)
    told = tuple(tuple(_cell(book, one, row.values[one.name], names) for one in shown) for row in rows)
    return Table(view.name, columns or ((view.name, "text"),), told if columns else ())


def _is_personal(column: Column, source: str) -> bool:
    """A report stays as it was made, also when a customer is erased: so it names none."""
    if column.kind in ("customer", "phone", "address") or (source == "customer" and column.name in NAMING):
        return True
    return column.field is not None and is_personal(column.field)


def _cell(book: Handbook, column: Column, value: Json, names: Names) -> Json:
    if value in (None, "", [], {}):
        return None
    if column.kind in ("person", "store"):
        return _named(names[column.kind], str(value.get("id") if isinstance(value, dict) else value))
    if column.kind == "moment":
        return datetime.fromisoformat(value).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    if column.kind == "tasks":
        tasks = [task for procedure in book.procedures.values() for task in procedure.tasks.values()]
        told = {task.id: task.name for task in tasks}
        found = [told.get(key.split("[")[0].split("#")[0], Text(key, key)) for key in value]
        return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found)).as_json()
    if column.field is not None and column.field.options and not isinstance(value, list):
        return _named({one.id: one.name for one in column.field.options}, str(value))
    return _plain(value)


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("text") or value.get("id") or "")
    if isinstance(value, bool):
        return Text("是", "yes").as_json() if value else Text("否", "no").as_json()
    return "、".join(str(one) for one in value) if isinstance(value, list) else value


def months_before(now: datetime, n: int = 12) -> Sequence[date]:
    """The months a report can be made of: this one and those before."""
    first = sums.month_start(now.astimezone(ZONE).date())
    return [queries.months_before(first, back) for back in range(n)]

"""Lists and reports: every name in them must exist, every comparison must fit the kind of what it compares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aftercare.handbook.build.asked import tests
from aftercare.handbook.build.context import Build
from aftercare.handbook.lists import FIGURES, NO_COLUMN, TABLES, UNASKED, Column, ListView, Measure, Report, source_of
from aftercare.handbook.lists import names_of as offered
from aftercare.handbook.model import Handbook, Spot
from aftercare.handbook.nodes import Scalar
from aftercare.handbook.source.lists import ListSource, MeasureSource, ReportSource

_DAY = re.compile(r"day ([0-9]{1,2})")
_TAKE = re.compile(r"(?P<take>count|sum|mean|share)(?: (?P<field>[a-z][a-z0-9_]*))?(?: is (?P<option>\w+))?")
USUAL = {
    "form": ("number", "at", "person"),
    "lines": ("number", "at", "person"),
    "procedure": ("number", "customer", "status", "due", "tasks"),
    "customer": ("name", "phone", "store"),
}
ORDER = {"form": "-at", "lines": "-at", "procedure": "due", "customer": "name"}
FALLS = ("person", "store", "month")  # what a measure may be split by, beside fields


@dataclass(frozen=True, slots=True)
class Asking:
    """What the builders below need: the handbook as far as it is built, and the one being read."""

    build: Build
    handbook: Handbook

    def names(self, of: Scalar, spot: Spot) -> dict[str, Column] | None:
        """What the source offers; None with its fault noted."""
        form, _, lines = of.partition(".")
        if source_of(self.handbook, str(of)) is None:
            known = [*self.handbook.forms, *self.handbook.procedures, "customer"]
            if ("forms", form) not in self.build.unread and ("procedures", form) not in self.build.unread:
                self.build.faults.unknown("list_source", of.spot, "表单或流程", "form or procedure", str(of), known)
            return None
        known_lines = [one.id for one in self.handbook.forms[form].fields if one.type == "lines"] if lines else []
        if lines and lines not in known_lines:
            self.build.faults.unknown("list_lines", of.spot, "明细", "list of lines", str(of), known_lines)
            return None
        return offered(self.handbook, str(of))

    def named(self, name: Scalar, names: dict[str, Column], known: Iterable[str] = ()) -> Column | None:
        if str(name) not in names:
            self.build.faults.unknown("list_name", name.spot, "字段", "field", str(name), known or names)
        return names.get(str(name))


def list_view(build: Build, source: ListSource, handbook: Handbook) -> ListView:
    asking = Asking(build, handbook)
    names = asking.names(source.of, source.spot)
    made = ListView(str(source.id), build.text(source.name), str(source.of), clauses=build.cite(source),
                    spot=source.spot)  # fmt: skip
    if names is None:
        return made
    kind = source_of(handbook, made.of) or "form"
    columns = [_column(asking, Scalar(str(one), one.spot), names) for one in source.columns or ()]
    shown = [one for one in columns if one] or [names[one] for one in _usual(kind, made.of, names)]
    order = source.order or Scalar(ORDER[kind])
    by = asking.named(Scalar(order.removeprefix("-"), order.spot), names)
    if by is not None and (by.task or by.kind in UNASKED):
        build.faults.add("list_order", order.spot, f"不能按 {by.name} 排序", f"a list cannot be ordered by {by.name!r}")
    return ListView(
        made.id, made.name, made.of, kind, tests(asking, source.where, names, made.of), tuple(shown), by,
        order.startswith("-"), made.clauses, made.spot,
    )  # fmt: skip


def _usual(kind: str, of: str, names: dict[str, Column]) -> list[str]:
    own = [name for name, one in names.items() if one.field is not None and not one.task and one.kind not in NO_COLUMN]
    return [*USUAL[kind], *(own[:6] if kind in ("form", "lines") else ())]


def _column(asking: Asking, name: Scalar, names: dict[str, Column]) -> Column | None:
    found = asking.named(name, names)
    if found is not None and found.kind in NO_COLUMN:
        asking.build.faults.add(
            "list_column", name.spot, f"{name} 放不进一格", f"{str(name)!r} does not fit into a cell of a list"
        )
    return found


def measure(build: Build, source: MeasureSource, handbook: Handbook) -> Measure:
    """`of` a list takes its rows; `where` asks for more."""
    asking = Asking(build, handbook)
    base = handbook.lists.get(str(source.of))
    of = Scalar(base.of, source.of.spot) if base is not None else source.of
    name, cited = build.text(source.name), build.cite(source)
    names = asking.names(of, source.spot)
    if names is None:
        return Measure(str(source.id), name, ListView(str(source.id), name, str(of)), clauses=cited, spot=source.spot)
    kind = source_of(handbook, str(of)) or "form"
    asked = (*(base.where if base else ()), *tests(asking, source.where, names, str(of)))
    columns = base.columns if base else tuple(names[one] for one in _usual(kind, str(of), names))
    order = names[ORDER[kind].removeprefix("-")]
    view = ListView(str(source.id), name, str(of), kind, asked, columns, order, kind != "customer", cited, source.spot)
    counts: Any = "now" if kind in ("procedure", "customer") or view.moves else "flow"
    take, field, option = _take(asking, source, names, counts)
    good: Any = str(source.good or "")
    return Measure(
        view.id, name, view, take, field, option, _by(asking, source, names, counts), counts, good,
        str(source.unit or ""), cited, source.spot,
    )  # fmt: skip


def _take(asking: Asking, source: MeasureSource, names: dict[str, Column], counts: str) -> tuple[Any, str, str]:
    faults, written = asking.build.faults, source.take or Scalar("count", source.spot)
    found = _TAKE.fullmatch(written)
    if (
        found is None
        or (found["take"] == "count") == bool(found["field"])
        or (found["option"] and found["take"] != "share")
    ):
        faults.add(
            "measure_take", written.spot, "写成 count、sum 字段、mean 字段、share 字段 或 share 字段 is 选项",
            "write count, sum FIELD, mean FIELD, share FIELD or share FIELD is OPTION",
        )  # fmt: skip
        return "count", "", ""
    take, field, option = found["take"], found["field"] or "", found["option"] or ""
    column = asking.named(Scalar(field, written.spot), names) if field else None
    if column is not None and take in ("sum", "mean") and column.kind not in FIGURES:
        faults.add("measure_take", written.spot, f"{field} 不是数字", f"{field!r} is no figure")
    if column is not None and take == "share":
        _share(asking, written, column, option)
    if counts == "now" and take != "count":
        faults.add(
            "measure_now", written.spot, "会随时间变化的清单只能计数 (count)",
            "a list that changes by waiting can only be counted",
        )  # fmt: skip
    return take, field, option


def _share(asking: Asking, written: Scalar, column: Column, option: str) -> None:
    options = [one.id for one in column.field.options] if column.field else []
    if option and column.kind in ("choice", "choices"):
        if options and option not in options:
            asking.build.faults.unknown("list_option", written.spot, "选项", "option", option, options)
    elif column.kind != "check" or option:
        asking.build.faults.add(
            "measure_take", written.spot, "share 只能用于勾选项，或 选择项 is 选项",
            "share is taken of a tick, or of a choice: share FIELD is OPTION",
        )  # fmt: skip


def _by(asking: Asking, source: MeasureSource, names: dict[str, Column], counts: str) -> tuple[str, ...]:
    split = tuple(str(one) for one in source.by or ())
    for one in source.by or ():
        if counts == "now":
            asking.build.faults.add(
                "measure_now", one.spot, "会随时间变化的清单不能再分组 (by)",
                "a list that changes by waiting cannot be split (by)",
            )  # fmt: skip
        elif str(one) not in FALLS and one.partition(".")[0] not in ("people", "case"):
            column = asking.named(one, names, [*FALLS, *names])
            if column is not None and column.kind in UNASKED:
                asking.build.faults.add(
                    "measure_by", one.spot, f"不能按 {one} 分组", f"it cannot be split by {str(one)!r}"
                )
    return split


def report(build: Build, source: ReportSource, handbook: Handbook) -> Report:
    known = [*TABLES, *handbook.measures, *handbook.lists]
    for one in source.tables or ():
        if str(one) not in known:
            build.faults.unknown("report_table", one.spot, "清单或指标", "list or measure", str(one), known)
    day, written = 1, source.opens
    if written is not None:
        found = _DAY.fullmatch(written)
        if not found or not 1 <= int(found[1]) <= 28:
            build.faults.add("report_day", written.spot, "写成 day 1 到 day 28", "write day 1 to day 28", "day 1")
        day = int(found[1]) if found else 1
    tables = tuple(str(one) for one in source.tables or TABLES)
    return Report(str(source.id), build.text(source.name), "month", day, tables, build.cite(source), source.spot)

"""Saved questions of a handbook: lists, the measures taken of them, and the reports that carry both. Pure.

A list reads one source: the finished sheets of a form, the lines of such sheets, the cases of a procedure, or the
customers. What can be asked of each stands here once; the loader checks it, `aftercare.measures` turns it into SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from aftercare.handbook.duration import Duration, add_calendar, parse_duration
from aftercare.handbook.model import Field, Handbook, Spot
from aftercare.handbook.nodes import NOWHERE
from aftercare.texts import Text

Json = Any
Source = Literal["form", "lines", "procedure", "customer"]

# name -> (field word, what people call it)
Names = Mapping[str, tuple[str, Text]]
_CASE: Names = {
    "number": ("text", Text("工单号", "Case")),
    "store": ("store", Text("门店", "Store")),
    "customer": ("customer", Text("客户", "Customer")),
}
FORM: Names = {
    **_CASE,
    "at": ("moment", Text("填写时间", "Filled in at")),
    "person": ("person", Text("填写人", "Filled in by")),
    "outcome": ("outcome", Text("结果", "Outcome")),
    "corrected": ("check", Text("改过", "Corrected")),
}
PROCEDURE: Names = {
    **_CASE,
    "status": ("status", Text("状态", "State")),
    "opened": ("moment", Text("开立时间", "Opened")),
    "closed": ("moment", Text("办结时间", "Ended")),
    "opener": ("person", Text("开立人", "Opened by")),
    "due": ("moment", Text("最近时限", "Next deadline")),
    "late": ("check", Text("超时", "Late")),
    "tasks": ("tasks", Text("在办任务", "Open tasks")),
    "subject": ("subject", Text("关于", "About")),
}
CUSTOMER: Names = {
    "name": ("text", Text("姓名", "Name")),
    "store": ("store", Text("门店", "Store")),
    "phone": ("phone", Text("电话", "Phone")),
    "address": ("address", Text("地址", "Address")),
    "birthday": ("text", Text("生日", "Birthday")),
    "gender": ("text", Text("性别", "Gender")),
    "kind": ("text", Text("类别", "Kind")),
    "mark": ("text", Text("标记", "Mark")),
    "notes": ("text", Text("备注", "Notes")),
    "family_size": ("number", Text("家庭人数", "People in the household")),
    "filed": ("date", Text("建档日期", "Filed on")),
    "file_number": ("text", Text("档案编号", "File number")),
    "changed": ("moment", Text("更新时间", "Changed")),
}
STATUSES = ("open", "paused", "closed", "cancelled")
# Words of `where` that ask about the work of a case rather than for a value.
WORDS = ("open", "role", "person", "flag", "not_issued", "not_received", "broken", "finding")
NO_COLUMN = frozenset({"lines", "photo", "file", "signature"})
UNASKED = frozenset({"tasks", "subject", *NO_COLUMN})
TIMES = frozenset({"date", "moment"})
FIGURES = frozenset({"money", "number", "score"})


@dataclass(frozen=True, slots=True)
class When:
    """A day or moment: `base` is today, now or a date; `by` a length, or the name of the setting that holds one."""

    base: str
    by: str = ""
    back: bool = False
    setting: str = ""

    @property
    def moves(self) -> bool:
        return self.base in ("today", "now") or bool(self.setting)

    def at(self, now: datetime, settings: Mapping[str, Json]) -> date | datetime:
        """`now` on the wall clock of the company. A moment for `now`, else a day."""
        start = now if self.base == "now" else now.date() if self.base == "today" else date.fromisoformat(self.base)
        value = settings[self.setting] if self.setting else self.by
        text = f"{int(value)}d" if isinstance(value, int | float) else str(value)  # a bare number counts days
        if not text:
            return start
        length = parse_duration(text)
        if length.working:
            length = Duration(length.n, {"wd": "d", "wh": "h", "wmin": "min"}[length.unit])
        if length.unit in ("h", "min", "s") and not isinstance(start, datetime):
            start = datetime.combine(start, time(), now.tzinfo)
        return add_calendar(start, -length if self.back else length)


@dataclass(frozen=True, slots=True)
class Test:
    """One line of `where`. `how`: in, not, before, after, from, to, min, max, missing, contains, differs, mine, or a
    word of WORDS; `value` is what it compares with (money in fen, times as When)."""

    name: str
    how: str
    value: Json


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` a field word or one of the words above; `field` where a form defines it; `task` the sheet it stands on."""

    name: str
    kind: str
    title: Text
    field: Field | None = None
    task: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """`of` is a form, `form.lines`, a procedure or `customer`; `source` says which."""

    id: str
    name: Text
    of: str
    source: Source = "form"
    where: tuple[Test, ...] = ()
    columns: tuple[Column, ...] = ()
    order: Column | None = None
    descending: bool = False
    clauses: tuple[str, ...] = ()
    spot: Spot = NOWHERE

    @property
    def form(self) -> str:
        return self.of.partition(".")[0]

    @property
    def lines(self) -> str:
        return self.of.partition(".")[2]

    @property
    def moves(self) -> bool:
        """Does its answer change by waiting, or with who asks?"""
        return any(
            one.how == "mine" or one.name == "late" or (isinstance(one.value, When) and one.value.moves)
            for one in self.where
        )


Take = Literal["count", "sum", "mean", "share"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of the rows of `view`. `counts` is `now` (how many rows at this moment) or `flow` (by the day of each
    row, so that weeks and months compare). `by`: person, store, month, a field, `people.X` or `case.X`."""

    id: str
    name: Text
    view: ListView
    take: Take = "count"
    field: str = ""  # summed, averaged, or whose share is taken
    share_of: str = ""  # the option counted by `share field is option`
    by: tuple[str, ...] = ()
    counts: Literal["now", "flow"] = "flow"
    good: Literal["high", "low", ""] = ""
    unit: str = ""
    clauses: tuple[str, ...] = ()
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Report:
    """A paper and a workbook over the month before. `tables`: ids of measures and lists, or words of TABLES."""

    id: str
    name: Text
    every: Literal["month"] = "month"
    day: int = 1  # of the month after
    tables: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    spot: Spot = NOWHERE


TABLES: Mapping[str, Text] = {
    "broken_by_clause": Text("未兑现的承诺（按条款）", "Broken promises by clause"),
    "broken_by_person": Text("未兑现的承诺（按人员）", "Broken promises by person"),
    "by_procedure": Text("承诺（按流程）", "Promises by procedure"),
    "by_store": Text("承诺（按门店）", "Promises by store"),
    "findings": Text("发现的问题", "Findings"),
}


def source_of(handbook: Handbook, of: str) -> Source | None:
    """Which source a name is; a form wins over a procedure of the same name."""
    form, _, lines = of.partition(".")
    if form in handbook.forms:
        return "lines" if lines else "form"
    if of in handbook.procedures:
        return "procedure"
    return "customer" if of == "customer" else None


def form_fields(handbook: Handbook, of: str) -> tuple[Field, ...]:
    """The fields of a form, or the columns of its lines followed by the fields of the form that they do not hide."""
    name, _, lines = of.partition(".")
    fields = handbook.forms[name].fields
    inner = next((one.columns for one in fields if one.id == lines), ())
    return (*inner, *(one for one in fields if one.id not in {own.id for own in inner} and one.type != "lines"))


def names_of(handbook: Handbook, of: str) -> dict[str, Column]:
    """name -> column, of everything that a list of this source can show; sheets of a procedure as `task.field`."""
    source = source_of(handbook, of)
    builtin = {"procedure": PROCEDURE, "customer": CUSTOMER}.get(source or "", FORM)
    found: dict[str, Column] = {}
    if source in ("form", "lines"):
        found |= {one.id: Column(one.id, one.type, one.name, one) for one in form_fields(handbook, of)}
    elif source == "procedure":
        found |= _of_procedure(handbook, of)
    return found | {name: Column(name, kind, title) for name, (kind, title) in builtin.items()}


def _of_procedure(handbook: Handbook, name: str) -> dict[str, Column]:
    procedure = handbook.procedures[name]
    found: dict[str, Column] = {}
    for task in procedure.tasks.values():
        for one in handbook.forms[task.form].fields if task.form in handbook.forms else ():
            key = f"{task.id}.{one.id}"
            found[key] = Column(key, one.type, one.name, one, task.id)
    for value, kind in procedure.values.items():
        word = str(kind)
        like = next((form.field(value) for form in handbook.forms.values() if form.field(value)), None)
        if "." in word:  # typed like a field of a form
            like = handbook.forms[word.split(".")[0]].field(word.split(".")[1]) if like is None else like
            word = like.type if like else "text"
        same = like if like is not None and like.type == word else None
        found[value] = Column(value, word, like.name if like else Text(value, value.replace("_", " ")), same)
    return found

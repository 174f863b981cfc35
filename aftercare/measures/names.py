"""Every name of a list as SQL. Texts of a handbook never enter a statement: they travel as parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aftercare.handbook.lists import FIGURES, TIMES, Column, ListView

Json = Any
ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of a statement with its parameters, in order."""

    text: str
    values: tuple[Any, ...] = ()

    def wrapped(self, before: str, after: str = "") -> Sql:
        return Sql(f"{before}{self.text}{after}", self.values)


def joined(parts: Sequence[Sql], between: str) -> Sql:
    return Sql(between.join(one.text for one in parts), tuple(value for one in parts for value in one.values))


TRUE = Sql("true")
_NAME = "(select k.full_name from customers_customer k where k.id = {}.customer_id)"
_LATE = "coalesce(c.next_due < %s and c.status = 'open', false)"
_ABOUT = """case when c.subject_kind <> '' then json_build_object('kind', c.subject_kind, 'id', c.subject_id, 'name',
    case when c.subject_kind = 'order' then (select o.number from orders_order o where o.id = c.subject_id) end) end"""
_TASKS = """(select coalesce(json_agg(t.key order by t.due_at, t.id), '[]') from cases_open_task t
    where t.case_id = c.id and t.state = 'open')"""
_FIRST = """(select x.{} from customers_{} x where x.customer_id = k.id order by x."primary" desc, x.id limit 1)"""

FORM = {
    "number": "r.number", "store": "r.store_id", "customer": "r.customer_id", "at": "r.at", "person": "r.person_id",
    "outcome": "r.outcome", "corrected": "(r.corrected_at is not null)",
}  # fmt: skip
PROCEDURE = {
    "number": "c.number", "store": "c.store_id", "customer": "c.customer_id", "status": "c.status",
    "opened": "c.opened_at", "closed": "c.closed_at", "opener": "c.opener_id", "due": "c.next_due", "late": _LATE,
    "tasks": _TASKS, "subject": _ABOUT, "shown_status": "x.shown_status",
}  # fmt: skip
CUSTOMER = {
    "name": "k.full_name", "store": "k.store_id", "phone": _FIRST.format("digits", "phone"),
    "address": _FIRST.format("text", "address"), "birthday": "k.birthday", "gender": "k.gender", "kind": "k.kind",
    "mark": "k.mark", "notes": "k.notes", "family_size": "k.family_size", "filed": "k.filed_on",
    "file_number": "k.file_number", "changed": "k.changed_at",
}  # fmt: skip
BUILTIN = {"form": FORM, "lines": FORM, "procedure": PROCEDURE, "customer": CUSTOMER}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one list. `now` is a parameter of what depends on it."""

    view: ListView
    now: Any
    lines: frozenset[str] = frozenset()  # the columns of the lines, where the list is of lines

    @property
    def tables(self) -> Sql:
        """What stands behind `from`, with the condition that makes it this list's source."""
        if self.view.source == "form":
            return Sql("records_record r where r.form = %s", (self.view.form,))
        if self.view.source == "lines":
            rows = "case jsonb_typeof(r.values -> %s) when 'array' then r.values -> %s else '[]'::jsonb end"
            lines = self.view.lines
            return Sql(
                f"records_record r cross join lateral jsonb_array_elements({rows}) with ordinality l(line, n) "
                "where r.form = %s",
                (lines, lines, self.view.form),
            )
        if self.view.source == "procedure":
            return Sql("cases_case c join measures_case x on x.case_id = c.id where c.procedure = %s", (self.view.of,))
        return Sql("customers_customer k where k.merged_into_id is null and k.erased_at is null")

    @property
    def key(self) -> str:
        """What tells rows apart, as a number."""
        return {"form": "r.id", "lines": "(r.id * 10000 + l.n)", "procedure": "c.id", "customer": "k.id"}[
            self.view.source
        ]

    @property
    def store(self) -> str:
        return str(BUILTIN[self.view.source]["store"])

    @property
    def ids(self) -> str:
        """The case, the sheet and the customer behind a row."""
        return {
            "form": "r.case_id, r.id, r.customer_id",
            "lines": "r.case_id, r.id, r.customer_id",
            "procedure": "c.id, null, c.customer_id",
            "customer": "null, null, k.id",
        }[self.view.source]

    @property
    def customer_name(self) -> str:
        alias = {"form": "r", "lines": "r", "procedure": "c"}.get(self.view.source)
        return _NAME.format(alias) if alias else "k.full_name"

    def is_builtin(self, name: str) -> bool:
        return name in BUILTIN[self.view.source]

    def raw(self, column: Column) -> Sql:
        """A value of a form or case as jsonb, null when there is none."""
        if self.view.source == "procedure":
            if column.task:
                field = column.name.partition(".")[2]
                return Sql("(c.state -> 'sheets' -> %s -> %s)", (column.task, field))
            return Sql("(x.values -> %s)", (column.name,))
        if column.name in self.lines:
            return Sql("(l.line -> %s)", (column.name,))
        return Sql("coalesce(r.values -> %s, r.personal -> %s)", (column.name, column.name))

    def value(self, column: Column) -> Sql:
        """The value as its kind compares: text, numeric, timestamptz, bool; a day as its ISO text or a date."""
        if self.is_builtin(column.name):
            text = str(BUILTIN[self.view.source][column.name])
            return Sql(text, (self.now,) * text.count("%s"))
        raw = self.raw(column)
        if column.kind in FIGURES:
            return _typed(raw, "number", "::numeric")
        if column.kind == "moment":
            return _typed(raw, "string", "::timestamptz")
        if column.kind == "check":
            return raw.wrapped("coalesce(", " = 'true'::jsonb, false)")
        if column.kind in ("person", "store", "customer", "order", "case", "record"):
            return _id(raw)
        return raw.wrapped("(", " #>> '{}')")

    def shown(self, column: Column) -> Sql:
        """The value as JSON for a page."""
        if self.is_builtin(column.name):
            if column.name == "customer":
                return Sql(
                    f"json_build_object('id', {BUILTIN[self.view.source]['customer']}, 'name', {self.customer_name})"
                )
            return self.value(column).wrapped("to_json(", ")")
        return self.raw(column).wrapped("(", ")::json")

    def ordered(self, column: Column) -> Sql:
        """Never null, so that a page can begin after any row."""
        one = self.value(column)
        if column.kind == "check":
            return one.wrapped("(", ")::int::numeric")
        if self.is_builtin(column.name) and column.name in ("at", "opened", "changed", "number", "name"):
            return one
        if column.kind in (*FIGURES, "person", "store", "customer", "order"):
            return one.wrapped("coalesce((", ")::numeric, 'Infinity'::numeric)")
        if column.kind == "moment":
            return one.wrapped("coalesce(", ", 'infinity'::timestamptz)")
        if column.kind == "date" and self.is_builtin(column.name):
            return one.wrapped("coalesce(", ", 'infinity'::date)")
        return one.wrapped("coalesce(", ", '~')" if column.kind in TIMES else ", '')")

    def sort_type(self, column: Column) -> str:
        """What the text of an ordered value is cast to when it comes back in a cursor."""
        if column.kind == "moment":
            return "timestamptz"
        if column.kind == "date" and self.is_builtin(column.name):
            return "date"
        return "numeric" if column.kind in (*FIGURES, "check", "person", "store", "customer", "order") else "text"


def _typed(raw: Sql, kind: str, cast: str) -> Sql:
    """Null for what is of another kind, such as an answer "none" in place of a figure."""
    return Sql(
        f"(case when jsonb_typeof({raw.text}) = '{kind}' then ({raw.text} #>> '{{}}'){cast} end)", raw.values * 2
    )


def _id(raw: Sql) -> Sql:
    """The number of a reference {kind, id}, or a bare number."""
    return Sql(
        f"(case jsonb_typeof({raw.text}) when 'object' then ({raw.text} ->> 'id')::bigint "
        f"when 'number' then ({raw.text} #>> '{{}}')::bigint end)",
        raw.values * 3,
    )

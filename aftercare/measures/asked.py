"""`where` of a list as SQL, and what a page asks on top of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from aftercare.cases.world import ZONE
from aftercare.handbook.lists import Column, Test, When
from aftercare.measures.names import Names, Sql
from aftercare.people.actor import Actor, Everywhere

Json = Any


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, when, under which figures; `columns` are all names the source offers."""

    actor: Actor
    now: datetime
    settings: Mapping[str, Json] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)  # "document/copy" -> who shall have it


def visible(names: Names, actor: Actor, store: int | None) -> list[Sql]:
    """Only the stores the actor may look into, or one of them."""
    action = "customers.see" if names.view.source == "customer" else "cases.see"
    stores, found = actor.stores_for(action), []
    if not isinstance(stores, Everywhere):
        found.append(Sql(f"{names.store} = any(%s)", (sorted(stores),)))
    if store is not None:
        found.append(Sql(f"{names.store} = %s", (store,)))
    return found


def asked(names: Names, tests: Sequence[Test], context: Context) -> list[Sql]:
    return [_test(names, one, context) for one in tests]


def _test(names: Names, test: Test, context: Context) -> Sql:
    if test.name in _WORDS:
        return _WORDS[test.name](test.value, context)
    if test.name == "shown_status":
        return Sql("x.shown_status = any(%s)", (list(test.value),))
    column = context.columns[test.name]
    value = names.value(column)
    if test.how == "mine":
        return _mine(names, column, value, test, context)
    if test.how == "missing":
        return _missing(names, column, value, test.value)
    if test.how in ("before", "after", "from", "to"):
        return _range(column, value, test, context)
    if test.how in ("min", "max"):
        return Sql(f"{value.text} {'>=' if test.how == 'min' else '<='} %s", (*value.values, test.value))
    if test.how == "contains":
        return Sql(f"{value.text} ilike %s", (*value.values, f"%{plain_like(str(test.value))}%"))
    if test.how == "differs":
        other = names.value(context.columns[str(test.value)])
        return Sql(f"({value.text} <> {other.text})", (*value.values, *other.values))
    found = _equal(names, column, value, test.value, context)
    return found.wrapped("(", ") is not true") if test.how == "not" else found


def _equal(names: Names, column: Column, value: Sql, wanted: Sequence[Json], context: Context) -> Sql:
    if column.kind in ("date", "moment"):
        parts = [
            _range(column, value, Test(column.name, how, one), context) for one in wanted for how in ("from", "to")
        ]
        pairs = [f"({parts[n].text} and {parts[n + 1].text})" for n in range(0, len(parts), 2)]
        return Sql(f"({' or '.join(pairs)})", tuple(one for part in parts for one in part.values))
    if column.kind == "choices":
        raw = names.raw(column)
        return Sql(f"coalesce({raw.text} ?| %s, false)", (*raw.values, [str(one) for one in wanted]))
    by_index = names.view.source == "form" and column.kind in ("choice", "text", "product") and column.field is not None
    if by_index and column.field and not column.field.personal and len(wanted) == 1 and isinstance(wanted[0], str):
        return Sql("r.values @> jsonb_build_object(%s::text, %s::text)", (column.name, wanted[0]))
    values = (
        list(wanted)
        if column.kind in ("check", "money", "number", "score", "person", "store", "customer")
        else [str(one) for one in wanted]
    )
    return Sql(f"{value.text} = any(%s)", (*value.values, values))


def _mine(names: Names, column: Column, value: Sql, test: Test, context: Context) -> Sql:
    if test.value == "store":
        stores = sorted({grant.store for grant in context.actor.grants if grant.store is not None})
        everywhere = any(grant.store is None for grant in context.actor.grants)
        return Sql("true") if everywhere else Sql(f"{value.text} = any(%s)", (*value.values, stores))
    return Sql(f"{value.text} = %s", (*value.values, context.actor.person))


def _missing(names: Names, column: Column, value: Sql, missing: bool) -> Sql:
    if names.is_builtin(column.name):
        text = f"coalesce({value.text}::text, '') = ''"
        return Sql(text if missing else f"not ({text})", value.values)
    raw = names.raw(column)
    empty = f"coalesce({raw.text}, 'null') in ('null', '\"\"', '[]', '{{}}', 'false')"
    return Sql(empty if missing else f"not ({empty})", raw.values)


def _range(column: Column, value: Sql, test: Test, context: Context) -> Sql:
    """A day stands for all of it: before its beginning, after its end, from its beginning, to its end."""
    when = test.value
    assert isinstance(when, When)
    at = when.at(context.now.astimezone(ZONE), context.settings)
    if column.kind == "date":
        day = at.date() if isinstance(at, datetime) else at
        sign = {"before": "<", "after": ">", "from": ">=", "to": "<="}[test.how]
        if column.field is None:
            return Sql(f"{value.text} {sign} %s", (*value.values, day))
        return Sql(f"{value.text} {sign} %s", (*value.values, day.isoformat()))
    if isinstance(at, datetime):
        sign = {"before": "<", "after": ">", "from": ">=", "to": "<="}[test.how]
        return Sql(f"{value.text} {sign} %s", (*value.values, at))
    start, end = midnight(at), midnight(at + timedelta(days=1))
    sign, edge = {"before": ("<", start), "from": (">=", start), "to": ("<", end), "after": (">=", end)}[test.how]
    return Sql(f"{value.text} {sign} %s", (*value.values, edge))


def midnight(day: date) -> datetime:
    """The beginning of a day on the company's clock."""
    return datetime.combine(day, time(), ZONE)


def plain_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# --- the work of a case


def _open(value: Json, context: Context) -> Sql:
    return _task("t.task = any(%s)", list(value))


def _role(value: Json, context: Context) -> Sql:
    return _task("t.roles && %s::varchar[]", list(value))


def _person(value: Json, context: Context) -> Sql:
    return _task("t.assignee_id = %s", context.actor.person)


def _task(condition: str, value: Json) -> Sql:
    return Sql(
        f"exists (select from cases_open_task t where t.case_id = c.id and t.state = 'open' and {condition})", (value,)
    )


def _flag(value: Json, context: Context) -> Sql:
    return Sql("c.flags && %s::varchar[]", (list(value),))


def _not_issued(value: Json, context: Context) -> Sql:
    return Sql("not (x.papers ?| %s)", (list(value),))


def _not_received(value: Json, context: Context) -> Sql:
    """Issued, but a copy is not with whom it is for, or its receipt is not confirmed."""
    copies = [name for name in context.holders if name in value or name.partition("/")[0] in value]
    held = "x.papers -> %s -> 'copies' -> %s"
    text = f"(x.papers ? %s and (coalesce({held} ->> 'holder', '') <> %s or ({held} -> 'pending') = 'true'))"
    values: list[Any] = []
    for name in copies:
        document, _, copy = name.partition("/")
        values += [document, document, copy, context.holders[name], document, copy]
    return Sql(f"({' or '.join([text] * len(copies)) or 'false'})", tuple(values))


def _broken(value: Json, context: Context) -> Sql:
    mark = "exists (select from cases_mark m where m.case_id = c.id and m.kind = 'broken'"
    return Sql(f"{mark})") if value is True else Sql(f"{mark} and m.clause = any(%s))", (list(value),))


def _finding(value: Json, context: Context) -> Sql:
    found = "exists (select from cases_finding f where f.case_id = c.id and f.state <> 'dropped'"
    return Sql(f"{found})") if value is True else Sql(f"{found} and f.finding = any(%s))", (list(value),))


_WORDS: Mapping[str, Callable[[Json, Context], Sql]] = {
    "open": _open,
    "role": _role,
    "person": _person,
    "flag": _flag,
    "not_issued": _not_issued,
    "not_received": _not_received,
    "broken": _broken,
    "finding": _finding,
}

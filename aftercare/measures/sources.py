"""Where figures come from: each source counts its own rows of some days, by store and by what it is split by.

A source is a statement that yields (day, store, part, key, kind, value) for rows between two days; everything else
(keeping sums, months, all stores together) is the same for all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from aftercare.cases.rule_queries import live
from aftercare.handbook.lists import Measure, names_of
from aftercare.handbook.model import Handbook
from aftercare.measures.asked import midnight
from aftercare.measures.lists import Question, Wish
from aftercare.measures.names import Names, Sql, joined
from aftercare.people.actor import SYSTEM

ALL = "all"


@dataclass(frozen=True, slots=True)
class Source:
    """`topic` is what a trigger calls a change of its rows ."""

    id: str
    topic: str
    measure: Measure | None = None
    handbook: Handbook | None = None

    def rows(self, first: date, last: date) -> Sql:
        """(day, store_id, part, key, kind, n, total) of these days, not yet summed."""
        if self.id == "clauses":
            return _marks(first, last)
        if self.id == "promises":
            return _promises(first, last)
        if self.id == "findings":
            return _findings(first, last)
        assert self.measure is not None and self.handbook is not None
        return _measured(self.handbook, self.measure, first, last)


CLAUSES = Source("clauses", "marks")
PROMISES = Source("promises", "promises")
FINDINGS = Source("findings", "findings")


def of_measure(handbook: Handbook, measure: Measure) -> Source:
    """A measure that is asked otherwise is another source: its sums begin anew."""
    said = [measure.view.of, measure.take, measure.field, measure.share_of, measure.by, repr(measure.view.where)]
    mark = hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:10]
    return Source(f"{handbook.id}.{measure.id}.{mark}", f"form:{measure.view.form}", measure, handbook)


def every() -> Iterator[Source]:
    """The sources whose sums are kept, those of the handbooks in force among them."""
    yield from (CLAUSES, PROMISES, FINDINGS)
    for handbook in live():
        for measure in handbook.measures.values():
            if measure.counts == "flow":
                yield of_measure(handbook, measure)


def _marks(first: date, last: date) -> Sql:
    return Sql(
        "select m.day, m.store_id, p.part, p.key, m.kind, 1 as n, 0::numeric as total from cases_mark m "
        f"cross join lateral (values ('{ALL}', ''), ('clause', m.clause)) p(part, key) where m.day between %s and %s",
        (first, last),
    )


def _promises(first: date, last: date) -> Sql:
    return Sql(
        "select m.day, m.store_id, p.part, p.key, m.kind, 1 as n, 0::numeric as total from measures_promise m "
        f"cross join lateral (values ('{ALL}', ''), ('procedure', m.procedure), "
        "('person', coalesce(m.person_id::text, ''))) p(part, key) where m.day between %s and %s",
        (first, last),
    )


def _findings(first: date, last: date) -> Sql:
    return Sql(
        "select f.day, f.store_id, p.part, p.key, 'found' as kind, 1 as n, coalesce(f.amount, 0)::numeric as total "
        f"from cases_finding f cross join lateral (values ('{ALL}', ''), ('rule', f.finding), "
        "('person', coalesce(f.person_id::text, ''))) p(part, key) "
        "where f.day between %s and %s and f.state <> 'dropped'",
        (first, last),
    )


def _measured(handbook: Handbook, measure: Measure, first: date, last: date) -> Sql:
    question = Question(handbook, measure.view, SYSTEM, midnight(first))
    names = question.names
    n, total = _taken(names, handbook, measure)
    parts = [Sql(f"select '{ALL}'::text as part, ''::text as key")]
    for one in measure.by:
        if one not in ("month", "store"):
            parts.append(_split(names, handbook, measure, one))
    period = [Sql("r.at >= %s", (midnight(first),)), Sql("r.at < %s", (midnight(last + timedelta(days=1)),))]
    where = joined([question.conditions(Wish()), *period], " and ")
    split = joined(parts, " union all ")
    tables, _, conditions = where.text.partition(" where ")
    before = where.text[: len(tables)].count("%s")
    return Sql(
        f"select q.* from (select (r.at at time zone '{'Asia/Shanghai'}')::date as day, r.store_id, p.part, "
        f"coalesce(left(p.key, 200), '') as key, 'taken' as kind, {n.text} as n, {total.text} as total "
        f"from {tables} cross join lateral ({split.text}) p(part, key) where {conditions}) q where q.n > 0",
        (*n.values, *total.values, *where.values[:before], *split.values, *where.values[before:]),
    )


def _taken(names: Names, handbook: Handbook, measure: Measure) -> tuple[Sql, Sql]:
    """How much one row counts for, and what it adds."""
    if measure.take == "count":
        return Sql("1"), Sql("0::numeric")
    column = names_of(handbook, measure.view.of)[measure.field]
    value = names.value(column)
    if measure.take in ("sum", "mean"):
        return value.wrapped("(case when ", " is null then 0 else 1 end)"), value.wrapped("coalesce(", ", 0)")
    if column.kind == "choices":
        raw = names.raw(column)
        yes = Sql(f"(case when {raw.text} ? %s then 1 else 0 end)::numeric", (*raw.values, measure.share_of))
        return raw.wrapped("(case when ", " is null then 0 else 1 end)"), yes
    if column.kind == "choice":
        yes = Sql(f"(case when {value.text} = %s then 1 else 0 end)::numeric", (*value.values, measure.share_of))
        return value.wrapped("(case when ", " is null then 0 else 1 end)"), yes
    return Sql("1"), value.wrapped("(", ")::int::numeric")


def _split(names: Names, handbook: Handbook, measure: Measure, by: str) -> Sql:
    """Rows (part, key): one, or one for each member of a crew and each chosen option."""
    if by.startswith("people."):
        found = Sql("(select c.state -> 'people' -> %s from cases_case c where c.id = r.case_id)", (by[7:],))
        return _members(by, found)
    if by.startswith("case."):
        return _members(by, Sql("(select v.values -> %s from measures_case v where v.case_id = r.case_id)", (by[5:],)))
    column = names_of(handbook, measure.view.of)[by]
    if not names.is_builtin(by) and column.kind in ("person", "choices"):
        return _members(by, names.raw(column))
    value = names.value(column)
    return Sql(f"select %s::text, coalesce(({value.text})::text, '')", (by, *value.values))


def _members(by: str, raw: Sql) -> Sql:
    """References by their ids, plain values as their texts."""
    return Sql(
        "select %s::text, coalesce(m ->> 'id', m #>> '{}', '') from (select " + raw.text + " as v) w "
        "cross join lateral jsonb_array_elements("
        "case jsonb_typeof(w.v) when 'array' then w.v else jsonb_build_array(w.v) end) m",
        (by, *raw.values),
    )

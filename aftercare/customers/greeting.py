"""Whom to greet on a day: birthdays by either calendar, special days, and everybody on a festival."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from aftercare.customers.models import Customer, SpecialDay
from aftercare.people.access import visible
from aftercare.people.actor import Actor

Json = Any
_LINE = re.compile(r"(?P<lunar>(?:农历|lunar)\s*)?(?:(?P<year>\d{4})-)?(?P<day>\d{2}-\d{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Days:
    """The names a solar date goes by: "02-28" and, where there is no 29th, "02-29" too; and in the lunar calendar."""

    iso: str
    solar: tuple[str, ...]
    lunar: tuple[str, ...]


def days_of(day: date) -> Days:
    solar = [f"{day:%m-%d}"]
    if solar == ["02-28"] and not calendar.isleap(day.year):
        solar.append("02-29")
    return Days(day.isoformat(), tuple(solar), _lunar_days(day))


def festivals_on(day: date, festivals: Iterable[Json]) -> list[str]:
    """Names of the festivals that fall on a day. Each is a line such as "10-01 National Day", "农历 08-15 中秋节",
    "2026-12-31 ..." (that year only), or {name, day, lunar}."""
    days = days_of(day)
    return [name for one in festivals if (name := _falls(one, days))]


def to_greet(store: int, day: date, festivals: Iterable[Json]) -> list[dict[str, Json]]:
    """[{line, customer, occasion: birthday | special | festival, what}], one per customer of the store, by id.

    No names and numbers: this is kept in the history of a case, where they could not be erased with the customer.
    `what` is the festival, or "#12" for the special day of that id. One statement.
    """
    days, names = days_of(day), festivals_on(day, festivals)
    festival = "、".join(names)
    return [_row(number, born, special, festival) for number, born, special in _asked(store, days, bool(names))]


def birthday_missing(actor: Actor, store: int | None = None, limit: int = 200) -> list[dict[str, Json]]:
    """Persons among the customers whose birthday nobody has asked yet: [{id, name, store}]. One query."""
    rows = Customer.objects.filter(birthday="", kind=Customer.PERSON, merged_into=None, erased_at=None)
    rows = visible(rows, actor, "customers.see")
    rows = rows.filter(store_id=store) if store is not None else rows
    return [{"id": one.pk, "name": one.full_name, "store": one.store_id} for one in rows.order_by("id")[:limit]]


def named(what: str) -> str:
    """The day in words: "#12" is the special day of that id, whose name does not stand in the history of a case."""
    if not what.startswith("#"):
        return what
    return SpecialDay.objects.filter(pk=int(what[1:])).values_list("name", flat=True).first() or ""


def told(rows: Sequence[Mapping[str, Json]]) -> dict[int, dict[str, str]]:
    """customer -> {name, phone, what} for a list to greet: what its texts and calls need. Three queries.

    For pages of people who may see these customers in full.
    """
    from aftercare.customers.queries import contacts

    ids = [int(row["customer"]["id"]) for row in rows]
    special = {one.pk: one.name for one in SpecialDay.objects.filter(customer__in=ids)}
    found: dict[int, dict[str, str]] = {}
    known = contacts(ids)
    for row in rows:
        number = int(row["customer"]["id"])
        one = known.get(number, {})
        what = str(row.get("what") or "")
        occasion = special.get(int(what[1:]), "") if what.startswith("#") else what
        found[number] = {"name": str(one.get("name") or ""), "phone": str(one.get("phone") or ""), "what": occasion}
    return found


def _row(number: int, born: bool, special: int | None, festival: str) -> dict[str, Json]:
    occasion = "birthday" if born else "special" if special else "festival"
    what = "" if born else f"#{special}" if special else festival
    row = {"line": str(number), "customer": {"kind": "customer", "id": number}, "occasion": occasion}
    return {**row, "what": what} if what else row


_ROWS = """
select c.id, {born} as born, (select min(s.id) from customers_specialday s where s.customer_id = c.id and (
    (not s.lunar and s.day = any(%(solar)s)) or (s.lunar and s.day = any(%(lunar)s)))) as special
from customers_customer c
where c.store_id = %(store)s and c.merged_into_id is null and c.erased_at is null
  and c.consent ->> 'greetings' is distinct from 'false' {only}
order by c.id
"""
_BORN = """(c.birthday <> '' and ((not c.birthday_lunar and right(c.birthday, 5) = any(%(solar)s))
    or (c.birthday_lunar and right(c.birthday, 5) = any(%(lunar)s))))"""
_SOME = f"""and ({_BORN} or exists (select 1 from customers_specialday s where s.customer_id = c.id and (
    (not s.lunar and s.day = any(%(solar)s)) or (s.lunar and s.day = any(%(lunar)s)))))"""


def _asked(store: int, days: Days, everybody: bool) -> list[tuple[int, bool, int | None]]:
    sql = _ROWS.format(born=_BORN, only="" if everybody else _SOME)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"store": store, "solar": list(days.solar), "lunar": list(days.lunar)})
        return list(cursor.fetchall())


def _falls(one: Json, days: Days) -> str:
    if isinstance(one, Mapping):
        one = f"{'lunar ' if one.get('lunar') else ''}{one.get('day')} {one.get('name')}"
    found = _LINE.search(str(one))
    if found is None:
        return ""
    known = days.lunar if found["lunar"] else days.solar
    year_fits = not found["year"] or days.iso.startswith(found["year"])
    name = (str(one)[: found.start()] + str(one)[found.end() :]).strip(" ：:，,|")
    return name if year_fits and found["day"] in known else ""


def _lunar_days(day: date) -> tuple[str, ...]:
    """A leap month has no days of its own: who was born on one is greeted in the month that leaps."""
    from lunar_python import LunarMonth, Solar

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = lunar.getMonth()
    if month < 0:
        return ()
    names = [f"{month:02d}-{lunar.getDay():02d}"]
    last = LunarMonth.fromYm(lunar.getYear(), month).getDayCount()
    if lunar.getDay() == last == 29:
        names.append(f"{month:02d}-30")
    return tuple(names)

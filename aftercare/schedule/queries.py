"""What the calendar reads: jobs of a span of days, lanes, what falls on a day. A fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from aftercare.calendar.holidays_china import provider
from aftercare.cases.models import Case
from aftercare.cases.world import epoch, handbook_of, live_handbooks, settings_of
from aftercare.handbook.model import CalendarEntry, Procedure
from aftercare.people.access import visible
from aftercare.people.actor import Actor, Everywhere
from aftercare.people.models import ClosingDay, Leave
from aftercare.schedule.lanes import Lane, listed
from aftercare.schedule.models import Entry, Feed
from aftercare.texts import Text

MOST = 2000  # jobs on one page
DAYS = 62  # days of one page at most
NAMED = 3  # birthdays named on a day; more are counted


@dataclass(frozen=True, slots=True)
class Asked:
    """Which jobs: of a store, lane, role, person, kind ("procedure.entry"); empty = all. Both days included."""

    first: date
    last: date
    store: int | None = None
    lane: str | None = None
    role: str = ""
    person: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What falls on a day besides jobs. `kind`: festival, closed, away, birthday."""

    kind: str
    first: date
    last: date
    text: Text


def jobs(actor: Actor, asked: Asked) -> list[Entry]:
    """The jobs the actor may see, by day and hour. One statement."""
    rows = visible(Entry.objects.filter(day__range=(asked.first, asked.last)), actor, "cases.see")
    if asked.store is not None:
        rows = rows.filter(store_id=asked.store)
    if asked.lane is not None:
        rows = rows.filter(lane=asked.lane)
    if asked.role:
        rows = rows.filter(roles__contains=[asked.role])
    if asked.person is not None:
        rows = rows.filter(people__contains=[asked.person])
    if asked.kind:
        procedure, _, entry = asked.kind.partition(".")
        rows = rows.filter(procedure=procedure, entry=entry or "entry")
    return list(rows.order_by("day", "starts", "title_zh", "pk")[:MOST])


def kinds() -> dict[str, Text]:
    """ "procedure.entry" -> what people call it, of the handbooks in force."""
    return {f"{procedure.id}.{entry.id}": entry.name for procedure, entry, _ in _entries()}


def movable_kinds() -> frozenset[str]:
    return frozenset(f"{procedure.id}.{entry.id}" for procedure, entry, _ in _entries() if entry.move)


def laned_kinds() -> frozenset[str]:
    """Kinds that are planned by lanes: without one they are not planned yet."""
    return frozenset(f"{procedure.id}.{entry.id}" for procedure, entry, _ in _entries() if entry.lane)


def _entries() -> Iterator[tuple[Procedure, CalendarEntry, str]]:
    for version in live_handbooks(epoch()):
        for procedure in handbook_of(version).procedures.values():
            for entry in procedure.calendar:
                yield procedure, entry, version


def lanes(stores: Sequence[int]) -> dict[str, list[Lane]]:
    """kind -> the lanes the figures of these stores list, each once."""
    found: dict[str, list[Lane]] = {}
    at = epoch()
    for procedure, entry, version in _entries():
        own = found.setdefault(f"{procedure.id}.{entry.id}", [])
        for store in stores:
            env = {"settings": settings_of(version, store, at)}
            own += [lane for lane in listed(entry, env) if lane.id not in {one.id for one in own}]
    return found


def definition_of(row: Entry) -> tuple[Procedure, CalendarEntry | None]:
    """The procedure of a job, in the version its case runs by, and its entry."""
    version = Case.objects.values_list("version", flat=True).get(pk=row.case_id)
    procedure = handbook_of(version).procedures[row.procedure]
    return procedure, next((one for one in procedure.calendar if one.id == row.entry), None)


def notes(actor: Actor, first: date, last: date, store: int | None = None) -> list[Note]:
    """Festivals, closing days, absences and birthdays of a span of days. Three statements."""
    found = [*_festivals(first, last), *_closed(actor, first, last, store), *_away(actor, first, last, store)]
    return sorted([*found, *_birthdays(actor, first, last, store)], key=lambda one: (one.first, one.kind))


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(min((last - first).days, DAYS) + 1)]


def _festivals(first: date, last: date) -> Iterator[Note]:
    for day in days(first, last):
        found = provider().day(day)
        if found is not None and not found.works:
            yield Note("festival", day, day, found.name)


def _closed(actor: Actor, first: date, last: date, store: int | None) -> Iterator[Note]:
    rows = (
        ClosingDay.objects.filter(_here(actor, "store_id", store), day__range=(first, last))
        .order_by("day")
        .select_related("store")
    )
    for row in rows:
        where = Text.from_json(row.store.name) if row.store else Text("全公司", "All stores")
        text = Text(f"{where.zh}休业：{row.reason}", f"{where.en} closed: {row.reason}")
        yield Note("closed", row.day, row.day, text)


def _here(actor: Actor, field: str, store: int | None) -> Q:
    """Rows of the store, or of all the actor sees, and those of the whole company."""
    stores = actor.stores_for("cases.see")
    if store is None and isinstance(stores, Everywhere):
        return Q()
    wanted = [store] if store is not None else sorted(stores)  # type: ignore[arg-type]
    return Q(**{f"{field}__in": wanted}) | Q(**{f"{field}__isnull": True})


def _away(actor: Actor, first: date, last: date, store: int | None) -> Iterator[Note]:
    """Who is not there: colleagues of the stores the actor sees, without a reason."""
    rows = Leave.objects.filter(starts__lte=last, ends__gte=first)
    here = _here(actor, "person__memberships__store_id", store)
    rows = rows.filter(here).distinct().select_related("person", "deputy")
    for row in rows.order_by("starts", "pk"):
        zh, en = f"{row.person.full_name}不在", f"{row.person.full_name} away"
        if row.deputy:
            zh, en = f"{zh}，{row.deputy.full_name}代理", f"{en}, {row.deputy.full_name} deputises"
        yield Note("away", max(row.starts, first), min(row.ends, last), Text(zh, en))


_BIRTHDAYS = """
select right(c.birthday, 5), c.birthday_lunar, count(*), (array_agg(c.full_name order by c.id))[1:%(named)s]
from customers_customer c
where c.birthday <> '' and c.erased_at is null and c.merged_into_id is null
  and ((not c.birthday_lunar and right(c.birthday, 5) = any(%(solar)s))
       or (c.birthday_lunar and right(c.birthday, 5) = any(%(lunar)s)))
  and (%(everywhere)s or c.store_id = any(%(stores)s)) and (%(store)s::bigint is null or c.store_id = %(store)s)
group by 1, 2
"""


def _birthdays(actor: Actor, first: date, last: date, store: int | None) -> Iterator[Note]:
    """How many customers have their birthday on a day, and the first of them by name, to whoever sees customers."""
    if not actor.may_somewhere("customers.see"):
        return
    solar, lunar = _solar(first, last), _lunar(first, last)
    seen = actor.stores_for("customers.see")
    everywhere = isinstance(seen, Everywhere)
    values: dict[str, Any] = {
        "named": NAMED, "solar": list(solar), "lunar": list(lunar), "everywhere": everywhere,
        "stores": [] if isinstance(seen, Everywhere) else sorted(seen), "store": store,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BIRTHDAYS, values)
        rows = cursor.fetchall()
    counted: dict[date, tuple[int, list[str]]] = {}
    for written, is_lunar, n, names in rows:
        for day in (lunar if is_lunar else solar)[written]:
            before, known = counted.get(day, (0, []))
            counted[day] = (before + n, [*known, *names][:NAMED])
    for day, (n, names) in counted.items():
        zh, en = "、".join(names), ", ".join(names)
        more = Text(f"等 {n} 位", f" and {n - len(names)} more") if n > len(names) else Text("", "")
        yield Note("birthday", day, day, Text(f"生日：{zh}{more.zh}", f"Birthday: {en}{more.en}"))


def _solar(first: date, last: date) -> Mapping[str, list[date]]:
    """Written day of the year -> its days here. Who was born on 29 February has it on the 28th of other years."""
    found: dict[str, list[date]] = {}
    for day in days(first, last):
        found.setdefault(f"{day:%m-%d}", []).append(day)
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).day == 1:
            found.setdefault("02-29", []).append(day)
    return found


def _lunar(first: date, last: date) -> Mapping[str, list[date]]:
    from lunar_python import Solar

    found: dict[str, list[date]] = {}
    for day in days(first, last):
        lunar: Any = Solar.fromYmd(day.year, day.month, day.day).getLunar()
        if lunar.getMonth() > 0:  # the birthday is kept in the month itself, not in its leap month
            found.setdefault(f"{lunar.getMonth():02}-{lunar.getDay():02}", []).append(day)
            tomorrow: Any = lunar.next(1)
            if lunar.getDay() == 29 and tomorrow.getDay() == 1:
                found.setdefault(f"{lunar.getMonth():02}-30", []).append(day)
    return found


def feed_of(person: int) -> Feed | None:
    """The address a person has now."""
    return Feed.objects.filter(person_id=person, revoked_at=None).first()


def feed_by_hash(hashed: str) -> Feed | None:
    return Feed.objects.filter(sha256=hashed, revoked_at=None).first()

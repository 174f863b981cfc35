"""A simulated year put into the database: stores worked out side by side, their rows written by COPY."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, connections, transaction

from aftercare.cases.calendars import calendar_of
from aftercare.cases.models import Case as CaseRow
from aftercare.cases.models import DailyRoot, HandbookVersion
from aftercare.cases.numbers import SERIES
from aftercare.customers import bulk
from aftercare.customers.actions import NewAddress, NewCustomer, NewPhone, create_customers
from aftercare.documents.files import accept
from aftercare.documents.models import NumberSeries, Template
from aftercare.people.actions import leaver
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Membership, Person
from aftercare.people.models import Store as StoreRow
from aftercare.people.queries import house_of
from aftercare.schedule.models import Entry
from aftercare.schedule.placing import placed_in
from aftercare.simulation import notices, orders, papers, rows, talked
from aftercare.simulation.copying import Array
from aftercare.simulation.figures import Figures, total
from aftercare.simulation.pictures import scribble
from aftercare.simulation.plan import Plan
from aftercare.simulation.staff import hire
from aftercare.simulation.virtual import Case, Numbers, Store
from aftercare.simulation.year import sales

Json = Any
Progress = Callable[[float], None]
ZONE = ZoneInfo("Asia/Shanghai")
COUNTED = ("cases_case", "orders_order", "money_entry", "documents_document")  # ids are given here
UNREAD = timedelta(days=3)
ENTRY = tuple(str(one.column) for one in Entry._meta.concrete_fields if not one.primary_key)
COLUMNS = {Entry._meta.db_table: ENTRY, **rows.COLUMNS, **papers.COLUMNS, **notices.COLUMNS, **orders.COLUMNS}


FILED = "update customers_customer set filed_on = %s, file_number = 'DA' || lpad(id::text, 6, '0') where id = %s"


@dataclass(frozen=True, slots=True)
class Company:
    """What the year of a company begins with: ids of its stores, its people, its customers."""

    plan: Plan
    stores: tuple[int, ...]
    staff: Mapping[int, Mapping[str, list[tuple[int, str]]]]  # store -> role -> (id, name)
    customers: tuple[tuple[int, ...], ...]  # per store, in the order of its buyers
    first: Mapping[str, int]  # table -> first free id
    templates: Mapping[str, str]
    pictures: tuple[int, ...] = ()  # per store, the file that stands for every signature


def fill(plan: Plan, progress: Progress = lambda share: None) -> Figures:
    """Simulate the plan on the company that is set up, and write everything. Its stores must be those of the plan."""
    company = company_of(plan)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    pipes, children = [], []
    for n in range(plan.stores):
        ours, theirs = context.Pipe()
        child = context.Process(target=_child, args=(company, n, theirs), daemon=True)
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    done = _lead(company, pipes, progress)
    for child in children:
        child.join()
        if child.exitcode:
            raise RuntimeError(f"a store could not be simulated ({child.exitcode})")
    return done


# --- before


def company_of(plan: Plan) -> Company:
    """The company that is set up, with the plan's customers in it."""
    stores = tuple(StoreRow.objects.order_by("pk").values_list("pk", flat=True)[: plan.stores])
    begin = datetime.combine(plan.begin, time(8), ZONE)
    customers = tuple(_customers(plan, n, store, begin) for n, store in enumerate(stores))
    version = HandbookVersion.objects.get(hash=plan.handbook.hash)
    templates = {name.rpartition("/")[2]: text for name, text in version.files.items() if name.endswith(".typ")}
    pictures = tuple(accept(scribble(), "signature.png", SYSTEM, begin, store).pk for store in stores)
    return Company(plan, stores, {one: _staff(one) for one in stores}, customers, _first_ids(), templates, pictures)


def _customers(plan: Plan, n: int, store: int, begin: datetime) -> tuple[int, ...]:
    buyers, _ = sales(plan, n)
    news = [
        NewCustomer(
            one.name, store=store, birthday=one.birthday.isoformat(), phones=(NewPhone(one.phone),),
            addresses=(NewAddress(one.address),),
        )
        for one in buyers
    ]  # fmt: skip
    return tuple(one.id for one in create_customers(news, SYSTEM, begin))


def _staff(store: int) -> dict[str, list[tuple[int, str]]]:
    """Who works in a store; those of the whole company where a role has nobody of its own."""
    found: dict[str, list[tuple[int, str]]] = {}
    names = ("role", "store_id", "person_id", "person__full_name")
    held = list(Membership.objects.filter(ends=None).order_by("id").values_list(*names))
    for role, where, person, name in held:
        if where == store:
            found.setdefault(role, []).append((person, name))
    own = frozenset(found)
    for role, where, person, name in held:
        if where is None and role not in own:
            found.setdefault(role, []).append((person, name))
    return found


def _first_ids() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in COUNTED:
            cursor.execute(f'select coalesce(max(id), 0) + 1 from "{table}"')
            found[table] = int(cursor.fetchone()[0])
    return found


# --- one store, in a process of its own


def _child(company: Company, n: int, pipe: Any) -> None:
    work(company, n, pipe)
    connections.close_all()


def work(company: Company, n: int, pipe: Any) -> None:
    """Simulate store number `n` and write it. `pipe`: sends ("share", part), ("wanted", ...) and ("done", figures,
    leavers); receives the serials of the papers in between."""
    plan, store = company.plan, company.stores[n]
    known = company.staff[store]
    begin = datetime.combine(plan.begin, time(), ZONE).astimezone(UTC)
    staff = hire(plan, store, begin, known)
    house, names = house_of(store), dict(Person.objects.values_list("pk", "full_name"))
    first = {table: company.first[table] + n for table in COUNTED}
    sink = rows.Rows(plan.seed, n)
    sink.tables.columns = COLUMNS
    sink.tables.lines = {name: [] for name in COLUMNS}
    kept = papers.Papers(plan.handbook, house, names, company.templates, first["documents_document"], plan.stores)
    unread = begin + timedelta(days=plan.days) - UNREAD
    talks = talked.Talked()
    sink.followers = (kept, notices.Notices(staff, house, sink.tables, unread), talks)
    first_calendar = next(iter(plan.handbook.calendars.values()), None)
    calendar = calendar_of(store, first_calendar)
    _, sold = sales(plan, n)
    numbers = Numbers(first["cases_case"], first["orders_order"], first["money_entry"], 0, plan.stores)
    shop = Store(plan, store, staff, sold, calendar, sink, numbers, n, company.customers[n])
    shop.picture = company.pictures[n]
    shop.run(lambda share: pipe.send(("share", share)))
    sink.counting.figures.commands = shop.commands
    issued: dict[int, datetime] = {}
    for paper in kept.papers:
        subject = paper.case.subject or {}
        if subject.get("kind") == "order":
            issued.setdefault(int(subject["id"]), paper.at)
    end = begin + timedelta(days=plan.days)
    for case in shop.cases.values():
        _place(sink, shop, case, end)
    orders.write(sink.told_of, issued, names, sink.tables)
    for what, facts, at in sink.told_of:
        if what == "started":
            own = (plan.handbook.id, facts["procedure"], "day", facts["store"], facts["period"], facts["case"], at)
            sink.tables.add("cases_started", *own)
    sink.finish()
    bundles = {one.hash: (one.name, dict(one.files)) for one in kept.bundles.values()}
    heads = {day: list(found.items()) for day, found in sink.heads.items()}
    pipe.send(("wanted", kept.wanted(), bundles, shop.of_day, heads))
    kept.rows(pipe.recv(), sink.tables)
    _write(sink, talks)
    pipe.send(("done", sink.counting.figures, [facts for what, facts, _ in sink.told_of if what == "left"]))


def _place(sink: rows.Rows, shop: Store, case: Case, now: datetime) -> None:
    """Where a case stands on the calendar."""
    world = shop.world_of(case)
    if not world.procedure.calendar:
        return
    stored = CaseRow(
        id=case.id, number=case.number, handbook=world.handbook.id, procedure=case.procedure, store_id=shop.store,
        customer_id=case.customer, state=case.state,
    )  # fmt: skip
    for row in placed_in(stored, world, now):
        told = {"case_id": case.id, **row}
        values = [told[name] for name in ENTRY]
        sink.tables.add(
            Entry._meta.db_table, *[Array(map(str, one)) if isinstance(one, list) else one for one in values]
        )


def _write(sink: rows.Rows, talks: talked.Talked) -> None:
    """One transaction: a store is there with its whole year, or not at all."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
        cursor.execute("set local gin_pending_list_limit = '64MB'")
        sink.tables.write(cursor)
        filed = [(at.astimezone(ZONE).date(), facts["customer"]) for what, facts, at in sink.told_of if what == "filed"]
        cursor.executemany(FILED, filed)
        bulk.number(sink.finding_rows)
        bulk.write(sink.finding_rows)
        talks.write()


# --- the whole company


def _lead(company: Company, pipes: list[Any], progress: Progress) -> Figures:
    """Hear how far the stores are, number their papers together, and write what belongs to all of them."""
    shares, wanted = [0.0] * len(pipes), [None] * len(pipes)  # type: list[float], list[Any]
    while not all(wanted):
        for n, pipe in enumerate(pipes):
            if wanted[n] is None and pipe.poll(0.1):
                kind, *told = pipe.recv()
                if kind == "share":
                    shares[n] = told[0]
                    progress(0.75 * sum(shares) / len(shares))
                else:
                    wanted[n] = told
    serials, last = papers.numbered([one[0] for one in wanted])
    common(company, wanted, last)
    for pipe, own in zip(pipes, serials, strict=True):
        pipe.send(own)
    ended = [pipe.recv()[1:] for pipe in pipes]
    progress(0.95)
    _sequences()
    # Earlier days are sealed.
    end = datetime.combine(company.plan.begin + timedelta(days=company.plan.days), time(), ZONE)
    for _, left in ended:
        for facts in left:
            day = date.fromisoformat(facts["day"])
            leaver(facts["person"], day, SYSTEM, end)
    return total(figures for figures, _ in ended)


def common(company: Company, wanted: list[Any], last: Mapping[tuple[str, int, str], int]) -> None:
    """Templates, counters, the roots of the days."""
    with transaction.atomic():
        for _, bundles, _, _ in wanted:
            for hash_, (name, files) in bundles.items():
                Template.objects.get_or_create(hash=hash_, defaults={"name": name, "source": files})
        NumberSeries.objects.bulk_create(
            NumberSeries(series=series, store_id=store, period=period, last=n)
            for (series, store, period), n in sorted(last.items())
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into cases_number (series, store_id, period, last) values (%s, %s, %s, %s)",
                [
                    (SERIES, company.stores[n], period, count)
                    for n, one in enumerate(wanted)
                    for period, count in sorted(one[2].items())
                ],
            )
        end = company.plan.begin + timedelta(days=company.plan.days)
        _roots([one[3] for one in wanted], end)


def _roots(heads: list[Mapping[str, list[tuple[int, bytes]]]], end: date) -> None:
    """As `cases.roots` would have sealed every day that is over."""
    if DailyRoot.objects.exists():
        return
    known = sorted(day for one in heads for day in one)
    day = date.fromisoformat(known[0]) if known else end
    made = []
    while day < end:
        hashed, cases = hashlib.sha256(), 0
        for case, head in sorted(pair for one in heads for pair in one.get(day.isoformat(), ())):
            hashed.update(case.to_bytes(8, "big") + head)
            cases += 1
        made.append(DailyRoot(day=day, cases=cases, root=hashed.digest()))
        day += timedelta(days=1)
    DailyRoot.objects.bulk_create(made)


def _sequences() -> None:
    """What is opened from now on is numbered behind what was loaded."""
    with connection.cursor() as cursor:
        for table in COUNTED:
            last = f'(select coalesce(max(id), 1) from "{table}")'
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), {last})")

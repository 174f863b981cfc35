"""What is measured in this process: decisions, opening, advancing, the clock, the bulk entry, a paper."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftercare.cases.actions import Done, Opening, act, open_case
from aftercare.engine import Command
from aftercare.people.actor import Actor
from bench import limit, shop
from bench.report import Report
from bench.rounds import side_by_side
from bench.shop import CONTRACT, Shop
from bench.stage import ROOT, dsn


@dataclass
class Bench:
    """What all measurements share."""

    shop: Shop
    report: Report
    rounds: int
    seconds: float
    orders: Iterator[tuple[int, int]]  # (order, customer), each once

    @property
    def seller(self) -> Actor:
        self.shop.room.people["sales"] = self.shop.sellers[0]
        return self.shop.room.actor("sales", self.shop.now)

    @property
    def most(self) -> int:
        """How many cases one contender may open and advance in all."""
        return 300 * self.rounds


def contract() -> dict[str, Any]:
    return {"task": "contract", "values": dict(CONTRACT)}


def opening(bench: Bench, order: int, customer: int) -> Opening:
    return Opening("showroom", "order_promise", bench.shop.room.store, {"kind": "order", "id": order}, customer)


def opened(bench: Bench) -> Done:
    return open_case(bench.seller, bench.shop.now, opening(bench, *next(bench.orders)))


def recorded(bench: Bench) -> limit.Written:
    """The rows that the two measured commands write, read from a case of their own."""
    with limit.connect(dsn()) as db:
        limit.prepare(db)
        case = opened(bench).case
        before = limit.rows_of(db, case)
        act(bench.seller, bench.shop.now, case, Command("complete", contract()))
        return limit.written(before, limit.rows_of(db, case))


def orders(shop_: Shop, customers: list[int]) -> Iterator[tuple[int, int]]:
    """Fresh orders, made as they are asked for; measured jobs take theirs beforehand."""
    chance = random.Random(5)
    while True:
        customer = chance.choice(customers)
        yield shop_.room.order(customer, shop_.now), customer


# --- measurements


def decisions(bench: Bench) -> None:
    """Pure: open, keep a draft, complete."""
    from aftercare.cases.world import epoch, live_version, world_for
    from aftercare.engine import Accepted, Who, decide

    now, store = bench.shop.now, bench.shop.room.store
    order, customer = next(bench.orders)
    at_epoch = epoch()
    version = live_version("showroom", at_epoch)
    world = world_for(version, "order_promise", store, {"kind": "order", "id": order}, customer, now, at_epoch)
    who = Who(bench.seller.person, "陈晓梅", bench.seller.roles_in(store))
    start = {
        "store": {"kind": "store", "id": store},
        "subject": {"kind": "order", "id": order},
        "customer": None,
        "number": "1",
    }

    def through(_: int) -> None:
        state = None
        for command in (Command("open", dict(start)), Command("save", contract()), Command("complete", contract())):
            decision = decide(world, state, command, who, now)
            assert isinstance(decision, Accepted), decision
            state = decision.state

    found = side_by_side({"decide": through}, bench.rounds, bench.seconds)["decide"]
    bench.report.rate("engine: decisions (open, save, complete)", found.per_second * 3)


def commands(bench: Bench, what: limit.Written) -> None:
    """Open and advance in this process, beside sequential SQL that writes the same rows."""
    seller, now = bench.seller, bench.shop.now
    stock = [next(bench.orders) for _ in range(bench.most)]
    ours: list[int] = []
    theirs: list[int] = []
    with limit.connect(dsn()) as db:
        hand = limit.Hand(db, what)
        steps = {
            "ours": lambda n: ours.append(open_case(seller, now, opening(bench, *stock[n])).case),
            "hand": lambda n: theirs.append(hand.open()),
        }
        found = side_by_side(steps, bench.rounds, bench.seconds, bench.most)
        bench.report.against("open a case, in process · sequential SQL", found["ours"], found["hand"], 1.3)
        steps = {
            "ours": lambda n: ours_advance(ours[n]),
            "hand": lambda n: hand.advance(theirs[n]),
        }

        def ours_advance(case: int) -> Any:
            return act(seller, now, case, Command("complete", contract()))

        least = min(len(ours), len(theirs))
        found = side_by_side(steps, bench.rounds, bench.seconds, least)
    job = "advance a case with its paper, in process · sequential SQL"
    bench.report.against(job, found["ours"], found["hand"], 1.0)


def clock(bench: Bench, n: int) -> None:
    """Deadlines that are due, fired by one and by two processes of the worker's kind."""
    later = bench.shop.now + timedelta(days=60)
    for workers in (1, 2):
        with ThreadPoolExecutor(workers) as pool:
            told = list(pool.map(_sweep, [later] * workers, [n // workers] * workers))
        rate = sum(fired for fired, _ in told) / max(seconds for _, seconds in told)
        goal = 500 if workers == 2 else None
        bench.report.rate(f"clock: due deadlines, {workers} worker{'s' if workers > 1 else ''}", rate, goal)


def _sweep(now: datetime, n: int) -> tuple[int, float]:
    """(how many it fired, seconds it worked): its start-up is not counted."""
    command = [sys.executable, "-m", "bench.sweep", now.isoformat(), str(n)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return int(told[-2]), float(told[-1])


def customers(bench: Bench, n: int = 10_000) -> None:
    """A list of customers as a workbook of text: read, judged, compared, written."""
    from aftercare.cases.registry import EFFECTS
    from aftercare.imports.actions import apply
    from aftercare.imports.planning import plan
    from aftercare.people.actor import SYSTEM

    assert EFFECTS
    chance, rates = random.Random("names that nobody has yet"), []
    for _ in range(bench.rounds):
        rows = [f"{shop.name(chance)},{shop.phone(chance)},{shop.address(chance)},城东店" for _ in range(n)]
        data = "\n".join(["姓名,电话,地址,门店", *rows]).encode()
        begun = time.perf_counter()
        planned = plan(data, "客户.csv", SYSTEM, bench.shop.now.date())
        done = apply(planned, SYSTEM, bench.shop.now)
        rates.append(done.customers / (time.perf_counter() - begun))
    bench.report.rate("import of customers: checked, pinyin, duplicates", sorted(rates)[len(rates) // 2], 10_000)


def paper(bench: Bench) -> None:
    """The contract as a PDF, all copies, the compositor warm."""
    from aftercare.documents.models import Document
    from aftercare.documents.press import Wanted, job_for
    from aftercare.documents.render import typeset

    row = Document.objects.select_related("template").filter(kind="sales_contract").order_by("-id")[0]
    copies = list(row.copies.order_by("n"))
    one, whole = (job_for(row, copies, Wanted(copy=n), None) for n in (1, 0))
    typeset(one)
    numbers = iter(range(10**9))

    def fresh(job: Any) -> None:
        """Another number each time, so that nothing can be remembered."""
        typeset(type(job)(**{**fields(job), "meta": {**job.meta, "number": f"{job.meta['number']}-{next(numbers)}"}}))

    def fields(job: Any) -> dict[str, Any]:
        return {name: getattr(job, name) for name in job.__dataclass_fields__}

    found = side_by_side({"one": lambda n: fresh(one), "all": lambda n: fresh(whole)}, bench.rounds, bench.seconds)
    bench.report.rate("paper: contract, one A4 copy as PDF", found["one"].per_second, 100)
    bench.report.rate("paper: contract, all three copies as PDF", found["all"].per_second)

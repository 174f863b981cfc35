"""What is measured over HTTP: the API as it ships beside a bare WSGI function on the same server program."""

from __future__ import annotations

import pickle
import random
import secrets
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from bench import limit
from bench.rounds import side_by_side
from bench.servers import Client, bare, memory, product
from bench.stage import dsn
from bench.work import Bench, contract


def everything(bench: Bench, what: limit.Written, folder: Path) -> None:
    held = folder / "limit.pickle"
    held.write_bytes(pickle.dumps((dsn(), what)))
    with product() as (port, process, seconds), bare(held) as (bare_port, _, _):
        ours, theirs = Client(port, _token(bench)), Client(bare_port)
        writing(bench, ours, theirs)
        reading(bench, ours, theirs)
        for client in (ours, theirs):
            client.connection.close()
        bench.report.most("memory of the web processes (PSS, 2 workers)", memory(process), 160, "MB")
    for _ in range(2):
        with product() as (_, _, again):
            seconds = min(seconds, again)
    bench.report.most("start to first page, database up", seconds, 1.5, "s")


def _token(bench: Bench) -> str:
    from aftercare.people.actions import create_token

    actor, now = bench.seller, bench.shop.now
    return create_token(actor.person, "bench", [], None, actor, now, secrets.token_bytes).raw


def writing(bench: Bench, ours: Client, theirs: Client) -> None:
    stock = [next(bench.orders) for _ in range(bench.most)]
    opened: list[int] = []
    by_hand: list[int] = []

    def open_one(n: int) -> None:
        order, customer = stock[n]
        body = {
            "handbook": "showroom", "procedure": "order_promise", "store": bench.shop.room.store, "customer": customer,
            "subject": {"kind": "order", "id": order},
        }  # fmt: skip
        opened.append(ours.post("/api/cases", body)["case"])

    def advance_one(n: int) -> None:
        ours.post(f"/api/cases/{opened[n]}/commands", {"verb": "complete", "data": contract()})

    steps = {"ours": open_one, "bare": lambda n: by_hand.append(theirs.post("/open", {})["case"])}
    found = side_by_side(steps, bench.rounds, bench.seconds, bench.most)
    bench.report.against("open a case, API · bare WSGI", found["ours"], found["bare"], 0.9)
    steps = {"ours": advance_one, "bare": lambda n: theirs.post("/advance", {"case": by_hand[n]})}
    found = side_by_side(steps, bench.rounds, bench.seconds, min(len(opened), len(by_hand)))
    bench.report.against("advance a case with its paper, API · bare WSGI", found["ours"], found["bare"], 0.9)


def reading(bench: Bench, ours: Client, theirs: Client) -> None:
    seller, cases = bench.seller.person, _cases(bench)
    names, tails, initials = _sought()
    pairs = {
        "queue of 50 by due date": (lambda n: "/api/tasks?limit=50", lambda n: f"/queue?person={seller}"),
        "case with its history": (
            lambda n: f"/api/cases/{cases[n % len(cases)]}", lambda n: f"/case?case={cases[n % len(cases)]}",
        ),
    }  # fmt: skip
    for what, words in (("two characters of a name", names), ("phone tail", tails), ("pinyin initials", initials)):
        pairs[f"search: {what}"] = (
            lambda n, w=words: f"/api/customers/search?q={quote(w[n % len(w)])}",
            lambda n, w=words: f"/search?q={quote(w[n % len(w)])}",
        )  # type: ignore[misc]
    for job, (mine, other) in pairs.items():
        steps = {"ours": lambda n, p=mine: ours.get(p(n)), "bare": lambda n, p=other: theirs.get(p(n))}
        found = side_by_side(steps, bench.rounds, bench.seconds)
        bench.report.against(f"{job}, API · bare WSGI", found["ours"], found["bare"], 0.8)


def _cases(bench: Bench) -> list[int]:
    """Running cases of all lengths."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from cases_case where store_id = %s and seq > 20 order by id limit 2000", [bench.shop.room.store]
        )
        found = [row[0] for row in cursor.fetchall()]
    random.Random(6).shuffle(found)
    return found


def _sought() -> tuple[list[str], list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.full_name, p.digits, c.initials from customers_customer c "
            "join customers_phone p on p.customer_id = c.id order by c.id desc limit 400"
        )
        rows = cursor.fetchall()
    return (
        [name[-2:] for name, _, _ in rows],
        [digits[-4:] for _, digits, _ in rows],
        [initials for _, _, initials in rows],
    )

"""What the reliability checks share: the API as a program calls it, many at once, and the doctor as the judge."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection
from django.test import Client

from aftercare import doctor
from aftercare.people.actions import create_token
from tests.showroom import NOW, Showroom

Json = Any
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What a client has fully received."""

    status: int
    body: Json
    replayed: bool = False

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Program:
    """A program with a token of one person."""

    token: str

    def call(self, method: str, path: str, body: Json = None, key: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or secrets.token_hex(8)}
        content = b"" if body is None else json.dumps(body).encode()
        client = Client(raise_request_exception=False)
        answer = client.generic(method, f"/api{path}", content, "application/json", headers=headers)
        said = json.loads(answer.content) if answer.content else None
        return Answer(answer.status_code, said, answer.headers.get("Idempotent-Replay") == "true")

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body: Json = None, key: str = "") -> Answer:
        return self.call("POST", path, body, key)

    def command(self, case: int, verb: str, /, key: str = "", **data: Json) -> Answer:
        return self.post(f"/cases/{case}/commands", {"verb": verb, "data": data}, key)


def program(shop: Showroom, role: str, now: datetime = NOW) -> Program:
    """A token of the person who holds the role in the first store."""
    return program_of(shop, shop.people[role], now)


def program_of(shop: Showroom, person: int, now: datetime = NOW) -> Program:
    from aftercare.people.queries import actor_for

    secret = create_token(person, "tests", (), None, actor_for(person, now), now, secrets.token_bytes)
    return Program(secret.raw)


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """All begin together, each with a connection of its own; what they gave, in order. What one raises is raised."""
    gate = Barrier(len(works))

    def one(work: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def ills(now: datetime = NOW) -> list[str]:
    """What the doctor finds; [] is well."""
    return [f"{one.check}: {one.text.en}" for _, found in doctor.examine(now) for one in found]


def counts(names: Iterable[str] | None = None) -> dict[str, int]:
    """Rows per table: what an operation adds is a difference of two of these."""
    from aftercare.config import dump

    each = [
        f"select '{name}', (select count(*) from {connection.ops.quote_name(name)})" for name in names or dump.tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(each))
        return dict(cursor.fetchall())


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def set_clock(folder: Path, moment: datetime) -> None:
    """The processes and the API read this instant from now on."""
    file = folder / "clock"
    fresh = folder / "clock.new"
    fresh.write_text(moment.isoformat())
    fresh.replace(file)
    os.environ["AFTERCARE_CLOCK_FILE"] = str(file)

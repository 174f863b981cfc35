"""The showroom as its people see it from outside: what the clause stories do and look at, and nothing else.

Every function here is one request to the API with the key of a person; stories never reach behind it.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from PIL import Image
from pypdf import PdfReader

from aftercare.cases.clock import run_due
from aftercare.documents import files
from aftercare.people.actions import create_token
from aftercare.people.models import Person
from tests.showroom import BY_PHONE, CONTRACT, NOW, Showroom

Json = Any
Row = dict[str, Json]
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = NOW.astimezone(ZONE).date()
NEEDS = [{"item": "三人位布艺沙发", "need": "拆洗布套"}, {"item": "实木餐椅", "need": "打蜡"}]
_keys = itertools.count(1)


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def end_of(day: date | str) -> str:
    """The midnight that ends a day: what a deadline of that day shows."""
    at = datetime.combine(date.fromisoformat(str(day)) + timedelta(days=1), datetime.min.time(), ZONE)
    return moment(at)


def moment(at: datetime) -> str:
    return at.astimezone(NOW.tzinfo).isoformat()


class Refusal(Exception):
    """What came back instead: faults {code, message: {zh, en}, field, row, clause, data}."""

    def __init__(self, faults: list[Row], status: int) -> None:
        super().__init__("; ".join(fault["message"]["zh"] for fault in faults))
        self.faults, self.status = faults, status


@dataclass
class House:
    """The API of one shop, asked by its people at the instant `now`."""

    shop: Showroom
    now: datetime = NOW
    client: Client = field(default_factory=Client)
    tokens: dict[str, str] = field(default_factory=dict)
    looker: str = "general_manager"  # who looks where it does not matter who

    def get(self, role: str, path: str, **query: Json) -> Json:
        response = self.client.get(f"/api{path}", query, headers=self._headers(role))
        assert response.status_code == 200, (path, response.content.decode())
        return response.json() if response.headers["Content-Type"] == "application/json" else response.content

    def send(self, role: str, method: str, path: str, body: Json) -> Json:
        """Raises Refusal for any answer but a good one."""
        headers = {**self._headers(role), "Idempotency-Key": f"story-{next(_keys)}"}
        made = self.client.generic(method, f"/api{path}", json.dumps(body), "application/json", headers=headers)
        told = made.json()
        if made.status_code >= 400:
            raise Refusal(told["errors"], made.status_code)
        return told

    def _headers(self, role: str) -> dict[str, str]:
        if role not in self.tokens:
            actor = self.shop.actor(role)
            self.tokens[role] = create_token(actor.person, "story", (), None, actor, NOW, secrets.token_bytes).raw
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def file(self, role: str, case: int) -> Row:
        """A picture kept with a case, as a reference for a field: a hand drawn on a screen, a photo."""
        drawn = io.BytesIO()
        Image.new("RGB", (60, 20), "white").save(drawn, "PNG")
        kept = files.accept(drawn.getvalue(), "sign.png", self.shop.actor(role), self.now, self.shop.store, case)
        return {"kind": "file", "id": kept.pk}

    def page(self, role: str, address: str, *, part: bool = False) -> str:
        """A page as this person sees it, in Chinese; `part`: what unfolds within a page."""
        answer = self._at_the_desk(role).get(address, headers={"HX-Request": "true"} if part else {})
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def press(self, role: str, address: str, **given: str) -> None:
        """A form of a page is sent."""
        answer = self._at_the_desk(role).post(address, given)
        assert answer.status_code < 400, (address, answer.status_code)

    def download(self, role: str, address: str) -> bytes:
        answer = self._at_the_desk(role).get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return b"".join(answer) if answer.streaming else answer.content

    def _at_the_desk(self, role: str) -> Client:
        """A browser with this person signed in, in Chinese."""
        client = Client()
        client.force_login(Person.objects.get(pk=self.shop.people[role]), "django.contrib.auth.backends.ModelBackend")
        client.cookies["aftercare_language"] = "zh-hans"
        return client

    def day_page(self, role: str) -> dict[str, str]:
        """My day as a page: group (overdue, today ...) -> its text."""
        parts = re.split(r'aria-labelledby="group-([a-z]+)"', self.page(role, "/day/"))
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    # --- the company

    def set_figure(self, role: str, name: str, value: Json) -> None:
        self.send(role, "PUT", f"/handbooks/showroom/settings/{name}", {"value": value})

    def mistakes_of(self, role: str) -> list[Row]:
        """What stands against a person's name: {clause, case}."""
        rows = self.get("general_manager", f"/people/{self.shop.people[role]}/findings")["items"]
        return [{"clause": row["clause"], "case": row["case_id"]} for row in rows]

    def figures(self, clause: str) -> dict[str, int]:
        """How a clause fared: {kept, broken, refused, observed}."""
        rows = self.get("general_manager", "/handbooks/showroom/clauses")["items"]
        found: dict[str, int] = next(row["figures"] for row in rows if row["id"] == clause)
        return found

    def promise(self) -> Promise:
        """A new order of the salesperson and its case."""
        customer = self.shop.customer()
        order = self.shop.order(customer, self.now)
        body = {
            "handbook": "showroom", "procedure": "order_promise", "store": self.shop.store, "customer": customer,
            "subject": {"kind": "order", "id": order},
        }  # fmt: skip
        return Promise(self, self.send("sales", "POST", "/cases", body)["case"], order, customer)


@dataclass
class Promise:
    """One order with its case, seen and worked on by people of the shop."""

    house: House
    case: int
    order: int
    customer: int

    @property
    def now(self) -> datetime:
        return self.house.now

    # --- doing

    def send(self, role: str, verb: str, **data: Json) -> None:
        """Ask for one command; raises Refusal."""
        self.house.send(role, "POST", f"/cases/{self.case}/commands", {"verb": verb, "data": data})

    def refused(self, role: str, verb: str, /, clause: str = "", says: str = "", **data: Json) -> list[Row]:
        """Ask for a command that must be refused for `clause`, in words that hold `says`; nothing changes."""
        before = self.seen()
        try:
            self.send(role, verb, **data)
        except Refusal as refusal:
            assert self.seen() == before
            mine = [one for one in refusal.faults if not clause or clause in one.get("clause", "").split(",")]
            assert mine, f"not for {clause}: {refusal.faults}"
            assert any(says in one["message"]["zh"] for one in mine), f"{says} is not in {refusal}"
            return mine
        raise AssertionError(f"{verb} {data.get('task', '')} was not refused for {clause}")

    def complete(self, role: str, task: str, outcome: str = "", values: Row | None = None, **more: Json) -> None:
        self.send(role, "complete", **done(task, outcome, values), **more)

    def not_complete(
        self, role: str, task: str, outcome: str = "", values: Row | None = None, **more: Json
    ) -> list[Row]:
        return self.refused(role, "complete", **done(task, outcome, values), **more)

    def sign(self, role: str, task: str, must: str = "confirm", **more: Json) -> None:
        self.send(role, "sign", task=task, who=role, must=must, **more)

    def by_phone(self, role: str, task: str) -> None:
        """The customer's word, entered by who talked to them."""
        self.send(role, "sign", task=task, who="customer", must="confirm", way="phone")

    def later(self, **span: float) -> None:
        """Time passes; the clock of the house fires what is due on the way."""
        self.house.now += timedelta(**span)
        run_due(self.now)

    def until(self, clock: str) -> None:
        """Time passes to this day and hour in Shanghai: "2026-12-16 09:00"."""
        self.later(seconds=(datetime.fromisoformat(clock).replace(tzinfo=ZONE) - self.now).total_seconds())

    # --- looking

    def seen(self, role: str = "") -> Row:
        """The case: {status, tasks, sheets, drafts, values, papers, flags}."""
        whole = self.house.get(role or self.house.looker, f"/cases/{self.case}")
        shown = {name: whole["state"][name] for name in ("status", "tasks", "sheets", "drafts", "values", "papers")}
        return {**shown, "flags": set(whole["case"]["flags"])}

    def task(self, key: str) -> Row:
        found: Row = self.seen()["tasks"].get(key, {})
        return found

    def flags(self) -> set[str]:
        found: set[str] = self.seen()["flags"]
        return found

    def history(self) -> list[Row]:
        """Events, oldest first: {kind, and what it says}."""
        rows = self.house.get(self.house.looker, f"/cases/{self.case}")["events"]
        return [{"kind": row["kind"], **row["data"], **(row["personal"] or {})} for row in reversed(rows)]

    def my_day(self, role: str) -> dict[str, Row]:
        """My day of one person: task -> {due, overdue, asked: it waits for their mark, state}."""
        day = self.house.get(role, "/day")
        return {
            one["key"]: {
                "due": moment(datetime.fromisoformat(one["due_at"])) if one["due_at"] else None,
                "overdue": part == "overdue", "asked": part == "waiting", "state": one["state"],
            }
            for part in ("waiting", "overdue", "today", "next")
            for one in day[part]
            if one["case"] == self.case
        }  # fmt: skip

    def receipts(self, role: str) -> set[str]:
        """Papers on their way to this person, who has to say that they arrived."""
        rows = self.house.get(role, "/day")["receipts"]
        return {f"{one['document']}/{one['copy']}" for one in rows if one["case"] == self.case}

    def stands_with(self, role: str, task: str, due: str | None) -> None:
        """The task is on the list of this person and of nobody else, with this due moment."""
        rows = self.my_day(role)
        assert task in rows and not rows[task]["asked"], f"{task} is not on the list of {role}: {sorted(rows)}"
        assert rows[task]["due"] == due, f"{task} is due {rows[task]['due']}, not {due}"
        for other in self.house.shop.people:
            also = None if other == role else self.my_day(other).get(task)
            assert also is None or also["asked"], f"{task} is on the list of {other} too"

    def papers(self, role: str = "general_manager") -> dict[str, Row]:
        """The newest valid paper of each kind: {id, number, title, copies: {n: {...}}, prints}."""
        rows = self.house.get(role, "/documents", case=self.case)["items"]
        valid = [row for row in reversed(rows) if row["voided_at"] is None]
        return {row["kind"]: {**row, "copies": {str(one["n"]): one for one in row["copies"]}} for row in valid}

    def print(self, role: str, kind: str) -> str:
        """The words on the printed paper, without spaces; that it was printed is kept."""
        paper = self.papers(role)[kind]["id"]
        self.house.send(role, "POST", f"/documents/{paper}/prints", {"copy_n": 0})
        pdf = PdfReader(io.BytesIO(self.house.get(role, f"/documents/{paper}/file")))
        return "".join("".join(page.extract_text() for page in pdf.pages).replace("\u200b", "").split())

    def outstanding(self, role: str) -> set[str]:
        """Copies that are not yet with the one they are for."""
        mine = {paper["id"]: kind for kind, paper in self.papers(role).items()}
        rows = self.house.get(role, "/documents/outstanding")["items"]
        return {f"{mine[one['document']]}/{one['n']}" for one in rows if one["document"] in mine}

    def bell(self, role: str) -> list[str]:
        rows = self.house.get(role, "/notices")["items"]
        return [one["text"]["zh"] for one in rows if one["case"] == self.case]

    def order_now(self) -> Row:
        found: Row = self.house.get("general_manager", f"/orders/{self.order}")
        return found

    # --- the usual way

    def issue(self, **changed: Json) -> None:
        self.complete("sales", "contract", "issued", {**CONTRACT, **changed})

    def agree(self, day: str) -> None:
        values = {"delivery_date": day}
        self.send("sales", "save", task="agree_date", values=values, marks=BY_PHONE)
        self.sign("service_manager", "agree_date")
        self.complete("sales", "agree_date", "agreed", values)

    def release(self, **prices: Json) -> None:
        self.complete("finance", "price_check", "checked", {"prices_agree": True, **prices})
        self.complete("sales", "release", "released", marks=BY_PHONE)
        self.complete("sales", "confirm_contents", "confirmed", marks=BY_PHONE)

    def fill_demand(self, needs: list[Row] | None = None) -> None:
        self.complete("sales", "demand_sheet", "filled", {"needs": needs or NEEDS})


def done(task: str, outcome: str, values: Row | None) -> Row:
    named = {"outcome": outcome} if outcome else {}
    return {"task": task, **named, **({} if values is None else {"values": values})}

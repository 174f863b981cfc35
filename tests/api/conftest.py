"""The showroom behind its API: programs with keys, one per person."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from aftercare.people.actions import create_token
from aftercare.people.queries import actor_for
from tests.api import shapes
from tests.showroom import NOW, Showroom, open_showroom

_keys = itertools.count(1)


@dataclass
class Answer:
    status: int
    json: Any
    headers: Any
    content: bytes = b""

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.json["errors"]]


@dataclass
class Program:
    """A program that speaks to the API with one key."""

    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **query: Any) -> Answer:
        return self._told("GET", path, self.client.get(f"/api{path}", query, headers=self._headers()))

    def send(self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str) -> Answer:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {**self._headers(), "Idempotency-Key": key or f"key-{next(_keys)}", **headers}
        made = self.client.generic(method, f"/api{path}", content, "application/json", headers=sent)
        return self._told(method, path, made)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.send("PATCH", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.send("DELETE", path, None, **more)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _told(self, method: str, path: str, response: Any) -> Answer:
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        answer = Answer(response.status_code, response.json() if is_json else None, response.headers, response.content)
        shapes.check(method, path, answer.status, answer.json)
        return answer


@pytest.fixture
def shop(db: None) -> Showroom:
    return open_showroom()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API reads the story's instant."""
    monkeypatch.setattr("aftercare.clock.now", lambda: NOW)


def token_of(person: int, scopes: tuple[str, ...] = (), now: datetime = NOW) -> str:
    return create_token(person, "test", scopes, None, actor_for(person, now), now, secrets.token_bytes).raw


@pytest.fixture
def program(shop: Showroom) -> Callable[..., Program]:
    """`program("sales")`, `program("sales", "cases.see")` with a limited key, `program(12)` for a person's id."""

    def made(who: str | int, *scopes: str) -> Program:
        return Program(token_of(shop.people[who] if isinstance(who, str) else who, scopes))

    return made

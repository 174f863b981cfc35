"""Plausible values: what the habits of a piece of work say, else something of the field's type. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.engine.judge import Judge
from aftercare.engine.types import moment
from aftercare.engine.values import empty
from aftercare.handbook.model import Field

Json = Any
TEXTS = ("已处理", "正常", "客户知悉", "按约定办理", "打蜡保养", "补漆一处", "更换五金件", "清洁除尘")
NAMES = ("王建国", "李秀英", "张伟", "刘洋")
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Hands:
    """Who fills in a form: by what chance, when, among which people, and with what was gathered for the case."""

    random: Random
    now: datetime
    people: Callable[[str], Sequence[int]] = lambda role: ()
    gathered: Sequence[int] = ()  # cases
    lane: str = ""
    worker: int = 0
    values: Mapping[str, Json] = field(default_factory=dict)
    picture: int = 1  # file that stands for every signature


def told(said: Json, one: Field, hands: Hands) -> Json:
    """What the habits say of a field: a value, [choices], or one of

    {share: 0.02, value: true, else: false} · {person: role} · {me: true} · {days: 3} · {now: true} · {lane: true}
    {people: role, count: 2} rows of persons · {gathered: column} rows of cases · {rows: {column: ...}} row by row
    """
    if isinstance(said, list):
        return hands.random.choice(said)
    if not isinstance(said, Mapping):
        return said
    if "share" in said:
        return told(said.get("value") if hands.random.random() < said["share"] else said.get("else"), one, hands)
    if "person" in said:
        known = hands.people(said["person"])
        return _person(hands.random.choice(known)) if known else None
    if "me" in said:
        return _person(hands.worker)
    if "days" in said:
        return (hands.now.astimezone(ZONE) + timedelta(days=said["days"])).date().isoformat()
    if "now" in said:
        return moment(hands.now)
    if "lane" in said:
        return hands.lane
    if "people" in said:
        known = list(hands.people(said["people"]))
        chosen = hands.random.sample(known, min(int(said.get("count", 1)), len(known)))
        return [{one.columns[0].id: _person(person)} for person in chosen]
    if "gathered" in said:
        return [{said["gathered"]: {"kind": "case", "id": case}} for case in hands.gathered]
    return None


def _person(person: int) -> dict[str, Json]:
    return {"kind": "person", "id": person}


def lines(one: Field, rows: Json, said: Mapping[str, Json], hands: Hands) -> list[dict[str, Json]]:
    """Known rows completed column by column, or a few new ones. `said`: column -> what the habits say."""
    given = rows if isinstance(rows, list) and rows else None
    if given is None:
        given = [] if one.source is not None else [{} for _ in range(max(one.at_least, hands.random.randint(1, 3)))]
    return [row(one, dict(each), said, hands) for each in given]


def row(one: Field, values: dict[str, Json], said: Mapping[str, Json], hands: Hands) -> dict[str, Json]:
    for column in one.columns:
        if column.locked or column.compute is not None:
            continue
        if column.id in said:
            values[column.id] = told(said[column.id], column, hands)
        elif empty(values.get(column.id)):
            asked = column.required is True or column.type == "check"
            values[column.id] = invented(column, hands) if asked and not column.must_equal else None
    return {name: value for name, value in values.items() if value is not None}


def of_the_order(judge: Judge, one: Field) -> Json:
    """A field that is called like something the order knows is filled in from there."""
    known = judge.world.subject.get(one.id)
    return known if one.type in ("date", "money", "text", "number") and isinstance(known, str | int) else None


def invented(one: Field, hands: Hands) -> Json:
    """A plausible value of the field's type; None for what only a person can give."""
    random, now = hands.random, hands.now
    low = one.minimum if isinstance(one.minimum, int | float) else 1
    high = one.maximum if isinstance(one.maximum, int | float) else low + 9
    makers: dict[str, Callable[[], Json]] = {
        "text": lambda: random.choice(TEXTS),
        "long_text": lambda: random.choice(TEXTS),
        "name": lambda: random.choice(NAMES),
        "phone": lambda: f"138{random.randrange(10**8):08d}",
        "email": lambda: f"someone{random.randrange(1000)}@example.com",
        "money": lambda: random.randrange(1, 500) * 1000,
        "number": lambda: random.randint(int(low), int(high)),
        "score": lambda: random.choices((5, 4, 3, 2, 1), (60, 25, 9, 4, 2))[0] if high == 5 else int(high),
        "date": lambda: (now + timedelta(days=random.randint(3, 60))).date().isoformat(),
        "time": lambda: f"{random.randint(9, 17):02d}:{random.choice((0, 15, 30, 45)):02d}",
        "moment": lambda: moment(now - timedelta(minutes=random.randint(0, 90))),
        "check": lambda: True,
        "choice": lambda: random.choice(one.options).id if one.options else None,
        "choices": lambda: [random.choice(one.options).id] if one.options else [],
        "place": lambda: {"text": f"深圳市南山区科苑路{random.randint(1, 99)}号3栋{random.randint(101, 2201)}"},
        "product": lambda: f"SF-{random.randint(100, 199)}",
        "person": lambda: _person(hands.worker) if hands.worker else None,
        "signature": lambda: {"kind": "file", "id": hands.picture},
    }
    return makers[one.type]() if one.type in makers else None

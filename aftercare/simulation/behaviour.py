"""How an invented person does a task: fills any form, picks an outcome, notes who has agreed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aftercare.engine import Command, State, World
from aftercare.engine.judge import Judge
from aftercare.engine.known import known_values
from aftercare.engine.parties import CUSTOMER
from aftercare.engine.types import Who, moment
from aftercare.engine.values import empty
from aftercare.handbook.model import Field, Outcome, Task

Json = Any
WAYS = ("phone", "wechat", "visit")


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares between 0 and 1 of how often people slip."""

    forgets: float = 0.03  # a required field stays empty, a party is not asked
    declines: float = 0.08  # an outcome that is not the good one
    writes: float = 0.4  # fills in what need not be


def complete(world: World, state: State, key: str, random: Random, now: datetime, habits: Habits = Habits()) -> Command:
    """The command by which somebody finishes the task `key` at `now`."""
    task = world.procedure.tasks[state["tasks"][key]["task"]]
    outcome = choose(task, random, habits)
    data: dict[str, Json] = {"task": key, "outcome": outcome.id, "marks": marks(task, outcome, random, habits)}
    if task.form:
        data["values"] = sheet(world, state, key, random, now, habits)
    return Command("complete", data)


def choose(task: Task, random: Random, habits: Habits) -> Outcome:
    """The good outcome mostly; another now and then."""
    outcomes = list(task.outcomes.values())
    good = [one for one in outcomes if one.tone == "good"] or outcomes[:1]
    others = [one for one in outcomes if one not in good]
    return random.choice(others if others and random.random() < habits.declines else good)


def marks(task: Task, outcome: Outcome, random: Random, habits: Habits) -> list[dict[str, Json]]:
    """What the customer said, as the person at work notes it."""
    found: list[dict[str, Json]] = []
    for party in (*task.parties, *outcome.parties):
        if CUSTOMER in party.who and random.random() >= habits.forgets:
            found += [{"who": CUSTOMER, "must": must, "way": random.choice(WAYS)} for must in sorted(party.must)]
    return found


def sheet(world: World, state: State, key: str, random: Random, now: datetime, habits: Habits) -> dict[str, Json]:
    """The form filled in: what is known, and something plausible for the rest."""
    task = world.procedure.tasks[state["tasks"][key]["task"]]
    values = known_values(world, state, key, now)
    judge = Judge(state, world, Who(0, "", system=True), now, now)
    for one in world.handbook.forms[task.form].fields:
        if not judge.holds(one.shown, values) or one.locked or one.compute is not None:
            values.pop(one.id, None)
        elif one.type == "lines":
            values[one.id] = _lines(one, values.get(one.id), random, now)
        elif empty(values.get(one.id)) and _wanted(judge, one, values, random, habits):
            values[one.id] = invented(one, random, now)
    return values


def _wanted(judge: Judge, one: Field, values: Mapping[str, Json], random: Random, habits: Habits) -> bool:
    """Is the field filled in? Ticks always; texts when asked for or at times; never when the person forgets."""
    if random.random() < habits.forgets:
        return False
    if one.type == "check" or one.required is True:
        return True
    if not isinstance(one.required, bool):
        return judge.ask(one.required, values) is True
    return one.type not in ("date", "place") and random.random() < habits.writes


def _lines(one: Field, rows: Json, random: Random, now: datetime) -> list[dict[str, Json]]:
    """Known rows completed column by column, or a few new ones."""
    given = rows if isinstance(rows, list) and rows else [{} for _ in range(max(one.at_least, random.randint(1, 3)))]
    return [_row(one, dict(row), random, now) for row in given]


def _row(one: Field, row: dict[str, Json], random: Random, now: datetime) -> dict[str, Json]:
    for column in one.columns:
        asked = column.required is True or column.type == "check"
        if empty(row.get(column.id)) and asked and not column.locked and column.compute is None:
            row[column.id] = invented(column, random, now)
    return row


TEXTS = ("已处理", "正常", "客户知悉", "按约定办理", "打蜡保养", "补漆一处", "更换五金件", "清洁除尘")


def invented(one: Field, random: Random, now: datetime) -> Json:
    """A plausible value of the field's type; None for what only a person can give."""
    low = one.minimum if isinstance(one.minimum, int | float) else 1
    high = one.maximum if isinstance(one.maximum, int | float) else low + 9
    makers: dict[str, Any] = {
        "text": lambda: random.choice(TEXTS),
        "long_text": lambda: random.choice(TEXTS),
        "name": lambda: random.choice(("王建国", "李秀英", "张伟", "刘洋")),
        "phone": lambda: f"138{random.randrange(10**8):08d}",
        "email": lambda: f"someone{random.randrange(1000)}@example.com",
        "money": lambda: random.randrange(1, 500) * 1000,
        "number": lambda: random.randint(int(low), int(high)),
        "score": lambda: random.randint(int(low), int(high)),
        "date": lambda: (now + timedelta(days=random.randint(3, 60))).date().isoformat(),
        "time": lambda: f"{random.randint(9, 17):02d}:{random.choice((0, 15, 30, 45)):02d}",
        "moment": lambda: moment(now - timedelta(minutes=random.randint(0, 90))),
        "check": lambda: True,
        "choice": lambda: random.choice(one.options).id if one.options else None,
        "choices": lambda: [random.choice(one.options).id] if one.options else [],
        "place": lambda: {"text": f"深圳市南山区科苑路{random.randint(1, 99)}号3栋{random.randint(101, 2201)}"},
        "product": lambda: f"SF-{random.randint(100, 199)}",
    }  # fmt: skip
    return makers[one.type]() if one.type in makers else None

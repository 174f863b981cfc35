"""How an invented person does a task: fills any form, picks an outcome, notes who has agreed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aftercare.engine import Command, State, World, checks
from aftercare.engine.judge import Judge
from aftercare.engine.known import fill
from aftercare.engine.parties import CUSTOMER
from aftercare.engine.types import Who, moment
from aftercare.engine.values import empty
from aftercare.handbook.model import Field, Outcome, Party, Task
from aftercare.simulation.plan import Habits, Work

Json = Any
WAYS = ("phone", "wechat", "visit")




def complete(
    world: World,
    state: State,
    key: str,
    random: Random,
    now: datetime,
    habits: Habits = Habits(),  # noqa: B008  # frozen
    work: Work = Work(),  # noqa: B008
) -> Command:
    """The command by which somebody finishes the task `key` at `now`."""
    held = state["tasks"][key]
    task = world.procedure.tasks[held["task"]]
    outcome = choose(task, random, habits, work)
    data: dict[str, Json] = {"task": key, "outcome": outcome.id, "marks": marks(task, outcome, random, habits)}
    if task.form or task.checks or task.checks_from is not None:
        judge = Judge(state, world, Who(0, "", system=True), now, now)
        with judge.within(task, held.get("element")):
            values = sheet(judge, key, task, random, now, habits, work) if task.form else {}
            answers = {one.id: _answer(random, habits) for one in checks.asked(judge, task, values)}
        data["values"] = {**values, **({"checks": answers} if answers else {})}
    return Command("complete", data)


def choose(task: Task, random: Random, habits: Habits, work: Work) -> Outcome:
    """The good outcome mostly; another now and then, or as often as the habits of this work say."""
    outcomes = list(task.outcomes.values())
    drawn = random.random()
    for name, share in work.outcomes.items():
        if name in task.outcomes and drawn < share:
            return task.outcomes[name]
        drawn -= share
    good = [one for one in outcomes if one.tone == "good"] or outcomes[:1]
    others = [one for one in outcomes if one not in good]
    declines = not work.outcomes and others and random.random() < habits.declines
    return random.choice(others if declines else good)


def _answer(random: Random, habits: Habits) -> str:
    return "missed" if random.random() < habits.misses else "kept"


def marks(task: Task, outcome: Outcome, random: Random, habits: Habits) -> list[dict[str, Json]]:
    """What the customer said, as the person at work notes it."""
    found: list[dict[str, Json]] = []
    for party in (*task.parties, *outcome.parties):
        if CUSTOMER in party.who and random.random() >= habits.forgets:
            found += [mark(party, CUSTOMER, must, random) for must in sorted(party.must)]
    return found


def mark(party: Party, who: str, must: str, random: Random) -> dict[str, Json]:
    told: dict[str, Json] = {"who": who, "must": must, "way": random.choice(party.ways or WAYS)}
    if party.record:
        told["record"] = {name: random.choice(TEXTS) for name in party.record}
    return told | ({"reason": random.choice(TEXTS)} if party.reason else {})


def sheet(
    judge: Judge, key: str, task: Task, random: Random, now: datetime, habits: Habits, work: Work
) -> dict[str, Json]:
    """The form filled in: what is known, what the habits of this work say, and something plausible for the rest."""
    form = judge.world.handbook.forms[task.form]
    draft = {name: value for name, value in judge.state["drafts"].get(key, {}).items() if name != "checks"}
    values = fill(judge, form, draft)
    for one in form.fields:
        if not judge.holds(one.shown, values) or one.locked or one.compute is not None:
            values.pop(one.id, None)
        elif one.id in work.values:
            values[one.id] = _told(work.values[one.id], random)
        elif one.type == "lines":
            values[one.id] = _lines(judge, one, values.get(one.id), random, now)
        elif empty(values.get(one.id)) and _wanted(judge, one, values, random, habits):
            values[one.id] = _of_the_order(judge, one) or invented(one, random, now)
    return {name: value for name, value in values.items() if value is not None}


def _told(value: Json, random: Random) -> Json:
    return random.choice(value) if isinstance(value, list) else value


def _of_the_order(judge: Judge, one: Field) -> Json:
    """A field that is called like something the order knows is filled in from there."""
    known = judge.world.subject.get(one.id)
    return known if one.type in ("date", "money", "text", "number") and isinstance(known, str | int) else None


def _wanted(judge: Judge, one: Field, values: Mapping[str, Json], random: Random, habits: Habits) -> bool:
    """Is the field filled in? Ticks always; texts when asked for or at times; never when the person forgets."""
    if random.random() < habits.forgets:
        return False
    if one.type == "check" or one.required is True:
        return True
    if not isinstance(one.required, bool) and judge.ask(one.required, values) is True:
        return True
    return one.type not in ("date", "place", "money") and random.random() < habits.writes


def _lines(judge: Judge, one: Field, rows: Json, random: Random, now: datetime) -> list[dict[str, Json]]:
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

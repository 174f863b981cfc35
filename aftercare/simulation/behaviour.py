"""How an invented person does a task: fills any form, picks an outcome, notes who has agreed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from aftercare.engine import Command, State, Who, World, checks
from aftercare.engine.judge import Judge
from aftercare.engine.known import fill
from aftercare.engine.parties import CUSTOMER
from aftercare.engine.rows import expected_rows
from aftercare.engine.values import empty
from aftercare.handbook.model import Field, Outcome, Party, Task
from aftercare.simulation.inventing import TEXTS, Hands, invented, lines, of_the_order, row, told
from aftercare.simulation.plan import Habits, Work

Json = Any
WAYS = ("phone", "wechat", "visit")
USUAL, PLAIN = Habits(), Work()


def complete(world: World, state: State, key: str, hands: Hands, habits: Habits = USUAL, work: Work = PLAIN) -> Command:
    """The command by which somebody finishes the task `key`."""
    held, random = state["tasks"][key], hands.random
    task = world.procedure.tasks[held["task"]]
    outcome = choose(task, random, habits, work)
    data: dict[str, Json] = {"task": key, "outcome": outcome.id, "marks": marks(task, outcome, random, habits)}
    if task.form or task.checks or task.checks_from is not None:
        judge = Judge(state, world, Who(0, "", system=True), hands.now, hands.now)
        with judge.within(task, held.get("element")):
            values = sheet(judge, key, task, hands, habits, work) if task.form else {}
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
    given: dict[str, Json] = {"who": who, "must": must, "way": random.choice(party.ways or WAYS)}
    if party.record:
        given["record"] = {name: random.choice(TEXTS) for name in party.record}
    return given | ({"reason": random.choice(TEXTS)} if party.reason else {})


def sheet(judge: Judge, key: str, task: Task, hands: Hands, habits: Habits, work: Work) -> dict[str, Json]:
    """The form filled in: what is known, what the habits of this work say, and something plausible for the rest."""
    form = judge.world.handbook.forms[task.form]
    draft = {name: value for name, value in judge.state["drafts"].get(key, {}).items() if name != "checks"}
    values = fill(judge, form, draft)
    for one in form.fields:
        said = work.values.get(one.id)
        if not judge.holds(one.shown, values) or one.locked or one.compute is not None:
            values.pop(one.id, None)
        elif one.type == "lines" and (said is None or (isinstance(said, Mapping) and "rows" in said)):
            values[one.id] = lines(one, values.get(one.id), (said or {}).get("rows", {}), hands)
        elif one.id in work.values:
            values[one.id] = told(said, one, hands)
        elif empty(values.get(one.id)) and _wanted(judge, one, values, hands.random, habits):
            values[one.id] = of_the_order(judge, one) or invented(one, hands)
    return {name: value for name, value in values.items() if value is not None}


def _wanted(judge: Judge, one: Field, values: Mapping[str, Json], random: Random, habits: Habits) -> bool:
    """Is the field filled in? Ticks always; texts when asked for or at times; never when the person forgets."""
    if random.random() < habits.forgets:
        return False
    if one.type == "check" or one.required is True:
        return True
    if not isinstance(one.required, bool) and judge.ask(one.required, values) is True:
        return True
    return one.type not in UNASKED and random.random() < habits.writes


def row_by_row(world: World, state: State, key: str, hands: Hands, work: Work) -> Command | None:
    """Every line of a list that is worked line by line; None when there is none left."""
    task = world.procedure.tasks[state["tasks"][key]["task"]]
    form = world.handbook.forms[task.form]
    field = form.field(task.rows.of) if task.rows else None
    if field is None:
        return None
    judge = Judge(state, world, Who(0, "", system=True), hands.now, hands.now)
    said = (work.values.get(field.id) or {}).get("rows", {})
    free = [one for one in field.columns if not one.locked and one.compute is None]
    made = {}
    for name in expected_rows(judge, key, task):
        values = row(field, {}, said, hands)
        for one in free:
            if one.id not in values and judge.holds(one.shown, {}, row=values) and one.required is True:
                values[one.id] = invented(one, hands)
        allowed = {one.id for one in free if judge.holds(one.shown, {}, row=values)}
        made[name] = {column: value for column, value in values.items() if column in allowed}
    return Command("save", {"task": key, "rows": {field.id: made}}) if made else None


UNASKED = frozenset({"date", "place", "money", "photo", "file", "phone", "check", "signature"})

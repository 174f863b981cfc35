"""Parties: who must attend, sign, mark, confirm or decide before an outcome counts, and what their consent covers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, Refuse, State
from aftercare.errors import Fault
from aftercare.handbook.model import Outcome, Party, Task
from aftercare.texts import Text

CUSTOMER = "customer"
IMPLIED = frozenset({"attend", "confirm"})  # who completes a task has thereby attended and confirmed
MUST = {
    "attend": Text("到场", "attend"),
    "sign": Text("签字", "sign"),
    "mark": Text("逐条标记", "mark"),
    "confirm": Text("确认", "confirm"),
    "decide": Text("批准", "decide"),
}


def parties_of(task: Task, outcome: Outcome | None) -> tuple[Party, ...]:
    return task.parties + (outcome.parties if outcome else ())


def digest(values: Mapping[str, Json]) -> str:
    """What a consent is bound to, without telling it."""
    return hashlib.sha256(
        json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def covered(party: Party, values: Mapping[str, Json]) -> str:
    return digest({name: values.get(name) for name in party.covers}) if party.covers else ""


def stands_for(judge: Judge, who: str) -> bool:
    """Is the acting person this party? A person of the case is that person or a colleague of the same role."""
    rule = judge.procedure.people.get(who)
    person = (judge.state["people"].get(who) or {}).get("id")
    if person == judge.who.person:
        return True
    role = rule.role if rule else who
    return role in judge.who.roles


def mark(judge: Judge, key: str, task: Task, data: Mapping[str, Json], values: Mapping[str, Json]) -> None:
    """Take the mark of one party on an open task. The customer's is entered by who has the task, or comes by link."""
    who, must = data["who"], data["must"]
    party = next(
        (p for o in (None, *task.outcomes.values()) for p in parties_of(task, o) if who in p.who and must in p.must),
        None,
    )
    if party is None:
        raise Refuse(
            "no_such_party",
            Fault("no_such_party", "这一步不需要此人确认", "This step asks nothing of that party", field="who"),
        )
    if who != CUSTOMER and not stands_for(judge, who):
        raise Refuse(
            "not_yours",
            Fault(
                "not_yours",
                f"应由{_name(judge, who).zh}本人{MUST[must].zh}",
                f"Only {_name(judge, who).en} can {MUST[must].en}",
            ),
        )
    _not_the_same(judge, key, party, who)
    if party.reason and not str(data.get("reason") or "").strip():
        raise Refuse(
            "reason", Fault("reason", "请写明理由", "Give the reason", field="reason", clause=",".join(party.clauses))
        )
    person = None if who == CUSTOMER else judge.who.person
    name = data.get("name")
    judge.emit(
        "mark",
        {"name": name} if name else None,
        key=key,
        who=who,
        must=must,
        person=person,
        way=data.get("way"),
        covers=covered(party, values),
        reason=data.get("reason"),
    )


def _not_the_same(judge: Judge, key: str, party: Party, who: str) -> None:
    for other in party.not_:
        if other == "case.opener":
            person = (judge.state.get("opener") or {}).get("id")
        elif other in judge.procedure.tasks:
            person = judge.state["tasks"].get(other, {}).get("actor")
        else:
            person = (judge.state["people"].get(other) or {}).get("id")
        if person is not None and person == judge.who.person:
            raise Refuse(
                "four_eyes",
                Fault(
                    "four_eyes",
                    "不能由本人批准自己的申请，请另一位有权的人办理",
                    "Not by the same person: somebody else with the right must do this",
                    clause=",".join(party.clauses),
                ),
            )


def lapse(judge: Judge, key: str, task: Task, values: Mapping[str, Json]) -> None:
    """Marks whose covered values have changed no longer stand."""
    for name, given in list(judge.state["tasks"][key].get("marks", {}).items()):
        who, must = name.split("|")
        for outcome in (None, *task.outcomes.values()):
            for party in parties_of(task, outcome):
                if (
                    who in party.who
                    and must in party.must
                    and party.covers
                    and given.get("covers") != covered(party, values)
                ):
                    judge.emit("mark_lapsed", key=key, mark=name, who=who)
                    break


def party_faults(judge: Judge, key: str, parties: Sequence[Party], values: Mapping[str, Json]) -> Iterator[Fault]:
    """Who is still missing, each by name and clause."""
    marks = judge.state["tasks"][key].get("marks", {})
    for party in parties:
        if not judge.holds(party.shown, values):
            continue
        for who in party.who:
            for must in sorted(party.must):
                if f"{who}|{must}" not in marks:
                    name = _name(judge, who)
                    yield Fault(
                        "party",
                        f"缺{name.zh}{MUST[must].zh}",
                        f"{name.en} must still {MUST[must].en}",
                        clause=",".join(party.clauses),
                        data={"who": who, "must": must},
                    )


def imply(judge: Judge, key: str, task: Task, outcome: Outcome, values: Mapping[str, Json]) -> None:
    """Who completes a task attends and confirms by doing so, where they are the party asked."""
    marks = judge.state["tasks"][key].get("marks", {})
    for party in parties_of(task, outcome):
        for who in party.who:
            for must in party.must & IMPLIED:
                if (
                    who != CUSTOMER
                    and f"{who}|{must}" not in marks
                    and judge.holds(party.shown, values)
                    and stands_for(judge, who)
                    and not party.not_
                ):
                    judge.emit(
                        "mark",
                        None,
                        key=key,
                        who=who,
                        must=must,
                        person=judge.who.person,
                        covers=covered(party, values),
                    )


def waiting_for(state: State, key: str, task: Task) -> list[tuple[str, str]]:
    """(who, must) pairs still open on a task whatever its outcome will be."""
    marks = state["tasks"][key].get("marks", {})
    return [
        (who, must)
        for party in task.parties
        for who in party.who
        for must in sorted(party.must)
        if f"{who}|{must}" not in marks
    ]


def _name(judge: Judge, who: str) -> Text:
    if who == CUSTOMER:
        return Text("客户", "the customer")
    rule = judge.procedure.people.get(who)
    role = judge.world.handbook.roles.get(rule.role if rule else who)
    return role.name if role else Text(who, who)

"""Parties: who must attend, sign, mark, confirm or decide before an outcome counts, and what their consent covers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from aftercare.engine.judge import Judge
from aftercare.engine.linked import papers_of
from aftercare.engine.people import ids_of, persons_behind, role_of
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
    """The digest of what a consent covers; values with a tolerance are kept beside it."""
    exact = [name for name in party.covers if name not in party.within]
    return digest({name: _value(values, name) for name in exact}) if exact else ""


def tolerated(party: Party, values: Mapping[str, Json]) -> dict[str, Json]:
    """The numbers that may move a little before the consent lapses."""
    return {name: _value(values, name) for name in party.within}


def _value(values: Mapping[str, Json], path: str) -> Json:
    """`total`, or the column `items.price` of every row."""
    field, _, column = path.partition(".")
    found = values.get(field)
    if column and isinstance(found, list):
        return [row.get(column) for row in found if isinstance(row, Mapping)]
    return found.get(column) if column and isinstance(found, Mapping) else found


def still_covers(party: Party, given: Mapping[str, Json], values: Mapping[str, Json]) -> bool:
    """Do the values still stand as they were when the party agreed? `within`: percent of the value agreed to."""
    if (given.get("covers") or "") != covered(party, values):
        return False
    for name, old in (given.get("within") or {}).items():
        new, share = _value(values, name), party.within.get(name, 0.0)
        if not isinstance(old, int | float) or not isinstance(new, int | float):
            if old != new:
                return False
        elif abs(new - old) * 100 > share * abs(old):
            return False
    return True


def stands_for(judge: Judge, who: str) -> bool:
    """Is the acting person this party? A person of the case is that person or a colleague of the same role."""
    return judge.who.person in ids_of(judge.state, who) or role_of(judge, who) in judge.who.roles


def outside(judge: Judge, party: Party, who: str) -> bool:
    """The customer, or a body outside whose resolution is written down: their marks are entered by who has the task."""
    known = who in judge.procedure.people or who in judge.world.handbook.roles
    return who == CUSTOMER or bool(party.record and not known)


def mark(judge: Judge, key: str, task: Task, data: Mapping[str, Json], values: Mapping[str, Json]) -> None:
    """Take the mark of one party on an open task. The customer's is entered by who has the task, or comes by link."""
    who, must = str(data.get("who") or ""), str(data.get("must") or "")
    party = next(
        (p for o in (None, *task.outcomes.values()) for p in parties_of(task, o) if who in p.who and must in p.must),
        None,
    )
    if party is None:
        raise Refuse(
            "no_such_party",
            Fault("no_such_party", "这一步不需要此人确认", "This step asks nothing of that party", field="who"),
        )
    if not outside(judge, party, who) and not stands_for(judge, who):
        raise Refuse(
            "not_yours",
            Fault(
                "not_yours",
                f"应由{_name(judge, who).zh}本人{MUST[must].zh}",
                f"Only {_name(judge, who).en} can {MUST[must].en}",
            ),
        )
    _not_the_same(judge, party)
    _by_the_rules(judge, party, data)
    if party.reason and not str(data.get("reason") or "").strip():
        raise Refuse(
            "reason", Fault("reason", "请写明理由", "Give the reason", field="reason", clause=",".join(party.clauses))
        )
    person = None if outside(judge, party, who) else judge.who.person
    name = data.get("name")
    judge.emit(
        "mark",
        {"name": name} if name else None,
        key=key,
        who=who,
        must=must,
        person=person,
        way=data.get("way"),
        record=data.get("record"),
        covers=covered(party, values),
        within=tolerated(party, values) or None,
        reason=data.get("reason"),
    )


def _by_the_rules(judge: Judge, party: Party, data: Mapping[str, Json]) -> None:
    """The way the handbook allows, over papers that are there, with what must be written down."""
    clause = ",".join(party.clauses)
    if party.ways and data.get("way") not in party.ways:
        zh, en = f"确认方式应为：{'、'.join(party.ways)}", f"The consent must come by: {', '.join(party.ways)}"
        raise Refuse("way", Fault("way", zh, en, field="way", clause=clause))
    for copy in party.copies:
        name, papers = papers_of(judge.state, judge.world, copy)
        document, _, number = name.partition("/")
        paper = papers.get(document, {})
        if number not in paper.get("copies", {}) or paper.get("superseded"):
            zh, en = f"“{copy}”尚未出单，无法签字", f"“{copy}” has not been issued, there is nothing to sign"
            raise Refuse("not_issued", Fault("not_issued", zh, en, clause=clause))
    missing = [name for name in party.record if not str((data.get("record") or {}).get(name) or "").strip()]
    if missing:
        zh, en = f"请写明：{'、'.join(missing)}", f"Write down: {', '.join(missing)}"
        raise Refuse("record", Fault("record", zh, en, field=f"record.{missing[0]}", clause=clause))


def _not_the_same(judge: Judge, party: Party) -> None:
    for other in party.not_:
        if judge.who.person and judge.who.person in persons_behind(judge, other):
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
                    and name in judge.state["tasks"][key]["marks"]
                    and not still_covers(party, given, values)
                ):
                    judge.emit("mark_lapsed", key=key, mark=name, who=who)


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
                        within=tolerated(party, values) or None,
                    )


def waiting_for(state: State, key: str, task: Task) -> list[tuple[str, str]]:
    """(who, must) pairs still open on a task whatever its outcome will be; once there is a draft to agree to, also
    what others are asked for one of its outcomes."""
    marks = state["tasks"][key].get("marks", {})
    parties = list(task.parties)
    if state["drafts"].get(key):
        parties += [one for outcome in task.outcomes.values() for one in outcome.parties]
    return [
        (who, must)
        for party in parties
        for who in party.who
        for must in sorted(party.must)
        if f"{who}|{must}" not in marks and (party in task.parties or who not in (*task.role, CUSTOMER))
    ]


def _name(judge: Judge, who: str) -> Text:
    if who == CUSTOMER:
        return Text("客户", "the customer")
    role = judge.world.handbook.roles.get(role_of(judge, who))
    return role.name if role else Text(who, who)

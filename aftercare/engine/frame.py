"""Commands on the case itself: open, adopt, pause, resume, reopen, cancel, migrate, signal, and the ticking clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aftercare.engine.access import managers_only, reason_of
from aftercare.engine.gates import pass_gates
from aftercare.engine.judge import Judge
from aftercare.engine.known import fill
from aftercare.engine.papers import carry_out, issue, set_value
from aftercare.engine.rounds import reopen as reopen_tasks
from aftercare.engine.sheets import split, value_is_personal
from aftercare.engine.types import Json, Refuse
from aftercare.engine.values import type_fault
from aftercare.errors import Fault
from aftercare.handbook.fields import field_named
from aftercare.handbook.model import Field
from aftercare.texts import Text


def open_case(judge: Judge, data: Mapping[str, Json]) -> None:
    starts = [start for start in judge.procedure.starts if start.by]
    if not judge.who.system and starts and not any(set(start.by) & judge.who.roles for start in starts):
        raise Refuse(
            "not_allowed",
            Fault(
                "not_allowed",
                f"您的岗位不能开立“{judge.procedure.name.zh}”",
                f"Your role cannot open “{judge.procedure.name.en}”",
            ),
        )
    _opened(judge, data, None)
    for start in starts:
        pass_gates(judge, start.requires, "start")


def _opened(judge: Judge, data: Mapping[str, Json], adopted_at: str | None) -> None:
    opener = data.get("opener") or ({"kind": "person", "id": judge.who.person} if judge.who.person else None)
    facts = {name: data.get(name) for name in ("number", "store", "subject", "customer", "parent")}
    facts |= {"period": data["period"]} if data.get("period") and judge.who.system else {}
    values = _values(judge, data.get("values") or {})
    hidden = {name: values.pop(name) for name in list(values) if value_is_personal(judge, name)}
    judge.emit(
        "case_opened",
        {"values": hidden} if hidden else None,
        procedure=judge.procedure.id,
        version=judge.world.handbook.hash,
        opener=opener,
        values=values,
        adopted_at=adopted_at,
        **{**facts, **({"at": data["opened_at"]} if adopted_at and data.get("opened_at") else {})},
    )
    look_up(judge)


def look_up(judge: Judge) -> None:
    """Keep what other records say now, as far as it has changed since it was read last."""
    held = judge.state["facts"]
    changed = {name: value for name, value in judge.world.facts.items() if name not in held or held[name] != value}
    if changed:
        judge.emit("facts_read", facts=changed)


def _values(judge: Judge, values: Mapping[str, Json]) -> dict[str, Json]:
    """Case values of the right type; others are refused by name."""
    for name, value in values.items():
        kind = judge.procedure.values.get(name)
        like = field_named(kind, judge.world.handbook.forms) if kind else None
        fault = (
            type_fault(like or Field(id=name, name=Text(name, name), type=kind), value, name)
            if kind
            else Fault("unknown_field", f"没有“{name}”这一项", f"There is no “{name}”", field=name)
        )
        if fault:
            raise Refuse("values", fault)
    return dict(values)


def adopt(judge: Judge, data: Mapping[str, Json]) -> None:
    """A case entered in the middle: what lies before is marked so and kept out of the figures."""
    if not (judge.who.manages or judge.who.system):
        raise Refuse(
            "not_allowed", Fault("not_allowed", "只有主管可以接手在办工单", "Only a manager can take over open work")
        )
    _opened(judge, data, judge.at)
    tasks: dict[str, Json] = {}
    personal: dict[str, Json] = {}
    for key, one in (data.get("tasks") or {}).items():
        task = judge.procedure.tasks.get(key)
        if task is None or one.get("outcome") not in task.outcomes:
            raise Refuse(
                "adopt",
                Fault(
                    "adopt",
                    f"手册没有步骤或结果“{key}.{one.get('outcome')}”",
                    f"The handbook has no task or outcome “{key}.{one.get('outcome')}”",
                    field=f"tasks.{key}",
                ),
            )
        form = judge.world.handbook.forms.get(task.form)
        values = {**(fill(judge, form, {}) if form else {}), **(one.get("values") or {})}
        open_part, hidden = split(form, values)
        tasks[key] = {
            "outcome": one["outcome"],
            "at": one.get("at") or judge.at,
            "values": open_part,
            "actor": one.get("actor"),
        }
        if hidden:
            personal[key] = hidden
    judge.emit("adopted", {"sheets": personal} if personal else None, tasks=tasks, papers=data.get("papers") or {})
    for document, copies in (data.get("papers") or {}).items():
        judge.effect("adopt_paper", {"document": document, "copies": copies})
    for charge, received in (data.get("charges") or {}).items():
        judge.emit("money_received", charge=charge, amount=received, adopted=True)


def pause(judge: Judge, data: Mapping[str, Json]) -> None:
    managers_only(judge)
    if judge.state["status"] != "open":
        raise Refuse("not_open", Fault("not_open", "工单不在办理中", "The case is not running"))
    judge.emit("paused", reason=reason_of(data))


def resume(judge: Judge, data: Mapping[str, Json]) -> None:
    managers_only(judge)
    if judge.state["status"] != "paused":
        raise Refuse("not_paused", Fault("not_paused", "工单没有暂停", "The case is not paused"))
    judge.emit("resumed")


def reopen(judge: Judge, data: Mapping[str, Json]) -> None:
    """By hand: a wrong outcome is taken back, a closed case runs again."""
    managers_only(judge)
    tasks = [str(task) for task in data.get("tasks") or []]
    unknown = [task for task in tasks if task not in judge.procedure.tasks or task not in judge.state["tasks"]]
    if unknown or not tasks:
        raise Refuse(
            "no_such_task",
            Fault(
                "no_such_task",
                f"没有可重新办理的步骤：{'、'.join(unknown)}",
                f"Nothing to reopen: {', '.join(unknown)}",
                field="tasks",
            ),
        )
    reason = reason_of(data)
    if judge.state["status"] in ("closed", "cancelled"):
        judge.emit("reinstated", reason=reason)
        _bring_back(judge)
    reopen_tasks(judge, tasks, None, reason)


def _bring_back(judge: Judge) -> None:
    """Tasks that ended only because the case did wait for their turn again."""
    for key, held in sorted(judge.state["tasks"].items()):
        task = judge.procedure.tasks.get(held["task"])
        repeats = task is None or task.opens.demand or task.opens.every is not None
        if held.get("ended") and held.get("state") in ("withdrawn", "missed") and not repeats:
            judge.emit("task_withdrawn", key=key, task=held["task"], round=held["round"], waits=True)


def cancel(judge: Judge, data: Mapping[str, Json]) -> None:
    rule = judge.procedure.cancel
    if not judge.who.system and not (rule and set(rule.role) & judge.who.roles):
        raise Refuse("not_allowed", Fault("not_allowed", "您的岗位不能取消工单", "Your role cannot cancel this case"))
    reason = reason_of(data)
    if rule:
        pass_gates(judge, rule.requires, "cancel")
    judge.emit("cancelled", reason=reason)
    if rule:
        carry_out(judge, rule.do, None, "cancel")


def note(judge: Judge, data: Mapping[str, Json]) -> None:
    text = str(data.get("text") or "").strip()
    if not text:
        raise Refuse("note", Fault("note", "备注不能为空", "A note needs a text", field="text"))
    judge.emit("note", {"text": text}, internal=bool(data.get("internal", True)))


def set_by_hand(judge: Judge, data: Mapping[str, Json]) -> None:
    managers_only(judge)
    for name, value in _values(judge, data.get("values") or {}).items():
        set_value(judge, name, value)


def migrate(judge: Judge, data: Mapping[str, Json]) -> None:
    """To the version of the world it is judged in; what cannot move is named."""
    managers_only(judge)
    lost = [
        held["task"]
        for held in judge.state["tasks"].values()
        if held.get("state") in ("open", "planned") and held["task"] not in judge.procedure.tasks
    ]
    if lost:
        raise Refuse(
            "cannot_move",
            Fault(
                "cannot_move",
                f"新版手册没有这些在办步骤：{'、'.join(lost)}",
                f"The new version has no such open tasks: {', '.join(lost)}",
            ),
        )
    judge.emit("migrated", version=judge.world.handbook.hash)


# --- signals and the clock


def signal(judge: Judge, data: Mapping[str, Json]) -> None:
    """What happened elsewhere: money, a closed child, a changed subject or setting, a paper made again."""
    name = data.get("name")
    if name == "money":
        judge.emit("money_received", charge=data["charge"], amount=data["amount"], entry=data.get("entry"))
    elif name == "child_closed":
        judge.emit("child_closed", name=data["child"], outcome=data.get("outcome", ""))
    elif name == "child_linked":
        judge.emit("child_linked", name=data["child"], case=data["case"], number=data.get("number"))
    elif name == "joined":
        _join(judge, data)
    elif name == "facts":
        judge.emit("facts_read", facts=data.get("facts") or {})
    elif name == "customer":
        judge.emit("customer_changed", customer=data["customer"], before=judge.state.get("customer"))
    elif name == "reissue":
        issue(judge, data["document"])
    else:
        judge.emit("signalled", name=str(name))
        for path, value in _values(judge, data.get("values") or {}).items():
            set_value(judge, path, value)


def _join(judge: Judge, data: Mapping[str, Json]) -> None:
    """From now on this case reads the one that it joins."""
    link = str(data.get("link"))
    if link not in judge.procedure.reads or judge.state["status"] in ("closed", "cancelled"):
        zh, en = "这张工单不能加入", "This case cannot join"
        raise Refuse("cannot_join", Fault("cannot_join", zh, en))
    judge.emit("case_linked", link=link, case=data["case"], number=data.get("number"))


Handler = Callable[[Judge, Mapping[str, Json]], None]

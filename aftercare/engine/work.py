"""Work on a task: begin, draft, complete, mark, move to another person."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare import calendar as working_time
from aftercare.engine import checks, clock, parties, rows
from aftercare.engine.access import managers_only, may, not_yours, open_task, reason_of
from aftercare.engine.after import after_holds, happened_at
from aftercare.engine.gates import enforce, unmet
from aftercare.engine.judge import Judge
from aftercare.engine.opening import open_by_hand, reached, wanted
from aftercare.engine.papers import carry_out, receive, set_values
from aftercare.engine.rounds import reopen
from aftercare.engine.rules import first_row, missing_for
from aftercare.engine.sheets import entered, form_of, keep_draft, refuse_types, save_bound, split
from aftercare.engine.types import Json, Refuse
from aftercare.engine.values import sheet_faults
from aftercare.errors import Fault
from aftercare.handbook.duration import Duration
from aftercare.handbook.model import Form, Outcome, Task

Values = Mapping[str, Json]


def begin(judge: Judge, data: Mapping[str, Json]) -> None:
    task = judge.procedure.tasks.get(data.get("task", ""))
    if task is None or not task.opens.demand:
        zh, en = "这一步不能手动开始", "This task cannot be opened by hand"
        raise Refuse("not_on_demand", Fault("not_on_demand", zh, en, field="task"))
    if not may(judge, task, None):
        raise not_yours(judge, task)
    if not can_begin(judge, task):
        zh, en = f"“{task.name.zh}”现在不能开始", f"“{task.name.en}” cannot be begun now"
        raise Refuse("not_now", Fault("not_now", zh, en, field="task", clause=",".join(task.clauses)))
    open_by_hand(judge, task)


def can_begin(judge: Judge, task: Task) -> bool:
    """Is this the time for a task that is opened by hand?"""
    opens = task.opens
    started = opens.start is None or happened_at(judge, opens.start) is not None
    over = opens.until is not None and happened_at(judge, opens.until) is not None
    ready = not opens.after or after_holds(judge, opens.after)[0] is True
    return started and not over and ready and reached(judge, task) and wanted(judge, task) is True


def save(judge: Judge, data: Mapping[str, Json]) -> None:
    """Keep a draft. Wrong types are refused, gaps are not."""
    key, task = open_task(judge, data)
    if data.get("rows") is not None:
        rows.save(judge, key, task, data)
        if rows.whole(judge, key, task):
            complete(judge, {"task": key, "outcome": task.rows.then if task.rows else ""})
        return
    with judge.within(task, judge.state["tasks"][key].get("element")):
        form = form_of(judge, task)
        values, given = entered(judge, key, form, data)
        refuse_types(judge, form, values)
        keep_draft(judge, key, form, values, checks.answered(judge, task, values, given) if given else {})
        parties.lapse(judge, key, task, values)
        for mark in data.get("marks") or []:
            parties.mark(judge, key, task, mark, values)


def complete(judge: Judge, data: Mapping[str, Json]) -> None:
    key, task = open_task(judge, data)
    with judge.within(task, judge.state["tasks"][key].get("element")):
        form = form_of(judge, task)
        values, given = entered(judge, key, form, data)
        refuse_types(judge, form, values)
        answers = checks.answered(judge, task, values, given)
        outcome = _outcome(judge, task, values, data.get("outcome"))
        parties.lapse(judge, key, task, values)
        for mark in data.get("marks") or []:
            parties.mark(judge, key, task, mark, values)
        parties.imply(judge, key, task, outcome, values)
        faults = list(sheet_faults(judge, form, values, whole=True)) if form else []
        faults += checks.check_faults(judge, task, values, answers)
        reasons = data.get("reasons")
        faults += unmet(judge, task.requires, key, values, reasons)
        faults += unmet(judge, outcome.requires, f"{key}.{outcome.id}", values, reasons)
        faults += parties.party_faults(judge, key, parties.parties_of(task, outcome), values)
        enforce(judge, faults, faults[0].code if faults else "", key)
        _finish(judge, key, task, form, outcome, values, answers)


def _finish(
    judge: Judge, key: str, task: Task, form: Form | None, outcome: Outcome, values: Values, answers: Mapping[str, str]
) -> None:
    late, kept = clock.meet(judge, key, task, outcome, values)
    open_part, hidden = split(form, values)
    judge.emit(
        "task_done",
        {"values": hidden} if hidden else None,
        key=key,
        outcome=outcome.id,
        values=open_part if form else None,
        late=late,
        **({"kept": kept} if kept else {}),
        **({"checks": dict(answers)} if answers else {}),
    )
    checks.note_misses(judge, key, task, values, answers)
    save_bound(judge, form, values, accepted=outcome.tone == "good")
    set_values(judge, outcome, values)
    carry_out(judge, outcome.do, values, key)
    if outcome.reopen:
        _reopen(judge, task, outcome)
    if outcome.ends == "case":
        judge.emit("closed", outcome=outcome.id, rest="withdrawn")


def _reopen(judge: Judge, task: Task, outcome: Outcome) -> None:
    """A new round, after the wait; when there have been as many as the handbook allows, what it says then."""
    again = outcome.reopen
    assert again is not None
    rounds = max((judge.state["tasks"].get(one, {}).get("round", 1) for one in again.tasks), default=1)
    if again.at_most and rounds >= again.at_most:
        if not again.then:
            zh, en = f"已经办理 {rounds} 次，不能再次重办", f"It has been done {rounds} times; not again"
            raise Refuse("at_most", Fault("at_most", zh, en, clause=",".join(outcome.clauses or task.clauses)))
        reopen(judge, [again.then])
        return
    wait = judge.ask(again.wait) if again.wait else None
    opens = working_time.opens_after
    later = opens(judge.world.calendar, judge.happened_at, wait).at if isinstance(wait, Duration) else None
    reopen(judge, again.tasks, later)


# --- outcomes


def _outcome(judge: Judge, task: Task, values: Values, chosen: Json) -> Outcome:
    if task.decide:
        chosen = _decided(judge, task, values)
    if chosen is None and len(task.outcomes) == 1:
        return next(iter(task.outcomes.values()))
    found = task.outcomes.get(chosen) if isinstance(chosen, str) else None
    if found is None:
        zh = "、".join(one.name.zh for one in task.outcomes.values())
        en = ", ".join(one.name.en for one in task.outcomes.values())
        raise Refuse("outcome", Fault("outcome", f"请选择结果：{zh}", f"Choose an outcome: {en}", field="outcome"))
    return found


def _decided(judge: Judge, task: Task, values: Values) -> Json:
    """The outcome from a decision table on the sheet; nobody can pick it."""
    rule = judge.world.handbook.rules[task.decide]
    env = {**judge.env(), "form": values}
    row = first_row(rule, env)
    if row is not None and row.then is not None and not row.refuse:
        return judge.json(row.then, values)
    missing = missing_for(rule, env) if row is None else ()
    zh, en = "按规定不能办理", "The rule does not allow it"
    if missing:
        zh, en = (
            f"资料不全，无法判定：{'、'.join(missing)}",
            f"It cannot be decided yet, this is missing: {', '.join(missing)}",
        )
    elif row is not None and row.reason:
        zh, en = row.reason.zh, row.reason.en
    clause = ",".join(row.clauses) if row else ""
    field = next((name.removeprefix("form.") for name in missing if name.startswith("form.")), "")
    raise Refuse("decided", Fault("decided", zh, en, field=field, clause=clause, data={"missing": list(missing)}))


# --- signing, accepting, moving


def sign(judge: Judge, data: Mapping[str, Json]) -> None:
    key, task = open_task(judge, data, anyone=True)
    own = may(judge, task, judge.state["tasks"][key].get("assignee"))
    if data.get("who") == parties.CUSTOMER and not own:
        raise not_yours(judge, task)
    with judge.within(task, judge.state["tasks"][key].get("element")):
        form = form_of(judge, task)
        values, _ = entered(judge, key, form, data if own else {})
        parties.lapse(judge, key, task, values)
        parties.mark(judge, key, task, data, values)


def accept(judge: Judge, data: Mapping[str, Json]) -> None:
    if data.get("paper"):
        receive(judge, str(data["paper"]))
        return
    key, task = open_task(judge, data)
    judge.emit("reassigned", key=key, task=task.id, person=judge.who.person)


def reassign(judge: Judge, data: Mapping[str, Json]) -> None:
    """One task to a person, one role of the case, or everything of a leaver; signatures and history stay."""
    if data.get("role"):
        _choose(judge, str(data["role"]), data.get("person"))
        return
    managers_only(judge)
    if data.get("task"):
        held = judge.state["tasks"].get(data["task"])
        if held is None or held.get("state") not in ("open", "planned"):
            zh, en = "没有这项待办", "There is no such open task"
            raise Refuse("no_such_task", Fault("no_such_task", zh, en, field="task"))
        judge.emit("reassigned", key=data["task"], task=held["task"], person=data.get("person"))
        return
    _hand_over(judge, data.get("from"), data.get("to"))


def _choose(judge: Judge, role: str, person: Json) -> None:
    """Name the person (or the crew) for a role of the case, by whoever the handbook lets choose."""
    rule = judge.procedure.people.get(role)
    if rule is None or rule.chosen_by not in judge.who.roles:
        managers_only(judge)
    if rule is None:
        raise Refuse(
            "no_such_role", Fault("no_such_role", "流程没有这个角色", "There is no such role here", field="role")
        )
    many = person if isinstance(person, list) else [person]
    found = [{"kind": "person", "id": one} for one in many]
    judge.emit("person_chosen", role=role, person=found if rule.many else found[0])
    for key, held in sorted(judge.state["tasks"].items()):
        task = judge.procedure.tasks.get(held["task"])
        if task and role in task.role and held.get("state") in ("open", "planned") and not rule.many:
            judge.emit("reassigned", key=key, task=task.id, person=person)


def _hand_over(judge: Judge, leaver: Json, heir: Json) -> None:
    """Without an heir the roles and tasks of a leaver go back to the role."""
    for role, person in sorted(judge.state["people"].items()):
        if isinstance(person, list):
            crew = [one for one in person if one.get("id") != leaver]
            if len(crew) < len(person):
                more = [{"kind": "person", "id": heir}] if heir else []
                judge.emit("person_chosen", role=role, person=crew + more)
        elif (person or {}).get("id") == leaver:
            judge.emit("person_chosen", role=role, person={"kind": "person", "id": heir})
    for key, held in sorted(judge.state["tasks"].items()):
        if held.get("assignee") == leaver and held.get("state") in ("open", "planned"):
            judge.emit("reassigned", key=key, task=held["task"], person=heir)


def waive(judge: Judge, data: Mapping[str, Json]) -> None:
    key, task = open_task(judge, data, anyone=True)
    if not set(judge.procedure.waive) & judge.who.roles:
        zh, en = "手册没有授权任何人豁免这一步", "The handbook lets nobody waive this"
        raise Refuse("not_allowed", Fault("not_allowed", zh, en, clause=",".join(task.clauses)))
    judge.emit("task_waived", key=key, task=task.id, reason=reason_of(data))

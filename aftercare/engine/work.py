"""Work on a task: draft, complete, correct, marks of parties, moving it to another person."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine import parties, timing
from aftercare.engine.gates import enforce, unmet
from aftercare.engine.judge import Judge
from aftercare.engine.papers import carry_out, issue, receive, set_values
from aftercare.engine.rules import first_row
from aftercare.engine.tasks import open_by_hand, reopen
from aftercare.engine.types import Json, Refuse, instant, moment
from aftercare.engine.values import empty, sheet_faults
from aftercare.errors import Fault
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.duration import Duration
from aftercare.handbook.model import Field, Form, Outcome, Task


def begin(judge: Judge, data: Mapping[str, Json]) -> None:
    task = judge.procedure.tasks.get(data.get("task", ""))
    if task is None or not task.opens.demand:
        raise Refuse(
            "not_on_demand",
            Fault("not_on_demand", "这一步不能手动开始", "This task cannot be opened by hand", field="task"),
        )
    if not _may(judge, task, None):
        raise _not_yours(judge, task)
    open_by_hand(judge, task)


def save(judge: Judge, data: Mapping[str, Json]) -> None:
    """Keep a draft. Wrong types are refused, gaps are not."""
    key, task = _open_task(judge, data)
    form = form_of(judge, task)
    values = _entered(judge, key, form, data)
    if form:
        _refuse_types(judge, form, values)
    _keep_draft(judge, key, form, values)
    parties.lapse(judge, key, task, values)
    for mark in data.get("marks") or []:
        parties.mark(judge, key, task, mark, values)


def complete(judge: Judge, data: Mapping[str, Json]) -> None:
    key, task = _open_task(judge, data)
    form = form_of(judge, task)
    values = _entered(judge, key, form, data)
    values = _computed(judge, form, values)
    if form:
        _refuse_types(judge, form, values)
    outcome = _outcome(judge, task, values, data.get("outcome"))
    parties.lapse(judge, key, task, values)
    for mark in data.get("marks") or []:
        parties.mark(judge, key, task, mark, values)
    parties.imply(judge, key, task, outcome, values)
    faults = list(sheet_faults(judge, form, values, whole=True)) if form else []
    reasons = data.get("reasons")
    faults += unmet(judge, task.requires, key, values, reasons)
    faults += unmet(judge, outcome.requires, f"{key}.{outcome.id}", values, reasons)
    faults += parties.party_faults(judge, key, parties.parties_of(task, outcome), values)
    enforce(judge, faults, faults[0].code if faults else "", key)
    _finish(judge, key, task, form, outcome, values)


def _finish(
    judge: Judge, key: str, task: Task, form: Form | None, outcome: Outcome, values: Mapping[str, Json]
) -> None:
    late = timing.lateness(judge, key, _judged_at(judge, task, values))
    if late:
        _note_missed(judge, key)
    open_part, hidden = split(form, values)
    judge.emit(
        "task_done",
        {"values": hidden} if hidden else None,
        key=key,
        outcome=outcome.id,
        values=open_part if form else None,
        late=late,
    )
    _save_bound(judge, form, values)
    set_values(judge, outcome, values)
    carry_out(judge, outcome.do, values, key)
    if outcome.reopen:
        wait = judge.ask(outcome.reopen.wait) if outcome.reopen.wait else None
        reopen_in(judge, outcome, wait if isinstance(wait, Duration) else None)
    if outcome.ends == "case":
        judge.emit("closed", outcome=outcome.id)


def reopen_in(judge: Judge, outcome: Outcome, wait: Duration | None) -> None:
    assert outcome.reopen is not None
    rounds = max((judge.state["tasks"].get(task, {}).get("round", 1) for task in outcome.reopen.tasks), default=1)
    if outcome.reopen.at_most and rounds >= outcome.reopen.at_most:
        if outcome.reopen.then:
            reopen(judge, [outcome.reopen.then])
        return
    from aftercare import calendar as working_time

    not_before = working_time.opens_after(judge.world.calendar, judge.happened_at, wait).at if wait else None
    reopen(judge, outcome.reopen.tasks, not_before)


def _judged_at(judge: Judge, task: Task, values: Mapping[str, Json]):  # type: ignore[no-untyped-def]
    """The moment the deadline judges: a field of the sheet, or when it happened."""
    if task.due is not None and task.due.counts is not None:
        value = judge.ask(task.due.counts, values)
        if value is not UNKNOWN and hasattr(value, "tzinfo"):
            return value
    return judge.happened_at


def _note_missed(judge: Judge, key: str) -> None:
    held = judge.state["deadlines"].get(f"{key}|due")
    if held and not held.get("fired"):
        late = int((judge.happened_at - instant(held["at"])).total_seconds())
        judge.emit(
            "deadline_missed",
            element=key,
            level="due",
            round=held["round"],
            due=held["at"],
            late=max(0, late),
            by=_whose(judge, key),
        )


def _whose(judge: Judge, key: str) -> Json:
    return judge.state["tasks"].get(key, {}).get("assignee")


# --- sheets


def form_of(judge: Judge, task: Task) -> Form | None:
    return judge.world.handbook.forms[task.form] if task.form else None


def _entered(judge: Judge, key: str, form: Form | None, data: Mapping[str, Json]) -> dict[str, Json]:
    """What is on the sheet: the draft, overlaid by what came now; nothing where there is no form."""
    given = data.get("values")
    if given is not None and not isinstance(given, Mapping):
        raise Refuse("values", Fault("values", "表单内容格式不对", "The values must be an object", field="values"))
    if form is None:
        if given:
            raise Refuse("no_form", Fault("no_form", "这一步没有表单", "This task has no form", field="values"))
        return {}
    return {**judge.state["drafts"].get(key, {}), **(given or {})}


def _computed(judge: Judge, form: Form | None, values: dict[str, Json]) -> dict[str, Json]:
    """Work out locked fields, fill proposals into gaps, drop what is not shown."""
    if form is None:
        return values
    for one in form.fields:
        if one.type == "lines" and isinstance(values.get(one.id), list):
            values[one.id] = [_computed_row(judge, one, row, values) for row in values[one.id]]
        if one.compute is not None:
            values[one.id] = judge.json(one.compute, values)
        elif one.propose is not None and empty(values.get(one.id)):
            values[one.id] = judge.json(one.propose, values)
    return {
        name: value
        for name, value in values.items()
        if (one := form.field(name)) is None or judge.holds(one.shown, values)
    }


def _computed_row(judge: Judge, one: Field, row: Json, values: Mapping[str, Json]) -> Json:
    if not isinstance(row, dict):
        return row
    found = {column.id: judge.json(column.compute, values, row=row) for column in one.columns if column.compute}
    return {**row, **found}


def _refuse_types(judge: Judge, form: Form, values: Mapping[str, Json]) -> None:
    faults = list(sheet_faults(judge, form, values, whole=False))
    if faults:
        raise Refuse("form", *faults)


def _whole_sheet(judge: Judge, key: str, form: Form, values: Mapping[str, Json]) -> None:
    """Broken types are always refused; gaps and rules follow the dial of their clause."""
    _refuse_types(judge, form, values)
    enforce(judge, list(sheet_faults(judge, form, values, whole=True)), "form", key)


def _keep_draft(judge: Judge, key: str, form: Form | None, values: Mapping[str, Json]) -> None:
    if form is not None and values != judge.state["drafts"].get(key):
        open_part, hidden = split(form, values)
        judge.emit("draft_saved", {"values": hidden} if hidden else None, key=key, values=open_part)


def split(form: Form | None, values: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """(open, personal) parts of a sheet."""
    if form is None:
        return {}, {}
    personal = {one.id for one in form.fields if one.personal or one.type in PERSONAL_TYPES}
    return {k: v for k, v in values.items() if k not in personal}, {k: v for k, v in values.items() if k in personal}


PERSONAL_TYPES = frozenset({"name", "phone", "email", "place", "photo", "signature", "file", "long_text"})


def _save_bound(judge: Judge, form: Form | None, values: Mapping[str, Json]) -> None:
    """Fields bound to the customer, order or asset are written there, so that nobody is asked twice."""
    bound: dict[str, dict[str, Json]] = {}
    for one in form.fields if form else ():
        if one.of and one.saves != "never" and not empty(values.get(one.id)):
            entity, _, name = one.of.partition(".")
            bound.setdefault(entity, {})[name] = values[one.id]
    for entity, fields in bound.items():
        judge.effect("save", {"entity": entity, "with": fields}, public={"entity": entity})


# --- outcomes


def _outcome(judge: Judge, task: Task, values: Mapping[str, Json], chosen: Json) -> Outcome:
    if task.decide:
        chosen = _decided(judge, task, values)
    if chosen is None and len(task.outcomes) == 1:
        return next(iter(task.outcomes.values()))
    found = task.outcomes.get(chosen) if isinstance(chosen, str) else None
    if found is None:
        names = "、".join(one.name.zh for one in task.outcomes.values())
        english = ", ".join(one.name.en for one in task.outcomes.values())
        raise Refuse(
            "outcome", Fault("outcome", f"请选择结果：{names}", f"Choose an outcome: {english}", field="outcome")
        )
    return found


def _decided(judge: Judge, task: Task, values: Mapping[str, Json]) -> Json:
    """The outcome from a decision table on the sheet; nobody can pick it."""
    rule = judge.world.handbook.rules[task.decide]
    row = first_row(rule, {**judge.env(), "form": values})
    if row is None or row.refuse or row.then is None:
        text = row.reason if row and row.reason else None
        clause = ",".join(row.clauses) if row else ""
        raise Refuse(
            "decided",
            Fault(
                "decided",
                text.zh if text else "按规定不能办理",
                text.en if text else "The rule does not allow it",
                clause=clause,
            ),
        )
    return judge.json(row.then, values)


# --- correct


def correct(judge: Judge, data: Mapping[str, Json]) -> None:
    """Mend a saved sheet: the old value is kept, papers made from it are superseded, consents over it lapse."""
    key, reason = data.get("task", ""), str(data.get("reason") or "").strip()
    held = judge.state["tasks"].get(key)
    if held is None or held.get("state") != "done" or key not in judge.state["sheets"]:
        raise Refuse(
            "nothing_to_correct",
            Fault(
                "nothing_to_correct", "这一步还没有可更正的表单", "There is no finished sheet to correct", field="task"
            ),
        )
    if not reason:
        raise Refuse("reason", Fault("reason", "请写明更正原因", "Give the reason for the correction", field="reason"))
    task = judge.procedure.tasks[held["task"]]
    if not _may(judge, task, held.get("assignee")):
        raise _not_yours(judge, task)
    form = form_of(judge, task)
    assert form is not None
    old = judge.state["sheets"][key]
    values = {**old, **(data.get("values") or {})}
    _whole_sheet(judge, key, form, values)
    changes = {name: {"old": old.get(name), "new": value} for name, value in values.items() if old.get(name) != value}
    if not changes:
        raise Refuse("no_change", Fault("no_change", "没有改动", "Nothing was changed"))
    open_part, hidden = split(form, changes)
    judge.emit(
        "corrected",
        {"changes": hidden} if hidden else None,
        key=key,
        changes=open_part,
        fields=sorted(changes),
        reason=reason,
        against=held.get("actor"),
    )
    _after_correction(judge, key, form, values, changes, held.get("actor"))


def _after_correction(
    judge: Judge, key: str, form: Form, values: Mapping[str, Json], changes: Mapping[str, Json], author: Json
) -> None:
    _save_bound(judge, form, values)
    if form.correction is not None:
        judge.emit(
            "finding",
            finding="correction",
            person=author,
            element=key,
            clause=",".join(form.correction.clauses),
            fields=sorted(changes),
        )
    for document in list(judge.state["papers"]):
        definition = judge.world.handbook.documents.get(document)
        reads = {path[:2] for condition in (definition.data.values() if definition else ()) for path in condition.names}
        if ("sheets", key) in reads:
            issue(judge, document)


# --- signing, accepting, moving


def sign(judge: Judge, data: Mapping[str, Json]) -> None:
    key, task = _open_task(judge, data, anyone=True)
    form = form_of(judge, task)
    values = _entered(judge, key, form, data if _may(judge, task, None) else {"values": None})
    parties.mark(judge, key, task, data, values)


def accept(judge: Judge, data: Mapping[str, Json]) -> None:
    if data.get("paper"):
        receive(judge, str(data["paper"]))
        return
    key, task = _open_task(judge, data)
    judge.emit("reassigned", key=key, task=task.id, person=judge.who.person)


def reassign(judge: Judge, data: Mapping[str, Json]) -> None:
    """One task to a person, or everything of a leaver to another; signatures and history stay."""
    if not (judge.who.manages or judge.who.system):
        raise Refuse("not_allowed", Fault("not_allowed", "只有主管可以转派", "Only a manager can reassign"))
    if data.get("task"):
        held = judge.state["tasks"].get(data["task"])
        if held is None or held.get("state") not in ("open", "planned"):
            raise Refuse(
                "no_such_task", Fault("no_such_task", "没有这项待办", "There is no such open task", field="task")
            )
        judge.emit("reassigned", key=data["task"], task=held["task"], person=data.get("person"))
        return
    leaver, heir = data.get("from"), data.get("to")
    for role, person in list(judge.state["people"].items()):
        if (person or {}).get("id") == leaver and heir:
            judge.emit("person_chosen", role=role, person={"kind": "person", "id": heir})
    for key, held in list(judge.state["tasks"].items()):
        if held.get("assignee") == leaver and held.get("state") in ("open", "planned"):
            judge.emit("reassigned", key=key, task=held["task"], person=heir)


def waive(judge: Judge, data: Mapping[str, Json]) -> None:
    key, task = _open_task(judge, data, anyone=True)
    if not set(judge.procedure.waive) & judge.who.roles:
        raise Refuse(
            "not_allowed",
            Fault(
                "not_allowed",
                "手册没有授权任何人豁免这一步",
                "The handbook lets nobody waive this",
                clause=",".join(task.clauses),
            ),
        )
    judge.emit("task_waived", key=key, task=task.id, reason=str(data.get("reason") or ""))


# --- who may


def _open_task(judge: Judge, data: Mapping[str, Json], *, anyone: bool = False) -> tuple[str, Task]:
    key = data.get("task")
    held = judge.state["tasks"].get(key) if isinstance(key, str) else None
    task = judge.procedure.tasks.get(held["task"]) if held else None
    if held is None or task is None:
        raise Refuse("no_such_task", Fault("no_such_task", "没有这一步", "There is no such task", field="task"))
    if not anyone and not _may(judge, task, held.get("assignee")):
        raise _not_yours(judge, task)
    if held.get("state") == "planned":
        return _sooner(judge, str(key), task, held)
    if held.get("state") != "open":
        raise _gone(judge, task, held)
    return str(key), task


def _sooner(judge: Judge, key: str, task: Task, held: Mapping[str, Json]) -> tuple[str, Task]:
    """Work on a planned task before its time: allowed for `before` openings, else as the handbook says."""
    if task.opens.before is None and task.opens.sooner == "refuse" and task.opens.wait is not None:
        raise Refuse(
            "too_early",
            Fault(
                "too_early",
                f"{held['opens_at'][:16]} 起才能办理",
                f"This opens at {held['opens_at'][:16]}",
                clause=",".join(task.clauses),
            ),
        )
    judge.emit(
        "task_opened",
        key=key,
        task=task.id,
        round=held["round"],
        element=held.get("element"),
        roles=held["roles"],
        assignee=held.get("assignee"),
    )
    return key, task


def _gone(judge: Judge, task: Task, held: Mapping[str, Json]) -> Refuse:
    if held.get("state") == "done":
        outcome = task.outcomes.get(held.get("outcome") or "")
        data = {"actor": held.get("actor"), "at": held.get("done_at"), "outcome": held.get("outcome")}
        zh, en = (outcome.name.zh, outcome.name.en) if outcome else ("", "")
        return Refuse(
            "already_done",
            Fault(
                "already_done", f"“{task.name.zh}”已经办结：{zh}", f"“{task.name.en}” is already done: {en}", data=data
            ),
        )
    return Refuse(
        "not_open",
        Fault(
            "not_open",
            f"“{task.name.zh}”现在不能办理",
            f"“{task.name.en}” is not open now",
            data={"state": held.get("state")},
        ),
    )


def _may(judge: Judge, task: Task, assignee: Json) -> bool:
    who = judge.who
    if who.system or who.manages or (assignee and assignee == who.person):
        return True
    roles = {rule.role if (rule := judge.procedure.people.get(name)) else name for name in task.role}
    return bool(roles & who.roles)


def _not_yours(judge: Judge, task: Task) -> Refuse:
    roles = [
        judge.world.handbook.roles.get(rule.role if (rule := judge.procedure.people.get(name)) else name)
        for name in task.role
    ]
    zh, en = "、".join(r.name.zh for r in roles if r), ", ".join(r.name.en for r in roles if r)
    return Refuse(
        "not_yours",
        Fault("not_yours", f"这一步由{zh}办理", f"This task belongs to: {en}", clause=",".join(task.clauses)),
    )


def stored_moment(judge: Judge) -> str:
    return moment(judge.happened_at)

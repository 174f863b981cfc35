"""Where a case stands on the calendar, and which task a move completes."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.handbook.build.place import Place
from aftercare.handbook.conditions import (
    Anything,
    Choice,
    Condition,
    Date,
    List,
    Moment,
    Number,
    Person,
    Scope,
    Text,
    Time,
    Type,
)
from aftercare.handbook.conditions import Place as PlaceType
from aftercare.handbook.model import CalendarEntry, CalendarMove, Task
from aftercare.handbook.nodes import Scalar
from aftercare.handbook.source.procedures import CalendarSource, MoveSource, ProcedureSource

# What a field that takes the day, lane or time of a move may be.
FIELDS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date", "moment"}),
    "lane": frozenset({"text", "choice", "person"}),
    "at": frozenset({"time"}),
}


def on_calendar(
    place: Place, source: ProcedureSource, tasks: Mapping[str, Task], scope: Scope
) -> tuple[CalendarEntry, ...]:
    made = tuple(_entry(place, one, source, tasks, scope) for one in source.calendar)
    seen: set[str] = set()
    for entry, one in zip(made, source.calendar, strict=True):
        if entry.id in seen:
            spot = one.id.spot if one.id is not None else one.spot
            zh, en = f"日程 {entry.id} 写了两次", f"the calendar entry {entry.id!r} is there twice; give each an id"
            place.build.faults.add("duplicate_id", spot, zh, en, "id: ...")
        seen.add(entry.id)
    return made


def _entry(
    place: Place, source: CalendarSource, procedure: ProcedureSource, tasks: Mapping[str, Task], scope: Scope
) -> CalendarEntry:
    build = place.build
    if (source.day is None) == (source.tasks is None):
        zh, en = "日程要写 day（哪一天）或 tasks（哪些任务），只写一个", "write `day` or `tasks`, and only one of them"
        build.faults.add("calendar", source.spot, zh, en, "day: case.DATE")
    for person in source.people or ():
        if person not in place.people:
            build.unknown("people", person, place.people)
    return CalendarEntry(
        id=str(source.id or "entry"),
        name=build.text(source.name) if source.name else build.text(procedure.name),
        title=build.message(source.title, scope) or build.text(procedure.name),
        day=_typed(place, source.day, scope, Date, Moment),
        tasks=tuple(place.task(one) for one in source.tasks or ()),
        at=_typed(place, source.at, scope, Time, Moment),
        lasts=build.duration(source.lasts, scope),
        lane=_typed(place, source.lane, scope, Text, Choice, Person),
        lanes=_typed(place, source.lanes, scope, List),
        holds=_typed(place, source.holds, scope, Number),
        area=_typed(place, source.area, scope, PlaceType, Text),
        people=tuple(str(one) for one in source.people or ()),
        move=_move(place, source, source.move, tasks) if source.move is not None else None,
        clauses=build.cite(source),
        spot=source.spot,
    )


def _typed(place: Place, expr: Scalar | None, scope: Scope, *types: type[Type]) -> Condition | None:
    made = place.build.compile(expr, scope, None)
    if made is not None and expr is not None and not isinstance(made.type, (*types, Anything)):
        wanted = [one() for one in types]
        zh, en = "或".join(one.zh for one in wanted), " or ".join(one.en for one in wanted)
        place.build.faults.add(
            "calendar", expr.spot, f"这里要{zh}，而这是{made.type.zh}", f"{en} belongs here, but this is {made.type.en}"
        )
    return made


def _move(place: Place, entry: CalendarSource, source: MoveSource, tasks: Mapping[str, Task]) -> CalendarMove | None:
    """A task opened by hand whose form has the fields named, with one outcome or the one named."""
    build, name = place.build, place.task(source.task)
    task = tasks.get(name)
    if task is None:
        return None
    if entry.tasks is not None:
        zh, en = (
            "按任务排的日程随期限走，不能用 move 移动",
            "what stands by its tasks follows their deadlines: no `move`",
        )
        build.faults.add("calendar", source.spot, zh, en)
    if not task.opens.demand:
        zh, en = f"任务 {name} 不能手动开始，请写 opens: {{demand: true}}", f"the task {name!r} is not opened by hand"
        build.faults.add("calendar", source.task.spot, zh, en, "opens: {demand: true}")
    fields = {one.id: one for one in build.forms[task.form].fields} if task.form in build.forms else {}
    for kind, allowed in FIELDS.items():
        written: Scalar | None = getattr(source, kind)
        if written is None:
            continue
        if written not in fields:
            build.unknown("fields", written, fields)
        elif fields[str(written)].type not in allowed:
            zh, en = f"字段 {written} 的类型不能用在这里", f"the field {str(written)!r} is of another type"
            build.faults.add("calendar", written.spot, zh, en, " / ".join(sorted(allowed)))
    outcome = str(source.outcome or "")
    if outcome and outcome not in task.outcomes:
        build.unknown("outcomes", source.outcome, task.outcomes)  # type: ignore[arg-type]
    elif not outcome and len(task.outcomes) > 1:
        zh, en = f"任务 {name} 有几个结果，请写 outcome", f"the task {name!r} has several outcomes; name one"
        build.faults.add("calendar", source.spot, zh, en, "outcome: ...")
    outcome = outcome or next(iter(task.outcomes), "")
    return CalendarMove(name, str(source.date), str(source.lane or ""), str(source.at or ""), outcome)

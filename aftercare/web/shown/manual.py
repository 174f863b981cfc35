"""The handbook as a manual: chapters, procedures with tasks, clauses, how they fare, how strictly they are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from aftercare.cases import rule_queries
from aftercare.cases.queries import clause_figures
from aftercare.errors import NotFound
from aftercare.handbook.conditions import Condition
from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.model import Anchor, Clause, Deadline, Gate, Handbook, Party, Procedure, Setting, Task
from aftercare.texts import Text
from aftercare.web.naming import House, Names, bracketed, clause_links, listed
from aftercare.web.words import local, money_said, text_in

Json = Any
CARRIED: Mapping[str, Text] = {
    "block": Text("拦截：不满足就办不成", "Blocks: without it the step cannot be done"),
    "schedule": Text("排期：到时自动出现任务", "Schedules: the task appears by itself"),
    "compute": Text("计算：由系统算出并核对", "Computes: worked out and compared by the system"),
    "record": Text("记录：谁何时做了都留痕", "Records: who did it and when is kept"),
    "attest": Text("自证：由人确认，事后追责", "Attests: people answer for it"),
}
LEVELS: Mapping[str, Text] = {
    "observe": Text("只记录", "Observe"),
    "warn": Text("提醒", "Warn"),
    "refuse": Text("拦截", "Refuse"),
}
_UNITS: Mapping[str, Text] = {
    "min": Text("分钟", "min"), "h": Text("小时", "h"), "d": Text("天", "days"), "w": Text("周", "weeks"),
    "mo": Text("个月", "months"), "q": Text("个季度", "quarters"), "y": Text("年", "years"),
    "wd": Text("个工作日", "working days"), "wh": Text("个工作小时", "working hours"),
    "wmin": Text("工作分钟", "working min"),
}  # fmt: skip
DAYS = 90


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One clause with its figures of the last 90 days and its dial."""

    clause: Clause
    kept: int
    broken: int
    refused: int
    observed: int
    levels: list[tuple[Text, str, Any]]  # level, store ("" = the company), since
    carried: Text
    where: list[tuple[str, str]]  # (procedure, name) of the procedures that cite it

    @property
    def percent(self) -> int | None:
        total = self.kept + self.broken + self.observed
        return round(100 * self.kept / total) if total else None


@dataclass(frozen=True, slots=True)
class Step:
    """One task as the manual describes it."""

    task: Task
    who: str
    opens: str
    due: str
    gates: list[tuple[str, list[tuple[str, str, str]]]]
    outcomes: list[str]
    parties: list[str]
    form: str
    clauses: list[tuple[str, str, str]]


def handbook_named(handbook: str) -> Handbook:
    found = next((one for one in rule_queries.live() if one.id == handbook), None)
    if found is None:
        raise NotFound.because("no_handbook", "没有这本手册。", "There is no such handbook.")
    return found


class Manual:
    """One handbook in force, for one reader."""

    def __init__(self, request: Any, handbook: Handbook) -> None:
        self.request, self.actor, self.now, self.handbook = request, request.actor, request.now, handbook
        self.house = House()

    @property
    def may_turn(self) -> bool:
        return bool(self.actor.may_somewhere("handbook.dial"))

    @cached_property
    def figures(self) -> dict[str, dict[str, int]]:
        return clause_figures(self.actor, self.now - timedelta(days=DAYS))

    @cached_property
    def levels(self) -> dict[str, list[rule_queries.Level]]:
        return rule_queries.levels(self.handbook, local(self.now).date(), list(self.house.stores))

    @property
    def chapters(self) -> list[tuple[str, str, list[Clause]]]:
        """(number, title, clauses) by the chapter of the source."""
        found: dict[str, list[Clause]] = {}
        for clause in self.handbook.clauses.values():
            found.setdefault((clause.source or "").split(".")[0] or clause.system, []).append(clause)
        return [(number, self._title(number, clauses), clauses) for number, clauses in found.items()]

    def _title(self, number: str, clauses: list[Clause]) -> str:
        if number in self.handbook.chapters:
            return text_in(self.handbook.chapters[number])
        return listed(dict.fromkeys(one.id.split("-")[0] for one in clauses))

    def line(self, clause: Clause) -> ClauseLine:
        counted = self.figures.get(clause.id, {})
        return ClauseLine(
            clause,
            kept=counted.get("kept", 0),
            broken=counted.get("broken", 0),
            refused=counted.get("refused", 0),
            observed=counted.get("observed", 0),
            levels=[(LEVELS[one.level], self.house.store(one.store), one.since) for one in self.levels[clause.id]],
            carried=CARRIED[clause.enforce],
            where=[
                (one.id, text_in(one.name))
                for one in self.handbook.procedures.values()
                if clause.id in self.cited[one.id]
            ],
        )

    @cached_property
    def cited(self) -> dict[str, frozenset[str]]:
        return {one.id: cited(one, self.handbook) for one in self.handbook.procedures.values()}

    @property
    def clause_chapters(self) -> list[tuple[str, str, list[ClauseLine]]]:
        return [(number, systems, [self.line(one) for one in clauses]) for number, systems, clauses in self.chapters]

    @property
    def procedures(self) -> list[Procedure]:
        return list(self.handbook.procedures.values())

    @property
    def settings(self) -> list[Setting]:
        return list(self.handbook.settings.values())

    def steps(self, procedure: Procedure) -> list[Step]:
        names = Names(self.handbook, procedure, self.house)
        said = Said(self.handbook, names)
        return [said.step(task) for task in procedure.tasks.values()]


def cited(procedure: Procedure, handbook: Handbook) -> frozenset[str]:
    """The clauses that any element of a procedure names, its forms among them."""
    tasks = list(procedure.tasks.values())
    outcomes = [one for task in tasks for one in task.outcomes.values()]
    forms = [handbook.forms[task.form] for task in tasks if task.form in handbook.forms]
    fields = [field for form in forms for one in form.fields for field in (one, *one.columns)]
    elements: list[Any] = [
        procedure,
        *tasks,
        *outcomes,
        *forms,
        *fields,
        *procedure.deadlines,
        *procedure.flags.values(),
    ]
    for task in tasks:
        elements += [*task.requires, *task.parties]
    for outcome in outcomes:
        elements += [*outcome.requires, *outcome.parties]
    elements += [one for one in (*(task.due for task in tasks), *(form.correction for form in forms)) if one]
    return frozenset(clause for one in elements for clause in one.clauses)


class Said:
    """Times and gates of a handbook in words."""

    def __init__(self, handbook: Handbook, names: Names) -> None:
        self.handbook, self.names = handbook, names

    def step(self, task: Task) -> Step:
        gates = [*task.requires, *(gate for one in task.outcomes.values() for gate in one.requires)]
        parties = [*task.parties, *(party for one in task.outcomes.values() for party in one.parties)]
        form = self.handbook.forms.get(task.form)
        return Step(
            task,
            listed(self.names.role(one) for one in task.role),
            self.opens(task),
            self.due(task.due),
            [(self.gate(one), clause_links(one.clauses, self.handbook)) for one in gates],
            [text_in(one.name) for one in task.outcomes.values()],
            [self.word(who, one) for one in parties for who in one.who],
            text_in(form.name) if form else "",
            clause_links([*task.clauses, *(task.due.clauses if task.due else ())], self.handbook),
        )  # fmt: skip

    def word(self, who: str, party: Party) -> str:
        """Customer: confirm."""
        return self.names.role(who) + _(": ") + listed(map(self.names.must, sorted(party.must)))

    def gate(self, gate: Gate) -> str:
        """The sentence that is shown when it does not hold; braces of values become dots."""
        text = text_in(gate.message) if gate.message else ""
        return "".join("…" if n % 2 else part for n, part in enumerate(text.replace("}", "{").split("{")))

    def opens(self, task: Task) -> str:
        opens = task.opens
        if opens.before is not None:
            return self.offset(opens.before.anchor, opens.before.side, opens.before.by)
        if opens.demand:
            return _("begun by hand, as often as needed")
        if opens.when is not None:
            return _("when its condition becomes true")
        after = [
            self.names.task(one.task) + bracketed(self.names.outcome(one.task, one.outcome) if one.outcome else "")
            for one in opens.after
        ]
        return _("after %(tasks)s") % {"tasks": listed(after)} if after else _("at once")

    def due(self, due: Deadline | None) -> str:
        return self.offset(due.offset.anchor, due.offset.side, due.offset.by) if due else ""

    def offset(self, anchor: Anchor, side: str, by: Condition | None) -> str:
        length, what = self.length(by), self.anchor(anchor)
        if side == "before" and length.startswith("0 "):
            return _("on the day: %(what)s") % {"what": what}
        if side == "before":
            return _("%(length)s before %(what)s") % {"length": length, "what": what}
        return _("within %(length)s after %(what)s") % {"length": length, "what": what} if length else what

    def anchor(self, anchor: Anchor) -> str:
        if anchor.kind in ("task", "opened", "case_opened", "due", "closing"):
            simple = {
                "opened": _("the task opens"), "case_opened": _("the case opens"), "due": _("it is due"),
                "closing": _("closing time"), "task": self.names.task(anchor.task) if anchor.task else "",
            }  # fmt: skip
            return simple[anchor.kind]
        if anchor.kind == "expr" and anchor.expr is not None:
            paths = sorted(anchor.expr.names)
            days = listed(self.names.value(path[-1]) for path in paths if path[0] != "settings")
            return " + ".join([days, *(self.figure(path[1]) for path in paths if path[0] == "settings")])
        return anchor.day

    def length(self, by: Condition | None) -> str:
        """A period in words; of a figure its value in the handbook."""
        if by is None:
            return ""
        for path in by.names:
            if path[0] == "settings" and path[1] in self.handbook.settings:
                return self.figure(path[1])
        return duration_said(by.text.strip("'\" "))

    def figure(self, name: str) -> str:
        return said_value(self.handbook.settings[name], self.handbook.settings[name].value)


def duration_said(text: str) -> str:
    """14 days, 4 working hours; what cannot be read stays as it is."""
    try:
        found = parse_duration(text)
    except DurationFault:
        return text
    unit = _UNITS.get(found.unit)
    return f"{found.n} {text_in(unit)}" if unit else text


def said_value(setting: Setting, value: Json) -> str:
    """A figure as people say it."""
    if setting.type == "duration":
        return duration_said(str(value))
    if setting.type == "money" and isinstance(value, int):
        return money_said(value)
    if setting.type == "check":
        return _("yes") if value else _("no")
    if setting.type == "list":
        return _("%(n)s entries") % {"n": len(value or [])}
    return str(value)

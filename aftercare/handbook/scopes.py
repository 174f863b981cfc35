"""What a condition may name at each place of a handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftercare.handbook.conditions import (
    Anything,
    Bool,
    Choice,
    Date,
    FunctionType,
    List,
    Moment,
    Money,
    Number,
    Person,
    Ref,
    Scope,
    Struct,
    Text,
    Type,
)
from aftercare.handbook.entities import ENTITIES
from aftercare.handbook.fields import form_type, schema_type, setting_type, value_type
from aftercare.handbook.model import Form, Setting

AnyType = Type | FunctionType

# Asked of the world while judging; facts are loaded before.
FUNCTIONS: Mapping[str, FunctionType] = {
    "held": FunctionType((Text(), Text()), Bool(), optional=1),
    "issued": FunctionType((Text(),), Bool()),
    "published": FunctionType((Text(),), Bool()),
    "booked": FunctionType((Text(),), Bool()),
    "handled": FunctionType((Anything(),), List(Person())),
    "covered_by": FunctionType((Anything(), Text()), Bool(), optional=1),
}
CASE: Mapping[str, AnyType] = {
    "id": Number(), "number": Text(), "opened": Moment(), "opener": Person(), "store": Ref("store", {"name": Text()}),
    "customer": Ref("customer"), "subject": Anything(), "status": Text(), "period": Date(),
}  # fmt: skip
READABLE = ("case", "sheets", "tasks", "people", "charges", "flags")  # of a related case
ROOTS = frozenset({
    "form", "row", "sheets", "tasks", "case", "subject", "customer", "people", "settings", "facts", "charges", "flags",
    "children", "rules", "today", "now", "calendar", "finding", "dossier", "record",
})  # fmt: skip
TASK_FIELDS = ("done", "outcome", "at", "round", "actor", "open")
LOOSE: AnyType = Struct({}, open=True)


@dataclass(slots=True)
class Names:
    """The parts of a procedure that conditions can read, gathered before any condition is compiled."""

    subject: str = "none"
    forms: dict[str, Form] = field(default_factory=dict)  # every form of the handbook, fields without conditions
    task_forms: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    people: dict[str, bool] = field(default_factory=dict)  # id -> many
    facts: dict[str, str] = field(default_factory=dict)  # id -> take
    charges: dict[str, tuple[str, ...]] = field(default_factory=dict)  # id -> parts
    flags: tuple[str, ...] = ()
    children: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    rules: Mapping[str, FunctionType] = field(default_factory=dict)


def procedure_names(names: Names) -> dict[str, AnyType]:
    """The roots every condition of a procedure may read, without `form` and rows."""
    return {
        "case": Struct({**CASE, **{name: value_type(word, names.forms) for name, word in names.values.items()}}),
        "subject": subject_type(names.subject, names.forms),
        "customer": Struct(schema_type(ENTITIES["customer"])),
        "people": Struct({name: List(Person()) if many else Person() for name, many in names.people.items()}),
        "settings": settings_type(names.settings),
        "facts": Struct({name: _fact(take) for name, take in names.facts.items()}),
        "charges": Struct({name: _charge(parts) for name, parts in names.charges.items()}),
        "flags": Struct({name: Bool() for name in names.flags}),
        "children": Struct({name: _child(ends) for name, ends in names.children.items()}),
        "rules": Struct(dict(names.rules)),
        "tasks": Struct({name: task_type(outcomes) for name, outcomes in names.outcomes.items()}),
        "sheets": Struct({task: _sheet(names, form) for task, form in names.task_forms.items()}),
        "dossier": Struct({"complete": Bool()}),
        "today": Date(),
        "now": Moment(),
    }  # fmt: skip


def loose_names(settings: Mapping[str, Setting], rules: Mapping[str, FunctionType]) -> dict[str, AnyType]:
    """For what belongs to no procedure: only settings, rules and the day are known by name."""
    open_roots = ("case", "subject", "customer", "people", "facts", "charges", "flags", "children", "tasks", "sheets")
    return {
        **dict.fromkeys(open_roots, LOOSE),
        "settings": settings_type(settings),
        "rules": Struct(dict(rules)),
        "today": Date(),
        "now": Moment(),
    }


def scope(names: Mapping[str, AnyType], **more: AnyType) -> Scope:
    return Scope(names={**names, **more}, functions=FUNCTIONS)


def settings_type(settings: Mapping[str, Setting]) -> Struct:
    return Struct({name: setting_type(one) for name, one in settings.items()})


def subject_type(subject: str, forms: Mapping[str, Form]) -> AnyType:
    if subject.startswith("record:"):
        form = forms.get(subject.removeprefix("record:"))
        return form_type(form) if form else LOOSE
    schema = ENTITIES.get(subject)
    return Struct(schema_type(schema)) if schema else LOOSE


def task_type(outcomes: tuple[str, ...]) -> Struct:
    kinds: tuple[Type, ...] = (Bool(), Choice(outcomes), Moment(), Number(), Person(), Bool())
    return Struct(dict(zip(TASK_FIELDS, kinds, strict=True)))


def _sheet(names: Names, form: str) -> AnyType:
    found = names.forms.get(form)
    return form_type(found) if found else LOOSE


def _fact(take: str) -> Type:
    verb = take.split(" ", 1)[0]
    kinds: dict[str, Type] = {"exists": Bool(), "count": Number(), "rows": List(Struct({}, open=True))}
    return kinds.get(verb, Anything())


def _child(ends: tuple[str, ...]) -> Struct:
    return Struct({"done": Bool(), "outcome": Choice(ends)})


def _charge(parts: tuple[str, ...]) -> Struct:
    fields: dict[str, AnyType] = {"amount": Money(), "received": Money(), "rest": Money(), "paid": Bool()}
    part = Struct({"amount": Money(), "received": Money(), "rest": Money(), "paid": Bool()})
    return Struct({**dict.fromkeys(parts, part), **fields})

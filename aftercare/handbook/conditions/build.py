"""From typed steps to closures: each takes the environment and the loop variables and returns a value or UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftercare.handbook.conditions.scope import Op
from aftercare.handbook.conditions.steps import STEPS, eq
from aftercare.handbook.conditions.timing import plus
from aftercare.handbook.conditions.values import READ, UNKNOWN, write
from aftercare.handbook.duration import Duration

Env = Mapping[str, Any]
Run = Callable[[Env, list[Any]], Any]

BUDGET = 1_000_000  # rounds of loops in one evaluation; over it the answer is UNKNOWN
_LEFT = 0  # place of what is left of it; loop variables follow


def build(op: Op) -> Run:
    return _BUILD.get(op.code, _strict)(op)


def _strict(op: Op) -> Run:
    """A step that is unknown as soon as one of its arguments is."""
    step, data = STEPS[op.code], op.data
    if op.code == "index":
        data = (op.type.kind,)
    runs = tuple(build(arg) for arg in op.args)
    if len(runs) == 1:
        only = runs[0]

        def run_one(env: Env, vars_: list[Any]) -> Any:
            value = only(env, vars_)
            return UNKNOWN if value is UNKNOWN else step(value, *data)

        return run_one
    first, second = runs

    def run_two(env: Env, vars_: list[Any]) -> Any:
        left = first(env, vars_)
        if left is UNKNOWN:
            return UNKNOWN
        right = second(env, vars_)
        return UNKNOWN if right is UNKNOWN else step(left, right, *data)

    return run_two


def _plus(op: Op) -> Run:
    """A period from the settings may be in working time: then the calendar of the engine adds it."""
    start_of, length_of = (build(arg) for arg in op.args)
    kind, sign, zone = op.data

    def run(env: Env, vars_: list[Any]) -> Any:
        start, length = start_of(env, vars_), length_of(env, vars_)
        if start is UNKNOWN or length is UNKNOWN:
            return UNKNOWN
        if isinstance(length, Duration) and length.working and kind != "time":
            signed = length if sign > 0 else -length
            return _ask(env, "fn", "plus_work", (write(kind, start), str(signed)), kind)
        return plus(start, length, kind, sign, zone)

    return run


def _const(op: Op) -> Run:
    raw, kind = op.data
    value = READ[kind](raw)
    return lambda env, vars_: value


def _path(op: Op) -> Run:
    read = READ[op.type.kind]
    root, *names = op.data
    if not names:
        return lambda env, vars_: read(env.get(root))
    *middle, last = names
    if not middle:
        return _short_path(root, last, read)

    def run(env: Env, vars_: list[Any]) -> Any:
        at = env.get(root)
        for name in middle:
            if not isinstance(at, _MAPPINGS):
                return UNKNOWN
            at = at.get(name)
        return read(at.get(last)) if isinstance(at, _MAPPINGS) else UNKNOWN

    return run


def _short_path(root: str, name: str, read: Callable[[Any], Any]) -> Run:
    def run(env: Env, vars_: list[Any]) -> Any:
        at = env.get(root)
        return read(at.get(name)) if isinstance(at, _MAPPINGS) else UNKNOWN

    return run


_MAPPINGS = (dict, Mapping)  # a dict is told at a glance, any other mapping not


def _var(op: Op) -> Run:
    place = op.data[0] + 1
    return lambda env, vars_: vars_[place]


def _field(op: Op) -> Run:
    base, read, name = build(op.args[0]), READ[op.type.kind], op.data[0]

    def run(env: Env, vars_: list[Any]) -> Any:
        row = base(env, vars_)
        return read(row.get(name)) if isinstance(row, Mapping) else UNKNOWN

    return run


def _as(op: Op) -> Run:
    base, read = build(op.args[0]), READ[op.data[0]]
    return lambda env, vars_: read(base(env, vars_))


def _settles(op: Op) -> Run:
    """`and` is settled by the first false, `or` by the first true; unknown only when nothing settles it."""
    runs, settled = tuple(build(arg) for arg in op.args), op.code == "or"

    def run(env: Env, vars_: list[Any]) -> Any:
        found: Any = not settled
        for each in runs:
            value = each(env, vars_)
            if value is settled:
                return settled
            if value is UNKNOWN:
                found = UNKNOWN
        return found

    return run


def _not(op: Op) -> Run:
    arg = build(op.args[0])

    def run(env: Env, vars_: list[Any]) -> Any:
        value = arg(env, vars_)
        return UNKNOWN if value is UNKNOWN else not value

    return run


def _if(op: Op) -> Run:
    test, yes, no = (build(arg) for arg in op.args)

    def run(env: Env, vars_: list[Any]) -> Any:
        value = test(env, vars_)
        return UNKNOWN if value is UNKNOWN else (yes if value else no)(env, vars_)

    return run


def _list(op: Op) -> Run:
    runs = tuple(build(arg) for arg in op.args)
    return lambda env, vars_: [run(env, vars_) for run in runs]


def _filled(op: Op) -> Run:
    arg = build(op.args[0])

    def run(env: Env, vars_: list[Any]) -> Any:
        value = arg(env, vars_)
        if value is UNKNOWN:
            return False
        if isinstance(value, Mapping):
            return any(part not in (None, "") for part in value.values())
        return len(value) > 0 if isinstance(value, list | tuple) else True

    return run


def _in(op: Op) -> Run:
    item_of, items_of = (build(arg) for arg in op.args)
    kind = op.data[0]
    read = READ[kind]

    def run(env: Env, vars_: list[Any]) -> Any:
        item, items = item_of(env, vars_), items_of(env, vars_)
        if items is UNKNOWN:
            return UNKNOWN
        found: Any = False
        for raw in items:
            other = read(raw)
            answer = UNKNOWN if item is UNKNOWN or other is UNKNOWN else eq(item, other, kind)
            if answer is True:
                return True
            found = UNKNOWN if answer is UNKNOWN else found
        return found

    return run


def _loop(op: Op) -> Run:
    items_of, body = (build(arg) for arg in op.args)
    slot, kind = op.data
    place, read, gather = slot + 1, READ[kind], _GATHER[op.code]

    def run(env: Env, vars_: list[Any]) -> Any:
        items = items_of(env, vars_)
        if items is UNKNOWN:
            return UNKNOWN
        vars_[_LEFT] -= len(items)
        if vars_[_LEFT] < 0:
            return UNKNOWN

        def answer(raw: Any) -> Any:
            vars_[place] = read(raw)
            return body(env, vars_)

        return gather(items, answer)

    return run


Answer = Callable[[Any], Any]


def _any_of(items: Any, answer: Answer, settled: bool) -> Any:
    found: Any = not settled
    for raw in items:
        value = answer(raw)
        if value is settled:
            return settled
        found = UNKNOWN if value is UNKNOWN else found
    return found


def _exists_one(items: Any, answer: Answer) -> Any:
    values = [answer(raw) for raw in items]
    hits = sum(value is True for value in values)
    return False if hits > 1 else UNKNOWN if any(value is UNKNOWN for value in values) else hits == 1


def _filter(items: Any, answer: Answer) -> Any:
    kept = []
    for raw in items:
        value = answer(raw)
        if value is UNKNOWN:
            return UNKNOWN
        if value:
            kept.append(raw)
    return kept


_GATHER: dict[str, Callable[[Any, Answer], Any]] = {
    "all": lambda items, answer: _any_of(items, answer, False),
    "exists": lambda items, answer: _any_of(items, answer, True),
    "exists_one": _exists_one,
    "filter": _filter,
    "map": lambda items, answer: [answer(raw) for raw in items],
}


def _call(op: Op) -> Run:
    runs = tuple(build(arg) for arg in op.args)
    root, name, kind, *kinds = op.data

    def run(env: Env, vars_: list[Any]) -> Any:
        values = (write(of, each(env, vars_)) for of, each in zip(kinds, runs, strict=True))
        return _ask(env, root, name, tuple(None if value is UNKNOWN else value for value in values), kind)

    return run


def _ask(env: Env, root: str, name: str, args: tuple[Any, ...], kind: str) -> Any:
    group = env.get(root)
    asked = group.get(name) if isinstance(group, Mapping) else None
    return READ[kind](asked(*args)) if callable(asked) else UNKNOWN


_BUILD: dict[str, Callable[[Op], Run]] = {
    "const": _const, "path": _path, "var": _var, "field": _field, "as": _as, "and": _settles, "or": _settles,
    "not": _not, "if": _if, "list": _list, "filled": _filled, "in": _in, "call": _call, "plus": _plus,
    **dict.fromkeys(_GATHER, _loop),
}  # fmt: skip

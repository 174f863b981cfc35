"""The functions of the language, how each is typed, and those that ask the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.handbook.conditions import patterns
from aftercare.handbook.conditions.errors import nearest
from aftercare.handbook.conditions.operators import coerce, is_text, moved, unify, within_list
from aftercare.handbook.conditions.parse import Call, Node
from aftercare.handbook.conditions.scope import Op
from aftercare.handbook.conditions.types import (
    ORDERED,
    Anything,
    AnyType,
    Bool,
    Date,
    Duration,
    FunctionType,
    List,
    Money,
    Number,
    Struct,
    Text,
    Type,
    deep_kind,
)

if TYPE_CHECKING:
    from aftercare.handbook.conditions.check import Checker

SUMMED = frozenset({"number", "money", "duration"})
# what people write out of habit -> what there is
_HABITS = {"has": "filled", "len": "size", "count": "size", "length": "size", "isEmpty": "filled", "now": "now",
           "today": "today", "date": "day", "avg": "mean", "average": "mean", "abs": "greater", "if": "?:"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A call being typed: its arguments, and where to point at each."""

    checker: Checker
    node: Call
    args: list[Op]
    at: list[int]

    def arg(self, place: int, want: Type) -> Op:
        return coerce(self.checker, self.args[place], want, self.at[place])

    def fault(self, code: str, place: int, *, meant: str = "", **words: object) -> Op:
        return self.checker.report(code, self.at[place], meant=meant, **words)


def call(checker: Checker, node: Call, bases: list[Node]) -> Op:
    """`name(a, b)` or, the same, `a.name(b)`."""
    if node.id not in BUILTIN:
        shape = checker.scope.functions.get(node.id)
        if shape is not None and not bases:
            return outside(checker, node, shape, ("fn", node.id))
        for arg in (*bases, *node.args):
            checker.check(arg)
        known = [*BUILTIN, *checker.scope.functions]
        meant = _HABITS.get(node.id, "") or nearest(node.id, known)
        return checker.report("unknown_function", node.offset, name=node.id, meant=meant)
    least, most, build = BUILTIN[node.id]
    nodes = [*bases, *node.args]
    asked = Asked(checker, node, [checker.check(arg) for arg in nodes], [arg.offset for arg in nodes])
    if not least <= len(nodes) <= most:
        return _count(checker, node, least, most, len(nodes))
    checker.calls.add(node.id)
    return build(asked)


def _count(checker: Checker, node: Call, least: int, most: int, got: int) -> Op:
    want = str(least) if least == most else f"{least}-{most}"
    return checker.report("argument_count", node.offset, name=node.id, want=want, got=got)


def outside(checker: Checker, node: Call, shape: FunctionType, path: tuple[str, str]) -> Op:
    """A function the engine brings along: `env[path[0]][path[1]]`, from JSON to JSON, None for what is unknown."""
    checker.calls.add(path[1] if path[0] == "fn" else ".".join(path))
    least, most = len(shape.args) - shape.optional, len(shape.args) if shape.rest is None else 99
    if not least <= len(node.args) <= most:
        return _count(checker, node, least, most, len(node.args))
    wanted = [*shape.args, *[shape.rest or Anything()] * (len(node.args) - len(shape.args))]
    pairs = zip(node.args, wanted, strict=False)
    return _engine([coerce(checker, checker.check(arg), want, arg.offset) for arg, want in pairs], shape.result, path)


def _engine(args: list[Op], result: Type, path: tuple[str, str]) -> Op:
    return Op("call", result, tuple(args), (*path, result.kind, *(deep_kind(arg.type) for arg in args)))


# lists and their columns


def _cells(asked: Asked, column: int = 1) -> Op:
    """The list itself, or one column of it."""
    items = asked.arg(0, List(Anything()))
    if not isinstance(items.type, List) or len(asked.args) <= column:
        return items
    name = asked.args[column]
    if not is_text(name):
        return asked.fault("literal_argument", column, name=asked.node.id)
    known: AnyType = Anything()
    if isinstance(items.type.of, Struct):
        fields = items.type.of.fields
        if name.data[0] not in fields and not items.type.of.open:
            meant = nearest(name.data[0], fields)
            return asked.fault("unknown_field", column, of=asked.node.id, name=name.data[0], meant=meant)
        known = fields.get(name.data[0], Anything())
    elif not isinstance(items.type.of, Anything):
        return asked.fault("no_fields", column, type=items.type.of, name=name.data[0])
    return Op("column", List(known if isinstance(known, Type) else Anything()), (items,), (name.data[0],))


def _measured(asked: Asked, cells: Op, allowed: frozenset[str]) -> Type | None:
    """The type of the cells; untyped ones count as numbers."""
    of = cells.type.of if isinstance(cells.type, List) else Anything()
    if isinstance(of, Anything):
        return Number()
    if of.kind in allowed:
        return of
    needs_column = isinstance(of, Struct) and len(asked.args) == 1
    asked.fault("column_name" if needs_column else "no_order" if allowed is ORDERED else "cannot_sum", 0, type=of)
    return None


def _fold(step: str, allowed: frozenset[str]) -> Callable[[Asked], Op]:
    def build(asked: Asked) -> Op:
        cells = _cells(asked)
        of = _measured(asked, cells, allowed)
        return Op(step, of or Anything(), (cells,), ((of or Anything()).kind,))

    return build


def _weighted(asked: Asked) -> Op:
    values, weights = _cells(asked, 1), _cells(asked, 2)
    of = _measured(asked, values, frozenset({"number", "money"})) or Number()
    _measured(asked, weights, frozenset({"number"}))
    return Op("weighted", of, (values, weights), (of.kind,))


def _either(step: str) -> Callable[[Asked], Op]:
    def build(asked: Asked) -> Op:
        pair = unify(asked.checker, asked.args, asked.at[1])
        loose = (isinstance(op.type, Anything) for op in pair)
        pair = [
            coerce(asked.checker, op, Number(), asked.at[0]) if any_ else op
            for op, any_ in zip(pair, loose, strict=True)
        ]
        of = pair[0].type
        if of.kind not in ORDERED:
            return asked.fault("no_order", 0, type=of)
        if pair[1].type.kind != of.kind:
            return asked.fault("mixed", 1, left=of, right=pair[1].type)
        return Op(step, of, (Op("list", List(of), tuple(pair)),), (of.kind,))

    return build


def _first_or_last(step: str) -> Callable[[Asked], Op]:
    def build(asked: Asked) -> Op:
        cells = _cells(asked)
        of = cells.type.of if isinstance(cells.type, List) else Anything()
        if isinstance(of, Anything):
            of = Date()
        if of.kind not in ("date", "moment", "time"):
            return asked.fault("wrong_type", 0, want=Date(), got=of)
        return Op(step, of, (cells,), (of.kind,))

    return build


def _size(asked: Asked) -> Op:
    kind = asked.args[0].type.kind
    if kind not in ("list", "text", "any"):
        return asked.fault("not_a_list", 0, got=asked.args[0].type)
    return Op("size", Number(), (asked.args[0],))


# numbers and money


def _times(asked: Asked) -> Op:
    thing, number = asked.args[0], asked.arg(1, Number())
    if is_text(thing):
        thing = asked.arg(0, Duration())
    if isinstance(thing.type, Anything):
        thing = asked.arg(0, Number())
    steps = {"number": "mul", "money": "mul_money", "duration": "mul_duration"}
    if thing.type.kind not in steps:
        return asked.fault("wrong_type", 0, want=Number(), got=thing.type)
    return Op(steps[thing.type.kind], thing.type, (thing, number))


def _share(asked: Asked) -> Op:
    whole = asked.args[0] if asked.args[0].type.kind == "money" else asked.arg(0, Number())
    return Op("share", whole.type, (whole, asked.arg(1, Number())), (whole.type.kind,))


def _yuan(asked: Asked) -> Op:
    return Op("yuan", Money(), (asked.arg(0, Number()),))


# time


def _in_time(asked: Asked, place: int, kinds: tuple[str, ...] = ("date", "moment")) -> Op:
    op = asked.args[place]
    if is_text(op) or isinstance(op.type, Anything):
        return asked.arg(place, Date())
    return op if op.type.kind in kinds else asked.fault("wrong_type", place, want=Date(), got=op.type)


def as_day(asked: Asked, op: Op) -> Op:
    return Op("day", Date(), (op,), (asked.checker.scope.zone,)) if op.type.kind == "moment" else op


def _day(asked: Asked) -> Op:
    return as_day(asked, _in_time(asked, 0))


def _days(asked: Asked) -> Op:
    return Op("days", Number(), (as_day(asked, _in_time(asked, 0)), as_day(asked, _in_time(asked, 1))))


def _span(asked: Asked) -> Op:
    start, end = _in_time(asked, 0), _in_time(asked, 1)
    if start.type.kind == end.type.kind == "moment":
        return Op("diff_moment", Duration(), (end, start))
    return Op("diff_date", Duration(), (as_day(asked, end), as_day(asked, start)))


def _plus(asked: Asked) -> Op:
    start = _in_time(asked, 0, ("date", "moment", "time"))
    return moved(asked.checker, start, asked.arg(1, Duration()), "+", asked.at[1])


def _plus_work(asked: Asked) -> Op:
    start = _in_time(asked, 0)
    return _engine([start, asked.arg(1, Duration())], start.type, ("fn", "plus_work"))


def _within(asked: Asked) -> Op:
    if len(asked.args) == 2:
        return _engine(asked.args, Bool(), ("fn", "within"))
    value, low, high = unify(asked.checker, asked.args, asked.at[1])
    kind = value.type.kind
    if kind not in ORDERED or {low.type.kind, high.type.kind} != {kind}:
        return asked.fault("mixed", 1, left=value.type, right=low.type)
    return Op("and", Bool(), (Op("le", Bool(), (low, value), (kind,)), Op("le", Bool(), (value, high), (kind,))))


# texts


def _filled(asked: Asked) -> Op:
    return Op("filled", Bool(), (asked.args[0],))


def _texts(step: str) -> Callable[[Asked], Op]:
    def build(asked: Asked) -> Op:
        if step == "contains" and asked.args[0].type.kind == "list":
            return within_list(asked.checker, asked.args[1], asked.args[0], asked.at[1])
        return Op(step, Bool(), (asked.arg(0, Text()), asked.arg(1, Text())))

    return build


def _matches(asked: Asked) -> Op:
    if not is_text(asked.args[1]):
        return asked.fault("literal_argument", 1, name="matches")
    try:
        source = patterns.plain(asked.args[1].data[0])
    except patterns.PatternFault as wrong:
        return asked.fault("bad_pattern", 1, why=(wrong.zh, wrong.en))
    return Op("matches", Bool(), (asked.arg(0, Text()),), (source,))


# name: (fewest arguments, most, how it is typed)
BUILTIN: dict[str, tuple[int, int, Callable[[Asked], Op]]] = {
    "total": (1, 2, _fold("sum", SUMMED)), "sum": (1, 2, _fold("sum", SUMMED)),
    "mean": (1, 2, _fold("mean", frozenset({"number", "money"}))),
    "min": (1, 2, _fold("min", ORDERED)), "max": (1, 2, _fold("max", ORDERED)),
    "weighted": (3, 3, _weighted), "lesser": (2, 2, _either("min")), "greater": (2, 2, _either("max")),
    "first_of": (1, 2, _first_or_last("min")), "last_of": (1, 2, _first_or_last("max")), "size": (1, 1, _size),
    "share": (2, 2, _share), "times": (2, 2, _times), "yuan": (1, 1, _yuan),
    "plus": (2, 2, _plus), "day": (1, 1, _day), "days": (2, 2, _days), "span": (2, 2, _span),
    "plus_work": (2, 2, _plus_work), "within": (2, 3, _within),
    "filled": (1, 1, _filled), "same": (2, 2, _texts("same")), "matches": (2, 2, _matches),
    "startsWith": (2, 2, _texts("startsWith")), "endsWith": (2, 2, _texts("endsWith")),
    "contains": (2, 2, _texts("contains")),
}  # fmt: skip
METHODS = frozenset(BUILTIN)

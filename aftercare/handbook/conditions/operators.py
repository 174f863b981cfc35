"""Which types go together, and what a quoted literal beside a typed operand means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.handbook.conditions.errors import nearest
from aftercare.handbook.conditions.scope import Op
from aftercare.handbook.conditions.types import (
    LITERAL_KINDS,
    ORDERED,
    Anything,
    Bool,
    Choice,
    Date,
    Duration,
    List,
    Moment,
    Money,
    Number,
    Text,
    Time,
    Type,
)
from aftercare.handbook.conditions.values import BLANK, READ, UNKNOWN
from aftercare.handbook.duration import DurationFault, parse_duration

if TYPE_CHECKING:
    from aftercare.handbook.conditions.check import Checker

_LIKE = {"date": "2026-11-21", "time": "17:30", "moment": "2026-11-21T09:30:00Z"}


def is_text(op: Op) -> bool:
    return op.code == "const" and op.data[1] == "text"


def coerce(checker: Checker, op: Op, want: Type, offset: int) -> Op:
    """`op` as a `want`, or a fault."""
    have = op.type
    if isinstance(want, Anything):
        return op
    if isinstance(have, Anything):
        return op if op.code == "const" else Op("as", want, (op,), (want.kind,))
    if is_text(op) and (want.kind in LITERAL_KINDS or isinstance(want, Choice)):
        return literal(checker, op, want, offset)
    if isinstance(want, List) and isinstance(have, List):
        return _coerce_list(checker, op, want, offset)
    if have.kind == want.kind or (want.kind == "text" and isinstance(have, Text | Choice)):
        return op
    if {have.kind, want.kind} == {"number", "money"}:
        return checker.report("money_number", offset, number=_shown(op))
    if {have.kind, want.kind} == {"date", "moment"}:
        return checker.report("date_moment", offset)
    return checker.report("not_a_list" if isinstance(want, List) else "wrong_type", offset, want=want, got=have)


def _coerce_list(checker: Checker, op: Op, want: List, offset: int) -> Op:
    if op.code == "list":
        args = tuple(coerce(checker, arg, want.of, offset) for arg in op.args)
        return Op("list", List(args[0].type if args else want.of), args)
    assert isinstance(op.type, List)
    if isinstance(want.of, Anything) or op.type.of.kind == want.of.kind:
        return op
    if isinstance(op.type.of, Anything):
        return Op(op.code, want, op.args, op.data)
    return checker.report("wrong_type", offset, want=want.of, got=op.type.of)


def literal(checker: Checker, op: Op, want: Type, offset: int) -> Op:
    """A quoted text read as what stands beside it."""
    word = str(op.data[0])
    if isinstance(want, Choice):
        if want.options and word not in want.options:
            options, meant = ", ".join(want.options[:12]), nearest(word, want.options)
            return checker.report("not_an_option", offset, word=word, options=options, meant=meant)
        return Op("const", want, (), op.data)
    if isinstance(want, Duration):
        try:
            parse_duration(word)
        except DurationFault as wrong:
            return checker.report("bad_duration", offset, why=(wrong.zh, wrong.en))
    elif READ[want.kind](word) is UNKNOWN:
        return checker.report("bad_date", offset, word=word, type=want, like=_LIKE[want.kind])
    return Op("const", want, (), (word, want.kind))


def unify(checker: Checker, ops: list[Op], offset: int) -> list[Op]:
    """The branches of a choice or the items of a list, brought to one type."""
    typed = [op for op in ops if not is_text(op) and not isinstance(op.type, Anything)]
    lead = next(iter(typed), next(iter(ops), None))
    if lead is None or isinstance(lead.type, Anything):
        return ops
    want: Type = Text() if isinstance(lead.type, Choice | Text) else lead.type
    if any(op.type.kind != want.kind for op in typed):
        other = next(op for op in typed if op.type.kind != want.kind)
        checker.report("mixed", offset, left=want, right=other.type)
        return ops
    if len(typed) == len(ops) and all(op.type == lead.type for op in ops):
        return ops
    return [coerce(checker, op, want, offset) for op in ops]


def binary(checker: Checker, sign: str, left: Op, right: Op, offset: int) -> Op:
    if sign in ("==", "!="):
        same = equal(checker, left, right, offset)
        return same if sign == "==" else Op("not", Bool(), (same,))
    if sign in ("<", "<=", ">", ">="):
        return ordered(checker, sign, left, right, offset)
    if sign == "in":
        return within_list(checker, left, right, offset)
    return compute(checker, sign, left, right, offset)


def _sides(checker: Checker, left: Op, right: Op, offset: int) -> tuple[Op, Op] | None:
    """Both sides of a comparison, a quoted or untyped one read as the other; None after a fault."""
    known = len(checker.faults)
    for op in (left, right):
        if op.type.kind in ("struct", "file"):
            checker.report("not_comparable", offset, type=op.type)
        elif is_text(op) and BLANK.fullmatch(op.data[0]):
            checker.report("empty_text", offset)
    if len(checker.faults) > known:
        return None
    left = _beside(checker, left, right, offset)
    right = _beside(checker, right, left, offset)
    return (left, right) if len(checker.faults) == known else None


def _beside(checker: Checker, op: Op, other: Op, offset: int) -> Op:
    loose = isinstance(op.type, Anything) or (is_text(op) and other.type.kind != "ref")
    loose = loose or (op.code == "list" and other.code != "list" and isinstance(other.type, List))
    return coerce(checker, op, other.type, offset) if loose else op


def equal(checker: Checker, left: Op, right: Op, offset: int) -> Op:
    wrong = Op("const", Bool(), (), (None, "bool"))
    sides = _sides(checker, left, right, offset)
    if sides is None:
        return wrong
    left, right = sides
    one, two = left.type.kind, right.type.kind
    if one == two == "list":
        return _equal_lists(checker, left, right, offset)
    if "ref" in (one, two) and {one, two} <= {"ref", "text", "number"}:
        return Op("eq", Bool(), (left, right), ("ref",))
    if one == two:
        return Op("eq", Bool(), (left, right), (one,))
    _mismatch(checker, left, right, offset)
    return wrong


def _equal_lists(checker: Checker, left: Op, right: Op, offset: int) -> Op:
    assert isinstance(left.type, List) and isinstance(right.type, List)
    inner = {left.type.of.kind, right.type.of.kind} - {"any"}
    if len(inner) > 1:
        _mismatch(checker, left, right, offset)
    return Op("eq_list", Bool(), (left, right), (inner.pop() if inner else "any",))


def _mismatch(checker: Checker, left: Op, right: Op, offset: int) -> None:
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"money", "number"}:
        checker.report("money_number", offset, number=_shown(left if left.type.kind == "number" else right))
    elif kinds == {"date", "moment"}:
        checker.report("date_moment", offset)
    else:
        checker.report("cannot_compare", offset, left=left.type, right=right.type)


def _shown(op: Op) -> str:
    return str(op.data[0]) if op.code == "const" else "..."


def ordered(checker: Checker, sign: str, left: Op, right: Op, offset: int) -> Op:
    wrong = Op("const", Bool(), (), (None, "bool"))
    if isinstance(left.type, Anything) and isinstance(right.type, Anything):
        left, right = (coerce(checker, op, Number(), offset) for op in (left, right))
    sides = _sides(checker, left, right, offset)
    if sides is None:
        return wrong
    left, right = sides
    if left.type.kind != right.type.kind:
        _mismatch(checker, left, right, offset)
        return wrong
    if left.type.kind not in ORDERED:
        checker.report("no_order", offset, type=left.type)
        return wrong
    low, high = (left, right) if sign[0] == "<" else (right, left)
    return Op("le" if sign.endswith("=") else "lt", Bool(), (low, high), (left.type.kind,))


def within_list(checker: Checker, item: Op, items: Op, offset: int) -> Op:
    wrong = Op("const", Bool(), (), (None, "bool"))
    items = coerce(checker, items, List(Anything()), offset)
    if not isinstance(items.type, List):
        return wrong
    if items.code == "list" and not is_text(item):
        items = _coerce_list(checker, items, List(item.type), offset)
    known, of = len(checker.faults), items.type.of if isinstance(items.type, List) else Anything()
    probe = equal(checker, item, Op("element", of), offset)
    if len(checker.faults) > known:
        return wrong
    kind = probe.data[0] if probe.code == "eq" else "any"
    return Op("in", Bool(), (_as_side(probe, item), items), (kind,))


def _as_side(probe: Op, item: Op) -> Op:
    return probe.args[0] if probe.code == "eq" else item


# arithmetic: (left, sign, right) -> (step, result type)
_PLAIN: dict[tuple[str, str, str], tuple[str, Type]] = {
    ("number", "+", "number"): ("add", Number()),
    ("number", "-", "number"): ("sub", Number()),
    ("number", "*", "number"): ("mul", Number()),
    ("number", "/", "number"): ("div", Number()),
    ("number", "%", "number"): ("mod", Number()),
    ("money", "+", "money"): ("add", Money()),
    ("money", "-", "money"): ("sub", Money()),
    ("money", "*", "number"): ("mul_money", Money()),
    ("number", "*", "money"): ("mul_money", Money()),
    ("money", "/", "number"): ("div_money", Money()),
    ("money", "/", "money"): ("div", Number()),
    ("text", "+", "text"): ("concat", Text()),
    ("date", "-", "date"): ("diff_date", Duration()),
    ("moment", "-", "moment"): ("diff_moment", Duration()),
    ("time", "-", "time"): ("diff_time", Duration()),
    ("duration", "+", "duration"): ("add_duration", Duration()),
    ("duration", "-", "duration"): ("sub_duration", Duration()),
    ("duration", "*", "number"): ("mul_duration", Duration()),
    ("number", "*", "duration"): ("mul_duration", Duration()),
}
_MOVES = {"date": Date, "moment": Moment, "time": Time}


def compute(checker: Checker, sign: str, left: Op, right: Op, offset: int) -> Op:
    left, right = _operand(checker, sign, left, right, offset), _operand(checker, sign, right, left, offset)
    one, two = left.type.kind, right.type.kind
    plain = _PLAIN.get((one, sign, two))
    if plain:
        return Op(plain[0], plain[1], (left, right))
    if sign in "+-" and one in _MOVES and two == "duration":
        return moved(checker, left, right, sign, offset)
    if sign in "+-%" and {one, two} == {"money", "number"}:
        return checker.report("money_number", offset, number=_shown(left if one == "number" else right))
    if {one, two} == {"date", "moment"}:
        return checker.report("date_moment", offset)
    return checker.report("cannot_compute", offset, left=left.type, right=right.type, sign=sign)


def _operand(checker: Checker, sign: str, op: Op, beside: Op, offset: int) -> Op:
    """An untyped operand takes the type that makes sense beside the other; a quoted one is a duration beside a date."""
    if is_text(op) and beside.type.kind in LITERAL_KINDS:
        as_date = sign == "-" and READ[beside.type.kind](op.data[0]) is not UNKNOWN
        return literal(checker, op, beside.type if as_date else Duration(), offset)
    if not isinstance(op.type, Anything):
        return op
    if beside.type.kind in _MOVES:
        return coerce(checker, op, Duration(), offset)
    number = isinstance(beside.type, Anything) or sign in "*/%"
    return coerce(checker, op, Number() if number else beside.type, offset)


def moved(checker: Checker, start: Op, step: Op, sign: str, offset: int) -> Op:
    """date, moment or time plus a duration."""
    if step.code == "const" and step.data[1] == "duration":
        length = parse_duration(step.data[0])
        if length.working:
            return checker.report("working_unit", offset, word=step.data[0])
        if start.type.kind == "date" and length.unit in ("s", "min", "h"):
            return checker.report("day_unit", offset, word=step.data[0])
    return Op("plus", start.type, (start, step), (start.type.kind, 1 if sign == "+" else -1, checker.scope.zone))


def negate(checker: Checker, op: Op, offset: int) -> Op:
    if isinstance(op.type, Anything):
        op = coerce(checker, op, Number(), offset)
    if op.type.kind in ("number", "money", "duration"):
        return Op("neg", op.type, (op,), (op.type.kind,))
    return checker.report("wrong_type", offset, want=Number(), got=op.type)

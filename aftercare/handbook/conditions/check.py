"""Types every part of a condition and turns it into `Op`s; finds every fault, not just the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aftercare.handbook.conditions import functions, operators
from aftercare.handbook.conditions.errors import ConditionFault, fault, nearest
from aftercare.handbook.conditions.parse import (
    Binary,
    Call,
    Choose,
    Index,
    Listing,
    Literal,
    Logic,
    Member,
    Name,
    Node,
    Unary,
)
from aftercare.handbook.conditions.scope import Op, Scope
from aftercare.handbook.conditions.types import (
    Anything,
    AnyType,
    Bool,
    FunctionType,
    List,
    Number,
    Ref,
    Struct,
    Text,
    Type,
)

UNTYPED = Op("const", Anything(), (), (None, "any"))
MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
LOOPS = 3


class Checker:
    """One condition being typed. `faults` fills up; a faulty part counts as Anything, so that one slip is told once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: list[ConditionFault] = []
        self.calls: set[str] = set()
        self.slots = 0
        self._variables: dict[str, Op] = {}

    def report(self, code: str, offset: int, *, meant: str = "", **words: object) -> Op:
        self.faults.append(fault(code, offset, meant=meant, **words))
        return UNTYPED

    def check(self, node: Node) -> Op:
        return _CHECK[type(node)](self, node)

    def truth(self, node: Node) -> Op:
        """`node` as yes or no; a field of another type gets the advice to say filled(...)."""
        op = self.check(node)
        if isinstance(op.type, Bool | Anything):
            return operators.coerce(self, op, Bool(), node.offset)
        if isinstance(node, Name | Member):
            return self.report("not_truth", node.offset, name=written(node), got=op.type)
        return self.report("wrong_type", node.offset, want=Bool(), got=op.type)

    # names

    def _literal(self, node: Literal) -> Op:
        type_: Type = {"text": Text(), "number": Number(), "bool": Bool()}[node.kind]
        return Op("const", type_, (), (node.value, node.kind))

    def _name(self, node: Name) -> Op:
        if node.id in self._variables:
            return self._variables[node.id]
        known = self.scope.names.get(node.id)
        if known is None:
            return self.report("unknown_name", node.offset, name=node.id, meant=self._meant(node.id))
        return self._typed(Op("path", Anything(), (), (node.id,)), known, node)

    def _meant(self, word: str) -> str:
        near = nearest(word, [*self.scope.names, *self._variables])
        if near:
            return near
        groups = self.scope.names.items()
        return next((f"{root}.{word}" for root, it in groups if isinstance(it, Struct) and word in it.fields), "")

    def _typed(self, op: Op, known: AnyType, node: Node) -> Op:
        if isinstance(known, FunctionType):
            return self.report("not_called", node.offset, name=written(node))
        return Op(op.code, known, op.args, op.data)

    def _member(self, node: Member) -> Op:
        base = self.check(node.base)
        return self.field(base, node.id, node)

    def field(self, base: Op, name: str, node: Node) -> Op:
        known: AnyType = Anything()
        of = written(node.base) if isinstance(node, Member | Index) else ""
        if isinstance(base.type, Struct | Ref):
            fields = base.type.fields
            if name in fields:
                known = fields[name]
            elif not getattr(base.type, "open", False):
                return self.report("unknown_field", node.offset, of=of, name=name, meant=nearest(name, fields))
        elif not isinstance(base.type, Anything):
            return self.report("no_fields", node.offset, type=base.type, name=name)
        if base.code == "path":
            return self._typed(Op("path", Anything(), (), (*base.data, name)), known, node)
        return self._typed(Op("field", Anything(), (base,), (name,)), known, node)

    def _index(self, node: Index) -> Op:
        base, key = self.check(node.base), self.check(node.key)
        if isinstance(node.key, Literal) and node.key.kind == "text":
            return self.field(base, str(node.key.value), node)
        items = operators.coerce(self, base, List(Anything()), node.offset)
        place = operators.coerce(self, key, Number(), node.key.offset)
        element = items.type.of if isinstance(items.type, List) else Anything()
        return Op("index", element, (items, place))

    # steps

    def _unary(self, node: Unary) -> Op:
        if node.sign == "!":
            return Op("not", Bool(), (self.truth(node.arg),))
        return operators.negate(self, self.check(node.arg), node.offset)

    def _logic(self, node: Logic) -> Op:
        return Op("and" if node.sign == "&&" else "or", Bool(), tuple(self.truth(arg) for arg in node.args))

    def _binary(self, node: Binary) -> Op:
        left, right = self.check(node.left), self.check(node.right)
        if UNTYPED in (left, right):
            return Op("const", Bool(), (), (None, "bool")) if node.sign not in "+-*/%" else UNTYPED
        return operators.binary(self, node.sign, left, right, node.offset)

    def _choose(self, node: Choose) -> Op:
        test, yes, no = self.truth(node.test), self.check(node.yes), self.check(node.no)
        yes, no = operators.unify(self, [yes, no], node.no.offset)
        return Op("if", yes.type, (test, yes, no))

    def _listing(self, node: Listing) -> Op:
        args = operators.unify(self, [self.check(item) for item in node.items], node.offset)
        return Op("list", List(args[0].type if args else Anything()), tuple(args))

    # calls

    def _call(self, node: Call) -> Op:
        if node.base is None:
            return functions.call(self, node, [])
        if node.id in MACROS:
            return self._macro(node)
        own = self._function_of(node)
        if own is not None:
            return own
        return functions.call(self, node, [node.base])

    def _function_of(self, node: Call) -> Op | None:
        """`rules.NAME(...)`: a function that is a field of a root namespace."""
        if not isinstance(node.base, Name) or node.base.id in self._variables:
            return None
        root = self.scope.names.get(node.base.id)
        if not isinstance(root, Struct) or node.id in functions.METHODS:
            return None
        shape = root.fields.get(node.id)
        if isinstance(shape, FunctionType):
            return functions.outside(self, node, shape, (node.base.id, node.id))
        names = [name for name, it in root.fields.items() if isinstance(it, FunctionType)]
        called = f"{node.base.id}.{node.id}"
        return self.report("unknown_function", node.offset, name=called, meant=nearest(node.id, names))

    def _macro(self, node: Call) -> Op:
        assert node.base is not None
        items = operators.coerce(self, self.check(node.base), List(Anything()), node.base.offset)
        most = 3 if node.id == "map" else 2
        if not 2 <= len(node.args) <= most:
            return self.report("argument_count", node.offset, name=node.id, want=2, got=len(node.args))
        variable, *bodies = node.args
        if not isinstance(variable, Name):
            return self.report("macro_variable", variable.offset)
        if variable.id in self.scope.names or variable.id in self._variables:
            return self.report("hides_name", variable.offset, name=variable.id)
        if len(self._variables) >= LOOPS:
            return self.report("macro_depth", node.offset, limit=LOOPS)
        element = items.type.of if isinstance(items.type, List) else Anything()
        return self._loop(node.id, items, variable.id, element, bodies)

    def _loop(self, name: str, items: Op, variable: str, element: Type, bodies: list[Node]) -> Op:
        slot, self.slots = self.slots, self.slots + 1
        self._variables[variable] = Op("var", element, (), (slot, element.kind, variable))
        try:
            tests = [self.truth(body) for body in (bodies[:-1] if name == "map" else bodies)]
            if name != "map":
                return Op(name, items.type if name == "filter" else Bool(), (items, *tests), (slot, element.kind))
            value = self.check(bodies[-1])
        finally:
            del self._variables[variable]
        if tests:
            items = Op("filter", items.type, (items, *tests), (slot, element.kind))
        return Op("map", List(value.type), (items, value), (slot, element.kind))


_CHECK: Mapping[type[Node], Callable[..., Op]] = {
    Literal: Checker._literal, Name: Checker._name, Member: Checker._member, Index: Checker._index,
    Unary: Checker._unary, Logic: Checker._logic, Binary: Checker._binary, Choose: Checker._choose,
    Listing: Checker._listing, Call: Checker._call,
}  # fmt: skip


def written(node: Node) -> str:
    """A path as it stands in the text, for a message."""
    if isinstance(node, Member):
        return f"{written(node.base)}.{node.id}"
    if isinstance(node, Index):
        return f"{written(node.base)}[]"
    if isinstance(node, Call):
        return f"{node.id}(...)"
    return node.id if isinstance(node, Name) else "..."

"""What an outcome asks of other packages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aftercare.handbook.build.place import Place
from aftercare.handbook.conditions import (
    Bool,
    Choice,
    Condition,
    Date,
    Duration,
    Moment,
    Money,
    Number,
    Ref,
    Scope,
    Struct,
    Time,
)
from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.entities import ENTITIES
from aftercare.handbook.faults import nearest
from aftercare.handbook.model import Effect
from aftercare.handbook.nodes import Map, Scalar, Seq, is_null, spot_of
from aftercare.handbook.source.effects import ALWAYS, EFFECTS, EffectSource

CONTACT = ("channel", "about", "answer", "note")
_PUBLIC = (Bool, Choice, Date, Duration, Moment, Money, Number, Ref, Time)


def effects(place: Place, sources: list[EffectSource], scope: Scope) -> tuple[Effect, ...]:
    return tuple(made for one in sources if (made := effect(place, one, scope)) is not None)


def effect(place: Place, source: EffectSource, scope: Scope) -> Effect | None:
    """One effect, or None when it has no verb or more than one."""
    build = place.build
    verbs = [verb for verb in EFFECTS if verb in source.written]
    if len(verbs) != 1:
        build.faults.add(
            "effect_verb",
            source.spot,
            f"每一项只写一个动作：{'、'.join(EFFECTS)}",
            f"each item has one verb of {', '.join(EFFECTS)}",
        )
        return None
    verb = verbs[0]
    for extra in sorted(source.written - ALWAYS - EFFECTS[verb] - {verb}):
        near = nearest(extra, EFFECTS[verb] | ALWAYS)
        build.faults.add(
            "effect_option", source.spot, f"{verb} 没有选项 {extra}", f"{verb!r} has no option {extra!r}", near
        )
    each = None
    if source.for_each is not None:
        each, _, scope = build.each(source.for_each, scope)
    params = _PARAMS[verb](place, source, scope)
    return Effect(verb, params, build.compile(source.if_, scope), each, build.cite(source), source.spot)


def _issue(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    return {"document": place.build.refer("documents", source.issue), "to": _one(place, source.to)}


def _hand(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    if source.to is None:
        place.build.need(source, "to")
    things = tuple(thing(place, one) for one in source.hand or ())
    receipt, spot = str(source.receipt or ""), str(source.place or "")
    return {"things": things, "to": _one(place, source.to), "receipt": receipt, "place": spot}


def thing(place: Place, word: Scalar) -> str:
    """`contract/2` or `contract/customer` (the copy of that holder) -> "contract/2"; `car` -> "car"."""
    name, slash, copy = word.partition("/")
    documents = place.build.sources["documents"]
    if slash:
        document = documents.get(name)
        place.build.refer("documents", Scalar(name, word.spot))
        known = ["all", *(str(one) for own in (document.copies if document else ()) for one in (own.id, own.holder))]
        if document and copy not in known:
            place.build.unknown("copies", Scalar(copy, word.at(len(name) + 1)), known)
        held = [str(own.id) for own in (document.copies if document else ()) if own.holder == copy]
        copy = held[0] if held and document and copy not in [str(own.id) for own in document.copies] else copy
    return f"{name}/{copy}" if slash else name


def _send(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    to = _one(place, source.to) if source.to is not None else "customer"
    message = place.build.refer("messages", source.send)
    return {"message": message, "to": to, "with": _with(place, source.with_, scope)}


def _tell(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """`otherwise`: what follows when nobody has read it in time, as plain {name, params}."""
    build = place.build
    text = build.message(source.message, scope)
    return {
        "to": build.among("people", source.tell, place.staff),
        "read_by": _read_by(place, source.read_by, scope),
        "text": text.as_json() if text else None,
        "otherwise": [{"name": one.name, "params": one.params} for one in effects(place, source.else_, scope)],
    }


def _read_by(place: Place, expr: Scalar | None, scope: Scope) -> Condition | None:
    """A length of time (1d) or a moment."""
    if expr is None:
        return None
    try:
        parse_duration(expr)
    except DurationFault:
        return place.build.compile(expr, scope, Moment())
    return place.build.duration(expr, scope)


def _open(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    procedure = place.build.refer("procedures", source.open)
    name = str(source.as_ or source.open)
    given = _with(place, source.with_, scope)
    return {"procedure": procedure, "as": name, "wait": source.wait, "with": given, **_customer(place, source, scope)}


def _contact(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """A talk with a customer, entered on their timeline: `with` channel, about, answer, note."""
    given = source.with_
    for name in given if isinstance(given, Map) else ():
        if name not in CONTACT:
            place.build.unknown("fields", Scalar(name, given.key_spots.get(name, given.spot)), CONTACT)
    return {"kind": str(source.contact), "with": _with(place, given, scope), **_customer(place, source, scope)}


def _customer(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """Another customer than that of the case: `customer: row.customer`."""
    if source.customer is None:
        return {}
    return {"customer": place.build.compile(source.customer, scope, Ref("customer"))}


def _signal(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """`to`: the parent, a related case by its name, or an expression that lists cases."""
    to: Any = str(source.to or "")
    if source.to is not None and "." in source.to:
        to, _, _ = place.build.each(source.to, scope)
    return {"name": str(source.signal), "to": to, "with": _with(place, source.with_, scope)}


def _join(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """Cases that shall read this one under the name that their procedure gives it."""
    if source.as_ is None:
        place.build.need(source, "as")
    each, _, _ = place.build.each(source.join, scope) if source.join is not None else (None, "", scope)
    return {"each": each, "as": str(source.as_ or "")}


def _save(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """`save: order, with: {address: ...}`; the record must have those fields."""
    entity = source.save or Scalar("")
    forms = place.build.forms
    known: set[str] = set()
    if entity in ENTITIES:
        known = set(ENTITIES[entity])
    elif entity in forms and forms[entity].lives:
        known = {one.id for one in forms[entity].fields}
    elif entity != "subject":
        registers = [name for name, form in forms.items() if form.lives]
        place.build.faults.unknown("unknown_record", entity.spot, "记录", "record", entity, [*ENTITIES, *registers])
    given = source.with_
    if isinstance(given, Map) and known:
        for name in given:
            if name not in known:
                place.build.unknown("fields", Scalar(name, given.key_spots.get(name, given.spot)), known)
    return {"entity": str(entity), "with": _with(place, given, scope)}


def _finding(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """What the rule's rows read as `finding.`: person, amount and whatever else is given.

    `private`: what people may have written about people, or pictures; it is kept where it can be erased.
    """
    given = _with(place, source.with_, scope)
    given = given if isinstance(given, dict) else {}
    private = tuple(name for name, one in given.items() if one.names and not isinstance(one.type, _PUBLIC))
    return {"rule": place.build.refer("rules", source.finding), "with": given, "private": private}


def _entry(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    amount = place.build.compile(source.amount, scope, Money())
    if source.amount is None:
        place.build.need(source, "amount")
    sides = {"payer": str(source.payer or "customer"), "payee": str(source.payee or "company")}
    return {"kind": str(source.entry), "amount": amount, **sides, "with": _with(place, source.with_, scope)}


def _list(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    return {"list": place.build.refer("lists", source.list_)}


def _mark(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    return {"mark": str(source.mark)}


def _reissue(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    things = []
    for one in source.reissue or ():
        place.build.refer("documents", Scalar(one.partition("/")[0], one.spot))
        things.append(thing(place, one) if "/" in one else f"{one}/all")
    return {"things": tuple(things)}


def _complete_in(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    inner = source.complete_in
    if inner is None:
        return {}
    each, _, _ = place.build.each(inner.each, scope)
    return {"each": each, "task": str(inner.task), "outcome": str(inner.outcome)}


def _freeze(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    return {"path": str(source.freeze)}


def _receive(place: Place, source: EffectSource, scope: Scope) -> dict[str, Any]:
    """Money taken for a charge of this case, or of the one that is read as `in`."""
    build, where = place.build, str(source.in_ or "")
    charges = place.roots.get("charges") if not where else None
    if where and isinstance(other := place.roots.get(where), Struct):
        charges = other.fields.get("charges")
    known = charges.fields if isinstance(charges, Struct) else {}
    if source.receive is not None and source.receive not in known:
        build.unknown("charges", source.receive, known)
    if source.amount is None:
        build.need(source, "amount")
    amount = build.compile(source.amount, scope, Money())
    return {"charge": str(source.receive), "in": where, "amount": amount, "way": build.compile(source.way, scope, None)}


def _with(place: Place, node: Any, scope: Scope) -> Any:
    """`{field: expression}`, or one expression for all (`with: form`)."""
    if node is None or is_null(node):
        return {}
    if isinstance(node, Scalar):
        return place.build.compile(node, scope, None)
    if isinstance(node, Map):
        made = {}
        for name, expr in node.items():
            if not isinstance(expr, Scalar):
                place.build.faults.add("not_a_word", spot_of(expr), "这里要写一个条件", "an expression belongs here")
            elif (condition := place.build.compile(expr, scope, None)) is not None:
                made[str(name)] = condition
        return made
    place.build.faults.add("not_a_map", spot_of(node), "这里要写 名称: 值", "`name: value` pairs belong here")
    return {}


def _one(place: Place, name: Scalar | None) -> str:
    if name is not None:
        place.build.among("people", Seq([name]), place.anyone)
    return str(name or "")


_PARAMS: dict[str, Callable[[Place, EffectSource, Scope], dict[str, Any]]] = {
    "issue": _issue, "hand": _hand, "send": _send, "tell": _tell, "open": _open, "signal": _signal, "save": _save,
    "finding": _finding, "entry": _entry, "list": _list, "mark": _mark, "reissue": _reissue,
    "complete_in": _complete_in, "freeze": _freeze, "join": _join,
    "receive": _receive, "contact": _contact,
}  # fmt: skip

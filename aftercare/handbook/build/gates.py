"""Gates and parties."""

from __future__ import annotations

from typing import Any

from aftercare.handbook.build.context import Build
from aftercare.handbook.conditions import Scope
from aftercare.handbook.model import Field, Form, Gate, Party
from aftercare.handbook.nodes import Map, Scalar, Seq, plain
from aftercare.handbook.source.gates import MUSTS, GateSource, PartySource, musts

OTHERWISE = ("refuse", "reason", "release", "warn", "flag")


def gate(build: Build, source: GateSource, scope: Scope) -> Gate | None:
    """A gate, or None when its condition does not compile. `each: LIST as var` opens the row to `that` and `else`."""
    each, var = None, ""
    if source.each is not None:
        each, var, scope = build.each(source.each, scope)
        if each is None:
            return None
    that = build.compile(source.that, scope)
    message = build.message(source.else_, scope)
    clauses = build.cite(source)
    otherwise, release = _otherwise(build, source.or_)
    if that is None:
        return None
    return Gate(that, otherwise, release, each, var, message, clauses, source.spot)


def gates(build: Build, sources: list[GateSource], scope: Scope) -> tuple[Gate, ...]:
    return tuple(made for one in sources if (made := gate(build, one, scope)) is not None)


def _otherwise(build: Build, word: Scalar | None) -> tuple[Any, str]:
    if word is None:
        return "refuse", ""
    verb, _, role = word.partition(" ")
    if verb not in OTHERWISE:
        build.faults.unknown("closed_word", word.spot, "处理方式", "way out", verb, OTHERWISE)
    if verb == "release":
        if not role.strip():
            build.faults.add(
                "release_role", word.spot, "release 后面要写角色", "name the role after release", "release ROLE"
            )
        else:
            build.refer("roles", Scalar(role.strip(), word.spot))
    return verb, role.strip()


def parties(
    build: Build, sources: list[PartySource], scope: Scope, people: Seq, tasks: list[str], form: Form | None
) -> tuple[Party, ...]:
    return tuple(_party(build, one, scope, people, tasks, form) for one in sources)


def _party(build: Build, source: PartySource, scope: Scope, people: Seq, tasks: list[str], form: Form | None) -> Party:
    """`people`: every role, person and "customer" of the procedure."""
    must = musts(source.must)
    for word in must:
        if word not in MUSTS:
            build.faults.unknown("closed_word", source.must.spot, "要求", "duty of a party", word, MUSTS)
    who = tuple(str(one) for one in source.who)
    if source.record is None:  # else: an outside body whose resolution is written down
        build.among("people", source.who, people)
    within = plain(source.within) if isinstance(source.within, Map) else {}
    return Party(
        who=who,
        must=frozenset(must),
        not_=build.among("people", source.not_, [*people, *tasks, "case.opener"]),
        shown=build.compile(source.if_, scope),
        covers=_covers(build, source.covers, form),
        within={str(key): _share(value) for key, value in within.items()},
        ways=tuple(str(one) for one in source.ways or ()),
        delegate=tuple(str(one) for one in source.delegate or ()),
        copies=tuple(str(one) for one in source.copies or ()),
        record=tuple(str(one) for one in source.record or ()),
        reason=source.reason,
        clauses=build.cite(source),
        spot=source.spot,
    )


def _share(value: Any) -> float:
    try:
        return float(str(value).rstrip("%"))
    except ValueError:
        return 0.0


def _covers(build: Build, names: Seq | None, form: Form | None) -> tuple[str, ...]:
    if form is None and any(kind == "forms" for kind, _ in build.unread):
        return tuple(str(name) for name in names or ())
    known = [path for field in (form.fields if form else ()) for path in _paths(field)]
    return build.among("fields", names, known)


def _paths(field: Field) -> list[str]:
    return [field.id, *(f"{field.id}.{column.id}" for column in field.columns)]

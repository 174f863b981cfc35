"""Forms: first their shape (so that conditions can be typed), then the conditions inside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from aftercare.handbook.build.context import Build
from aftercare.handbook.build.gates import gate
from aftercare.handbook.conditions import Condition, List, Number, Scope
from aftercare.handbook.entities import ENTITIES
from aftercare.handbook.fields import FIELD_TYPES, field_type, fields_type, form_type, one_type
from aftercare.handbook.model import Correction, Field, Form, Option
from aftercare.handbook.money import fen
from aftercare.handbook.nodes import Scalar, Seq, spot_of
from aftercare.handbook.scopes import FUNCTIONS, AnyType
from aftercare.handbook.source.forms import FieldSource, FormSource
from aftercare.texts import Text

INSTEAD = ("none", "not_applicable", "declined")


def skeleton(build: Build, source: FormSource) -> Form:
    """The form without its conditions."""
    name = build.text(source.name)
    title = build.text(source.title) if source.title else None
    fields = skeleton_fields(build, source.fields_)
    return Form(str(source.id), name, title, fields, source.lives, str(source.number or ""), spot=source.spot)


def skeleton_fields(build: Build, sources: Iterable[FieldSource]) -> tuple[Field, ...]:
    seen: set[str] = set()
    fields = []
    for source in sources:
        name = source.lines or source.id
        if name is None:
            build.need(source, "id")
            continue
        if name in seen:
            build.faults.add("duplicate_id", name.spot, f"字段 {name} 写了两次", f"the field {name!r} is there twice")
            continue
        seen.add(str(name))
        fields.append(_skeleton_field(build, source, str(name)))
    return tuple(fields)


def _skeleton_field(build: Build, source: FieldSource, name: str) -> Field:
    kind = "lines" if source.lines else str(source.type or "")
    if not kind:
        build.need(source, "type")
    elif kind not in FIELD_TYPES:
        build.faults.unknown("unknown_type", spot_of(source.type), "字段类型", "field type", kind, FIELD_TYPES)
    if source.name is None:
        build.faults.add(
            "one_language",
            source.spot,
            f"字段 {name} 缺名称",
            f"the field {name!r} needs a name",
            "name: {zh: ..., en: ...}",
        )
    return Field(
        id=name,
        name=build.text(source.name),
        type=kind,
        options=_options(build, source, kind),
        options_from=_options_from(build, source),
        columns=skeleton_fields(build, source.columns),
        spot=source.spot,
    )


def _options_from(build: Build, source: FieldSource) -> str:
    """`settings.vans` -> vans, which must be a list."""
    if source.options_from is None:
        return ""
    name = Scalar(source.options_from.removeprefix("settings."), source.options_from.spot)
    found = build.settings.get(build.refer("settings", name))
    if found is not None and found.type != "list":
        build.faults.add(
            "options_from", name.spot, f"设置项 {name} 不是列表", f"the setting {str(name)!r} is not a list"
        )
    return str(name)


def _options(build: Build, source: FieldSource, kind: str) -> tuple[Option, ...]:
    if isinstance(source.of, Seq) and kind in ("choice", "choices"):
        for one in source.of:
            build.faults.add(
                "option_name",
                spot_of(one),
                "选项要有中英文名称",
                "an option needs a name in zh and en",
                "options: [{id: ..., name: {zh: ..., en: ...}}]",
            )
        return ()
    if kind in ("choice", "choices") and not source.options and source.options_from is None:
        build.need(source, "options")
    made = []
    for one in source.options:
        numeric = isinstance(one.id.value, int) and not isinstance(one.id.value, bool)
        if one.name is None and not numeric:
            build.faults.add(
                "option_name",
                one.spot,
                "选项要有中英文名称",
                "an option needs a name in zh and en",
                "name: {zh: ..., en: ...}",
            )
        made.append(Option(str(one.id), build.text(one.name) if one.name else Text(str(one.id), str(one.id))))
    return tuple(made)


def form(build: Build, source: FormSource, scopes: Sequence[dict[str, AnyType]]) -> Form:
    """The whole form; its conditions must hold in every one of `scopes` (roots of the procedures that use it)."""
    bare = build.forms[str(source.id)]
    made = bare
    for names in scopes:
        scope = Scope({**names, "form": form_type(bare), "record": form_type(bare)}, FUNCTIONS)
        fields = tuple(
            field for one in source.fields_ if (field := _field(build, one, bare.fields, scope, bare)) is not None
        )
        status = tuple(
            (str(one.is_), when) for one in source.status if (when := build.compile(one.when, scope)) is not None
        )
        made = dataclasses.replace(bare, fields=fields, status=status, clauses=build.cite(source))
    wrong = source.corrections
    correction = Correction(build.text(wrong.name), build.cite(wrong)) if wrong is not None else None
    return dataclasses.replace(made, correction=correction)


def _field(build: Build, source: FieldSource, bare: Sequence[Field], scope: Scope, form: Form) -> Field | None:
    name = source.lines or source.id
    own = next((one for one in bare if one.id == name), None)
    if own is None:
        return None
    kind = field_type(own)
    of = str(source.of) if isinstance(source.of, Scalar) else ""
    inner = Scope({**scope.names, "row": fields_type(own.columns)}, scope.functions, scope.zone)
    ask: Any = str(source.ask)
    saves: Any = str(source.saves)
    _check_binding(build, source, own)
    return dataclasses.replace(
        own,
        required=_required(build, source.required, scope),
        shown=build.compile(source.if_, scope),
        compute=build.compile(source.compute, scope, kind),
        propose=build.compile(source.propose, scope, List() if own.type == "lines" else kind),
        check=tuple(made for one in source.check if (made := gate(build, one, scope)) is not None),
        minimum=_limit(build, source.minimum or source.min, own.type),
        maximum=_limit(build, source.maximum or source.max, own.type),
        unit=str(source.unit or ""),
        unique=source.unique,
        twice=source.twice,
        locked=source.locked or source.compute is not None,
        edit=build.among("roles", source.edit, build.sources["roles"]),
        instead=_instead(build, source),
        release=_release(build, source),
        full_name=source.full_name,
        findable=source.findable,
        of=of,
        ask=ask,
        saves=saves,
        personal=source.personal,
        help=build.text(source.help) if source.help else None,
        columns=tuple(
            column for one in source.columns if (column := _field(build, one, own.columns, inner, form)) is not None
        ),
        source=_expected(build, source, scope),
        key=_column(build, source.key, own),
        at_least=source.at_least,
        one_at_a_time=_column(build, source.one_at_a_time, own),
        must_equal=bool(source.must_equal) and str(source.must_equal) != "false",
        weight=source.weight,
        clauses=build.cite(source),
    )


def _required(build: Build, expr: Scalar | None, scope: Scope) -> Condition | bool:
    if expr is None or isinstance(expr.value, bool):
        return bool(expr is not None and expr.value)
    return build.compile(expr, scope) or False


def _expected(build: Build, source: FieldSource, scope: Scope) -> Condition | None:
    return build.compile(source.from_, scope, List()) if source.from_ is not None else None


def _column(build: Build, name: Scalar | None, own: Field) -> str:
    columns = [one.id for one in own.columns]
    if name is not None and name not in columns:
        build.unknown("fields", name, columns)
    return str(name or "")


def _limit(build: Build, expr: Scalar | None, kind: str) -> Any:
    """`min` and `max`: yuan on money fields, a number elsewhere, a date written out on dates."""
    if expr is None:
        return None
    value: Any = expr.value
    if kind == "money":
        value = fen(value)
    elif isinstance(one_type(kind), Number) or kind in ("text", "long_text", "lines", "photo", "file"):
        value = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    elif kind not in ("date", "time", "moment", "duration"):
        value = None
    if value is None:
        build.faults.add(
            "limit",
            expr.spot,
            f"{kind} 字段不能有这样的上下限：{expr[:40]}",
            f"this is no limit for a {kind} field: {expr[:40]!r}",
        )
    return value


def _instead(build: Build, source: FieldSource) -> tuple[str, ...]:
    words = [one for one in source.or_ or () if not one.startswith("release ")]
    return build.among("fields", Seq(words), INSTEAD)


def _release(build: Build, source: FieldSource) -> str:
    for one in source.or_ or ():
        if one.startswith("release "):
            return build.refer("roles", Scalar(one.removeprefix("release ").strip(), one.spot))
    return ""


def _check_binding(build: Build, source: FieldSource, own: Field) -> None:
    """`of: order.address` must name a field of that record with the same kind of value."""
    if not isinstance(source.of, Scalar) or own.type in ("choice", "choices"):
        return
    if own.type == "case":
        build.refer("procedures", source.of)
        return
    root, _, name = source.of.partition(".")
    schema = ENTITIES.get(root)
    if root in ("subject", "record"):
        return
    if schema is None:
        build.faults.unknown("unknown_binding", source.of.spot, "记录", "record", root, ENTITIES)
        return
    word = schema.get(name)
    if word is None:
        build.faults.unknown(
            "unknown_binding",
            source.of.spot,
            "记录字段",
            "field of the record",
            str(source.of),
            [f"{root}.{one}" for one in schema],
        )
    elif (one_type(word).kind if isinstance(word, str) else "list") != field_type(own).kind:
        build.faults.add(
            "binding_type",
            source.of.spot,
            f"{source.of} 与字段类型 {own.type} 不符",
            f"{source.of} does not fit a field of type {own.type}",
        )

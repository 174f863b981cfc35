"""Roles, clauses, settings, rates, messages: elements without a flow."""

from __future__ import annotations

from typing import Any

from aftercare.handbook.build.context import Build
from aftercare.handbook.build.forms import skeleton_fields
from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.entities import MESSAGE_NAMES
from aftercare.handbook.fields import SETTING_TYPES
from aftercare.handbook.model import Clause, Message, Rate, Role, Setting
from aftercare.handbook.money import fen
from aftercare.handbook.nodes import Map, Scalar, is_null, plain, spot_of
from aftercare.handbook.source.others import (
    ClauseSource,
    MessageSource,
    RateSource,
    RoleSource,
    SettingSource,
)

SCOPES = ("own", "store", "company")
CHANNELS = ("in_app", "sms", "wecom", "mail", "call", "letter")


def role(build: Build, source: RoleSource) -> Role:
    may = source.may or Map()
    for reach in may.values():
        if reach not in SCOPES:
            build.faults.unknown("closed_word", spot_of(reach), "范围", "scope", str(reach), SCOPES)
    reached = {str(action): str(reach) for action, reach in may.items()}
    return Role(str(source.id), build.text(source.name), reached, source.spot)


def clause(build: Build, source: ClauseSource) -> Clause:
    yields = build.refer("clauses", source.yields)
    why = build.text(source.why) if source.why else None
    system, place = str(source.system or ""), str(source.source or "")
    enforce: Any = str(source.enforce)
    return Clause(str(source.id), build.text(source.text), system, place, enforce, yields, why, source.spot)


def setting(build: Build, source: SettingSource) -> Setting:
    options = tuple(str(one) for one in source.of or ()) or tuple(str(one.id) for one in source.options)
    kind = str(source.type or ("choice" if options else _guess(source.value)))
    if kind not in SETTING_TYPES:
        build.faults.unknown("unknown_type", spot_of(source.type), "类型", "type", kind, SETTING_TYPES)
    if source.edit is not None:
        build.refer("roles", source.edit)
    if source.value is None:
        build.need(source, "value")
    applies: Any = str(source.applies)
    return Setting(
        id=str(source.id),
        name=build.text(source.name),
        type=kind,
        value=setting_value(build, kind, source.value, options),
        options=options,
        columns=skeleton_fields(build, source.columns),
        edit=str(source.edit or ""),
        applies=applies,
        decides=_decides(build, source, options),
        clauses=build.cite(source),
        spot=source.spot,
    )


def _guess(node: Any) -> str:
    value = plain(node)
    if isinstance(value, bool):
        return "check"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "list"
    try:
        parse_duration(str(value))
    except DurationFault:
        return "text"
    return "duration"


def setting_value(build: Build, kind: str, node: Any, options: tuple[str, ...]) -> Any:
    """The JSON of a default, or None with a fault."""
    value, spot = plain(node), spot_of(node)
    if node is None or is_null(node):
        return None
    if kind == "duration":
        try:
            return str(parse_duration(str(value)))
        except DurationFault as fault:
            build.faults.add("duration", spot, fault.zh, fault.en, fault.meant)
            return None
    if kind == "choice" and str(value) not in options:
        build.faults.unknown("closed_word", spot, "选项", "option", str(value), options)
    wanted = {"number": (int, float), "money": (int, float, str), "check": (bool,), "list": (list,)}.get(kind, (str,))
    if not isinstance(value, wanted) or (kind != "check" and isinstance(value, bool)):
        build.faults.add("setting_value", spot, f"值与类型 {kind} 不符", f"the value is no {kind}")
        return None
    if kind == "money":
        amount = fen(value)
        if amount is None:
            build.faults.add("setting_value", spot, "金额写成元，最多两位小数", "write yuan with at most two decimals")
        return amount
    return value


def _decides(build: Build, source: SettingSource, options: tuple[str, ...]) -> dict[str, Any]:
    decided = source.decides
    if not isinstance(decided, dict):
        return {}
    for name, value in decided.items():
        build.refer("clauses", Scalar(name, source.spot))
        if options and str(value) not in options:
            build.faults.unknown("closed_word", source.spot, "选项", "option", str(value), options)
    return decided


def rate(build: Build, source: RateSource) -> Rate:
    price = fen(source.price.value) if source.price is not None else None
    if source.price is not None and price is None:
        build.faults.add(
            "rate_price", source.price.spot, "价格写成元，最多两位小数", "a price is yuan with at most two decimals"
        )
    name = build.text(source.name)
    return Rate(str(source.id), name, price, str(source.unit or ""), source.rows or (), build.cite(source), source.spot)


def message(build: Build, source: MessageSource) -> Message:
    for language in ("zh", "en"):
        written = source.text[language]
        for start, name in _braces(written):
            if name not in MESSAGE_NAMES:
                build.faults.unknown(
                    "message_name", written.at(start), "可用的数据", "name for messages", name, MESSAGE_NAMES
                )
    channels = tuple(str(one) for one in source.channels or ()) or ("in_app",)
    for one in source.channels or ():
        if one not in CHANNELS:
            build.faults.unknown("closed_word", one.spot, "渠道", "channel", str(one), CHANNELS)
    body = build.text(source.text)
    return Message(str(source.id), build.text(source.name), body, channels, build.cite(source), source.spot)


def _braces(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    while (start := text.find("{", at)) >= 0 and (end := text.find("}", start)) >= 0:
        found.append((start + 1, text[start + 1 : end].strip()))
        at = end + 1
    return found

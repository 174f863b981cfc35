"""Charges with their parts, and facts."""

from __future__ import annotations

import re

from aftercare.handbook.build.place import Place
from aftercare.handbook.build.timing import offset
from aftercare.handbook.conditions import Money, Scope
from aftercare.handbook.model import Charge, ChargePart, Fact, Offset
from aftercare.handbook.nodes import Seq
from aftercare.handbook.source.procedures import ChargeSource, FactSource, PartSource

TAKE = re.compile(r"exists|count|last|first|rows|(?:sum|min|max|mean|last|first|one) [a-z][a-z0-9_]*")


def part_names(source: ChargeSource) -> tuple[str, ...]:
    return tuple(str(one.id) for one in source.parts)


def charge(place: Place, source: ChargeSource, scope: Scope) -> Charge:
    build = place.build
    for side in (source.payer, source.payee):
        if side is not None and side != "company":
            build.among("people", Seq([side]), place.anyone)
    if source.of is not None and source.amount is not None:
        build.faults.add("two_amounts", source.amount.spot, "of 与 amount 只写一个", "write either `of` or `amount`")
    whole = source.of or source.amount
    if whole is None and not source.parts:
        build.need(source, "of")
    parts = [_part(place, one, scope) for one in source.parts]
    if not parts and source.due is not None:
        parts = [ChargePart(str(source.id), None, None, _due(place, source, scope))]
    _check_shares(place, source, parts)
    return Charge(
        id=str(source.id),
        name=build.text(source.name),
        payer=str(source.payer),
        payee=str(source.payee or "company"),
        of=build.compile(whole, scope, Money()),
        takes=build.among("people", Seq([source.takes]), place.staff)[0] if source.takes is not None else "",
        voucher=build.refer("documents", source.voucher),
        parts=tuple(parts),
        clauses=build.cite(source),
        spot=source.spot,
    )


def _due(place: Place, source: ChargeSource | PartSource, scope: Scope) -> Offset | None:
    return offset(place, source.due, scope, "case.opened", source.due) if source.due is not None else None


def _part(place: Place, source: PartSource, scope: Scope) -> ChargePart:
    amount = place.build.compile(source.amount, scope, Money())
    share: float | None = None
    if source.share is not None and str(source.share) != "rest":
        try:
            share = float(str(source.share).rstrip("%"))
        except ValueError:
            spot = getattr(source.share, "spot", source.spot)
            place.build.faults.add("share", spot, "share 写百分数或 rest", "a share is a percentage or `rest`", "rest")
    if amount is not None and share is not None:
        place.build.faults.add(
            "two_amounts", source.spot, "amount 与 share 只写一个", "write either `amount` or `share`"
        )
    return ChargePart(str(source.id), amount, share, _due(place, source, scope), place.build.cite(source))


def _check_shares(place: Place, source: ChargeSource, parts: list[ChargePart]) -> None:
    shares = sum(part.share or 0 for part in parts)
    rests = [part for part in parts if part.share is None and part.amount is None]
    if shares > 100 or any((part.share or 0) < 0 for part in parts):
        place.build.faults.add(
            "shares",
            source.spot,
            f"各期比例合计 {shares:g}%，超过 100%",
            f"the shares add up to {shares:g}%, more than 100%",
        )
    if len(rests) > 1:
        place.build.faults.add("two_rests", source.spot, "只能有一期是余款", "only one part can be the rest")


def fact(place: Place, source: FactSource, scope: Scope) -> Fact:
    build = place.build
    take = str(source.take or "exists")
    if not TAKE.fullmatch(take) and source.take is not None:
        build.faults.unknown(
            "fact_take",
            source.take.spot,
            "取法",
            "way to take a fact",
            take,
            ["exists", "count", "sum FIELD", "last", "first", "rows"],
        )
    match = {
        str(name): made
        for name, expr in (source.match or {}).items()
        if (made := build.compile(expr, scope, None)) is not None
    }
    over = build.compile(source.over, scope, None)
    once = source.once
    return Fact(str(source.id), str(source.of), match, take, over, once, build.cite(source), source.spot)

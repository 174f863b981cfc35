"""Two entries of one customer become one, field by field as chosen, and can be taken apart again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from aftercare.audit.actions import trace
from aftercare.customers import hooks
from aftercare.customers.models import (
    Address,
    Change,
    Contact,
    Customer,
    MergeRecord,
    Phone,
    Relation,
    SearchEntry,
    SpecialDay,
)
from aftercare.customers.rows import absent, fault, locked, stale, stamp, stop_on
from aftercare.customers.terms import fold, initials_of
from aftercare.errors import Conflict, Refused
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.values.pinyin import of_name

KEPT, OTHER, BOTH = "kept", "other", "both"
# What is chosen together, under the name people see.
GROUPS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "full_name": (Text("姓名", "Name"), ("full_name",)),
    "kind": (Text("类型", "Kind"), ("kind",)),
    "store": (Text("门店", "Store"), ("store_id",)),
    "gender": (Text("性别", "Gender"), ("gender",)),
    "birthday": (Text("生日", "Birthday"), ("birthday", "birthday_lunar")),
    "mark": (Text("标记", "Mark"), ("mark", "mark_reason")),
    "notes": (Text("备注", "Notes"), ("notes",)),
    "consent": (Text("授权", "Consent"), ("consent",)),
    "family_size": (Text("家庭人数", "Family size"), ("family_size",)),
    "file": (Text("客户档案", "Customer file"), ("filed_on", "file_number")),
}
_FIELDS = tuple(field for _, fields in GROUPS.values() for field in fields)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field side by side; `proposed` is kept, other or (notes) both; `same` needs no choice."""

    field: str
    name: Text
    kept: Any
    other: Any
    same: bool
    proposed: str


def merge_preview(kept: int, other: int, actor: Actor) -> list[Difference]:
    """What merging `other` into `kept` would choose, field by field; birthdays masked unless they may be revealed."""
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=[kept, other], erased_at=None, merged_into=None)}
    for number in (kept, other):
        if number not in rows or not actor.may("customers.see", rows[number].store_id):
            raise absent()
        require(actor, "customers.merge", rows[number].store_id)
    return [_difference(field, rows[kept], rows[other], actor) for field in GROUPS]


@transaction.atomic
def merge(kept: int, other: int, choices: Mapping[str, str], actor: Actor, now: datetime) -> int:
    """Make `other` part of `kept`: fields as chosen (else as proposed), all phones, addresses, relations, and what
    other packages hold. Returns the id of the record for `undo_merge`."""
    first, second = _both_locked(kept, other, actor)
    _check_choices(choices)
    before = _values(first)
    for group, (_, fields) in GROUPS.items():
        _choose(first, second, group, fields, choices.get(group) or _proposed(group, first, second))
    require(actor, "customers.merge", first.store_id)
    moved = _move(first.pk, second.pk)
    second.merged_into = first
    SearchEntry.objects.filter(customer=second).delete()
    Customer.objects.filter(pk=second.pk).update(merged_into=first, version=second.version + 1, changed_at=now)
    _renamed(first)
    stamp(first, actor, now, [*_FIELDS, "pinyin", "initials"])
    after = _values(first)
    changed = [field for field in _FIELDS if before[field] != after[field]]
    record = MergeRecord.objects.create(
        kept=first,
        dropped=second,
        before={field: _plain(before[field]) for field in changed},
        after={field: _plain(after[field]) for field in changed},
        moved=moved,
        effects=hooks.merged(first.pk, second.pk, actor, now),
        merged_at=now,
        merged_by=actor.person,
    )
    trace(actor, "customers.merge", ("customer", kept), now=now, data={"other": other, "record": record.pk})
    return record.pk


@transaction.atomic
def undo_merge(record: int, actor: Actor, now: datetime) -> None:
    """Two customers again, each with what it had. Conflict when a field that the merge wrote was changed since."""
    row = MergeRecord.objects.select_for_update().filter(pk=record).first()
    if row is None:
        raise absent()
    if row.undone_at:
        raise Conflict(fault("merge_undone", "这次合并已经撤销。", "This merge has been undone already."))
    kept = locked(row.kept_id, actor, "customers.merge")
    dropped = Customer.objects.select_for_update().get(pk=row.dropped_id)
    touched = [field for field, value in row.after.items() if _plain(getattr(kept, field)) != value]
    if touched:
        raise stale(kept, touched)
    for field, value in row.before.items():
        setattr(kept, field, date.fromisoformat(value) if field == "filed_on" and value else value)
    _renamed(kept)
    _move_back(row)
    dropped.merged_into = None
    stamp(kept, actor, now, [*row.before, "pinyin", "initials"])
    stamp(dropped, actor, now, ["merged_into"])
    hooks.merge_undone(kept.pk, dropped.pk, row.effects, actor, now)
    MergeRecord.objects.filter(pk=record).update(undone_at=now)
    trace(actor, "customers.merge_undo", ("customer", kept.pk), now=now, data={"other": dropped.pk, "record": record})


def _both_locked(kept: int, other: int, actor: Actor) -> tuple[Customer, Customer]:
    if kept == other:
        raise Refused(fault("merge_self", "不能与自己合并。", "A customer cannot be merged with itself.", "other"))
    rows = {number: locked(number, actor, "customers.merge") for number in sorted((kept, other))}
    return rows[kept], rows[other]


def _check_choices(choices: Mapping[str, str]) -> None:
    stop_on(
        fault("choice", f"“{group}”不能选“{choice}”。", f"“{choice}” is no choice for “{group}”.", group)
        for group, choice in choices.items()
        if group not in GROUPS or (choice not in (KEPT, OTHER) and (group, choice) != ("notes", BOTH))
    )


def _difference(group: str, kept: Customer, other: Customer, actor: Actor) -> Difference:
    name, fields = GROUPS[group]
    mine, theirs = ([getattr(row, field) for field in fields] for row in (kept, other))
    proposed = _proposed(group, kept, other)
    shown = [_shown(group, row, fields[0], actor) for row in (kept, other)]
    return Difference(group, name, shown[0], shown[1], mine == theirs, proposed)


def _shown(group: str, row: Customer, field: str, actor: Actor) -> Any:
    value = getattr(row, field)
    if group == "birthday" and value and not actor.may("customers.reveal", row.store_id):
        return f"{value[:-5]}**-**"
    return value


def _proposed(group: str, kept: Customer, other: Customer) -> str:
    field = GROUPS[group][1][0]
    mine, theirs = getattr(kept, field), getattr(other, field)
    if group == "notes" and mine and theirs and mine != theirs:
        return BOTH
    return OTHER if theirs and not mine else KEPT


def _choose(kept: Customer, other: Customer, group: str, fields: Iterable[str], choice: str) -> None:
    if choice == BOTH:
        kept.notes = f"{kept.notes}\n{other.notes}"
    elif choice == OTHER:
        for field in fields:
            setattr(kept, field, getattr(other, field))


def _values(row: Customer) -> dict[str, Any]:
    return {field: getattr(row, field) for field in _FIELDS}


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _renamed(row: Customer) -> None:
    row.pinyin, row.initials = of_name(row.full_name), initials_of(row.full_name)


def _move(kept: int, other: int) -> dict[str, Any]:
    """Children change hands; a number or address both have stays behind. Returns ids, and who was first before."""
    known = set(Phone.objects.filter(customer=kept).values_list("e164", flat=True))
    phones = Phone.objects.filter(customer=other).exclude(e164__in=known)
    written = {fold(text) for text in Address.objects.filter(customer=kept).values_list("text", flat=True)}
    places = [row for row in Address.objects.filter(customer=other) if fold(row.text) not in written]
    moved: dict[str, Any] = {"phones": _ids(phones), "addresses": [row.pk for row in places]}
    moved["first"] = [*_ids(phones.filter(primary=True)), *(-row.pk for row in places if row.primary)]
    has_phone, has_place = bool(known), bool(written)
    _hand_over(Phone, moved["phones"], kept, has_phone)
    _hand_over(Address, moved["addresses"], kept, has_place)
    return {**moved, **_move_relations(kept, other), **_move_lines(kept, other)}


# Lines of a customer's history and calendar that change hands as they are.
LINES: tuple[tuple[str, type[Change] | type[Contact] | type[SpecialDay]], ...] = (
    ("changes", Change), ("contacts", Contact), ("special_days", SpecialDay),
)  # fmt: skip


def _move_lines(kept: int, other: int) -> dict[str, Any]:
    named = SpecialDay.objects.filter(customer=kept).values_list("name", flat=True)
    moved = {}
    for name, model in LINES:
        rows: Any = model.objects.filter(customer=other)
        moved[name] = _ids(rows.exclude(name__in=list(named)) if model is SpecialDay else rows)
        model.objects.filter(pk__in=moved[name]).update(customer=kept)
    return moved


def _hand_over(model: type[Phone] | type[Address], ids: list[int], to: int, has_first: bool) -> None:
    rows = model.objects.filter(pk__in=ids)
    if has_first:
        rows.update(customer=to, primary=False)
    else:
        rows.update(customer=to)


def _move_relations(kept: int, other: int) -> dict[str, Any]:
    mine = Relation.objects.filter(customer=kept).values_list("other_id", flat=True)
    theirs = Relation.objects.filter(other=kept).values_list("customer_id", flat=True)
    out = _ids(Relation.objects.filter(customer=other).exclude(other_id__in=[*mine, kept]))
    into = _ids(Relation.objects.filter(other=other).exclude(customer_id__in=[*theirs, kept]))
    Relation.objects.filter(pk__in=out).update(customer=kept)
    Relation.objects.filter(pk__in=into).update(other=kept)
    return {"relations": out, "related": into}


def _move_back(row: MergeRecord) -> None:
    """What still is with the kept one goes back; what was removed meanwhile stays removed."""
    first = row.moved["first"]
    for model, kind, sign in ((Phone, "phones", 1), (Address, "addresses", -1)):
        ids = row.moved[kind]
        back = model.objects.filter(pk__in=ids, customer=row.kept_id)
        back.update(customer=row.dropped_id, primary=False)
        model.objects.filter(pk__in=[sign * number for number in first], customer=row.dropped_id).update(primary=True)
        _ensure_first(model, row.kept_id)
        _ensure_first(model, row.dropped_id)
    for name, lines in LINES:
        lines.objects.filter(pk__in=row.moved.get(name, ()), customer=row.kept_id).update(customer=row.dropped_id)
    Relation.objects.filter(pk__in=row.moved["relations"], customer=row.kept_id).update(customer=row.dropped_id)
    Relation.objects.filter(pk__in=row.moved["related"], other=row.kept_id).update(other=row.dropped_id)


def _ensure_first(model: type[Phone] | type[Address], customer: int) -> None:
    rows = model.objects.filter(customer=customer)
    if not rows.filter(primary=True).exists():
        rows.filter(pk__in=_ids(rows)[:1]).update(primary=True)


def _ids(rows: Any) -> list[int]:
    return list(rows.order_by("id").values_list("id", flat=True))


def family(customer: int) -> list[int]:
    """The customer and all that were ever merged into it."""
    found, fresh = [customer], [customer]
    while fresh:
        fresh = list(Customer.objects.filter(Q(merged_into__in=fresh)).values_list("id", flat=True))
        found += fresh
    return found

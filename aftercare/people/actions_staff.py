"""Changes to people: who works here, in which roles, who is away and who does their work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from aftercare.audit.actions import trace
from aftercare.errors import JSON, Refused
from aftercare.people import checks, hooks
from aftercare.people.access import require, require_somewhere
from aftercare.people.actor import Actor
from aftercare.people.models import Leave, Membership, Person, ShiftSwap, StandIn, Store, Token
from aftercare.people.queries import absent, day_of
from aftercare.people.rights import ADMINISTRATOR
from aftercare.values.pinyin import of_name

CHANGEABLE = ("sign_in", "full_name", "phone", "language", "theme")
OWN_CHANGEABLE = ("phone", "language", "theme")


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a store (None = the whole company) for days, both included; `starts` None = today."""

    role: str
    store: int | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    sign_in: str
    full_name: str
    phone: str = ""
    language: str = "zh-hans"
    roles: tuple[Role, ...] = ()


@transaction.atomic
def add_person(new: NewPerson, actor: Actor, now: datetime) -> int:
    """A new member of staff without a password (see `invite`). Returns the person's id."""
    require_somewhere(actor, "people.manage")
    checks.require_grantable(actor, _pairs(new.roles))
    if not new.roles:
        require(actor, "people.manage")
    person = insert_person(new, now)
    trace(actor, "people.add", ("person", person.pk), now=now, data={"roles": _told(new.roles)})
    return person.pk


def insert_person(new: NewPerson, now: datetime) -> Person:
    """Rows of a new person after all checks but that of rights: shared with the first-run wizard."""
    values = {"sign_in": new.sign_in, "full_name": new.full_name, "phone": new.phone, "language": new.language}
    checks.stop_on([*checks.person_faults(values), *checks.role_faults(_pairs(new.roles)), *_span_faults(new.roles)])
    person = Person(**values, pinyin=of_name(new.full_name))
    person.set_unusable_password()
    person.save(force_insert=True)
    Membership.objects.bulk_create(_rows(person, new.roles, day_of(now)))
    return person


@transaction.atomic
def change_person(person: int, changes: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Change fields of CHANGEABLE; people themselves may change OWN_CHANGEABLE. Unknown fields are refused."""
    unknown = set(changes) - set(CHANGEABLE)
    checks.stop_on(
        checks.fault("field", f"不能修改“{name}”。", f"“{name}” cannot be changed.", name) for name in sorted(unknown)
    )
    if person != actor.person or not set(changes) <= set(OWN_CHANGEABLE):
        checks.require_over(actor, person)
    row = checks.person_locked(person)
    checks.stop_on(checks.person_faults(changes, row))
    for name, value in changes.items():
        setattr(row, name, value)
    if "full_name" in changes:
        row.pinyin = of_name(row.full_name)
    row.save(update_fields=[*changes, "pinyin"])
    trace(actor, "people.change", ("person", person), now=now, data={"fields": sorted(changes)})


@transaction.atomic
def set_roles(person: int, roles: Sequence[Role], actor: Actor, now: datetime) -> None:
    """From today the person holds exactly these roles, in the stores this actor manages; others stay as they are."""
    require_somewhere(actor, "people.manage")
    checks.person_locked(person)
    day = day_of(now)
    running = list(Membership.objects.filter(Q(ends=None) | Q(ends__gte=day), person=person))
    wanted = {(role.role, role.store, role.ends): role for role in roles}
    kept = {key for row in running if (key := (row.role, row.store_id, row.ends)) in wanted}
    ending = [row for row in running if (row.role, row.store_id, row.ends) not in wanted]
    ending = [row for row in ending if actor.may("people.manage", row.store_id)]
    coming = [role for key, role in wanted.items() if key not in kept]
    checks.require_grantable(actor, [*_pairs(coming), *((row.role, row.store_id) for row in ending)])
    checks.stop_on([*checks.role_faults(_pairs(coming)), *_span_faults(coming)])
    if any(row.role == ADMINISTRATOR for row in ending):
        keep_an_administrator(person)
    _end(ending, day)
    Membership.objects.bulk_create(_rows(Person(pk=person), coming, day))
    told: dict[str, JSON] = {"given": _told(coming), "taken": [[row.role, row.store_id] for row in ending]}
    trace(actor, "people.roles", ("person", person), now=now, data=told)


@transaction.atomic
def start_leave(person: int, starts: date, ends: date, deputy: int | None, actor: Actor, now: datetime) -> int:
    """Days away, both included; the deputy holds the person's roles meanwhile. Returns the id of the leave."""
    checks.require_over(actor, person)
    checks.person_locked(person)
    checks.stop_on([checks.span_fault(starts, ends), _deputy_fault(person, deputy)])
    if Leave.objects.filter(person=person, starts__lte=ends, ends__gte=starts).exists():
        zh, en = "这段时间与已登记的休假重叠。", "These days overlap a leave already entered."
        raise Refused(checks.fault("leave_overlap", zh, en, "starts"))
    leave = Leave.objects.create(person_id=person, starts=starts, ends=ends, deputy_id=deputy)
    days: dict[str, JSON] = {"starts": starts.isoformat(), "ends": ends.isoformat(), "deputy": deputy}
    trace(actor, "people.leave", ("person", person), now=now, data=days)
    return leave.pk


@transaction.atomic
def end_leave(leave: int, actor: Actor, now: datetime, last_day: date | None = None) -> None:
    """Back earlier: the leave ends on `last_day` (before its first day or None: it is taken back whole)."""
    row = Leave.objects.select_for_update().filter(pk=leave).first()
    if row is None:
        raise absent("leave")
    checks.require_over(actor, row.person_id)
    if last_day is None or last_day < row.starts:
        row.delete()
    else:
        Leave.objects.filter(pk=leave).update(ends=last_day)
    trace(actor, "people.leave_end", ("person", row.person_id), now=now, data={"last_day": str(last_day or "")})


@transaction.atomic
def leaver(person: int, last_day: date, actor: Actor, now: datetime) -> Mapping[str, JSON]:
    """Somebody leaves: after `last_day` they hold no right, their keys are dead, and their work moves.

    Returns what each package registered by `on_leaver` reports, by its name.
    """
    checks.require_over(actor, person)
    row = checks.person_locked(person)
    keep_an_administrator(person)
    row.left_on = last_day
    if last_day < day_of(now):
        row.active, row.sessions_from = False, now
    row.save(update_fields=["left_on", "active", "sessions_from"])
    Membership.objects.filter(Q(ends=None) | Q(ends__gt=last_day), person=person, starts__lte=last_day).update(
        ends=last_day
    )
    Membership.objects.filter(person=person, starts__gt=last_day).delete()
    Token.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    moved = hooks.left(person, last_day, actor, now)
    trace(actor, "people.leaver", ("person", person), now=now, data={"last_day": last_day.isoformat()})
    return moved


@transaction.atomic
def stand_in(
    role: str, store: int | None, person: int, starts: date, ends: date, reason: str, actor: Actor, now: datetime
) -> int:
    """A person takes over a role of a store for some days, with a reason. Returns its id."""
    checks.require_grantable(actor, [(role, store)])
    checks.person_locked(person)
    faults = checks.texts({"reason": reason}, ["reason"])
    checks.stop_on([*faults, *checks.role_faults([(role, store)]), checks.span_fault(starts, ends)])
    row = StandIn.objects.create(role=role, store_id=store, person_id=person, starts=starts, ends=ends, reason=reason)
    told: dict[str, JSON] = {"role": role, "store": store, "starts": str(starts), "ends": str(ends), "reason": reason}
    trace(actor, "people.stand_in", ("person", person), now=now, data=told)
    return row.pk


@transaction.atomic
def swap_shift(store: int, day: date, person: int, takes_over: int, reason: str, actor: Actor, now: datetime) -> int:
    """Two people of a store change the shift of a day. Returns its id."""
    require(actor, "people.manage", store)
    if not Store.objects.filter(pk=store).exists():
        raise absent("store")
    checks.stop_on([*checks.texts({"reason": reason}), _deputy_fault(person, takes_over)])
    row, is_new = ShiftSwap.objects.get_or_create(
        store_id=store, day=day, person_id=person, defaults={"takes_over_id": takes_over, "reason": reason}
    )
    if not is_new:
        raise Refused(checks.fault("swap_twice", "当天已换过班。", "This shift has been swapped already.", "day"))
    trace(actor, "people.swap", ("person", person), now=now, data={"day": str(day), "takes_over": takes_over})
    return row.pk


def keep_an_administrator(person: int) -> None:
    """Refuses what would leave nobody to manage rights. Others who leave one day do not count as remaining."""
    held = Membership.objects.filter(role=ADMINISTRATOR, store=None, ends=None).select_for_update()
    holders = set(held.values_list("person_id", flat=True))
    if person not in holders:
        return
    if not Person.objects.filter(pk__in=holders - {person}, active=True, left_on=None).exists():
        zh = "这是最后一位系统管理员，请先指定另一位。"
        raise Refused(checks.fault("last_administrator", zh, "This is the last administrator; name another one first."))


def _deputy_fault(person: int, deputy: int | None) -> Any:
    if deputy is None:
        return None
    if deputy == person:
        return checks.fault("own_deputy", "不能由本人代理自己。", "Nobody is their own deputy.", "deputy")
    if not Person.objects.filter(pk=deputy, active=True).exists():
        return checks.fault("deputy_gone", "代理人不存在或已离职。", "The deputy is unknown or has left.", "deputy")
    return None


def _pairs(roles: Sequence[Role]) -> list[tuple[str, int | None]]:
    return [(role.role, role.store) for role in roles]


def _told(roles: Sequence[Role]) -> list[Any]:
    return [[role.role, role.store] for role in roles]


def _span_faults(roles: Sequence[Role]) -> list[Any]:
    return [checks.span_fault(role.starts, role.ends, "roles") for role in roles if role.starts]


def _rows(person: Person, roles: Sequence[Role], day: date) -> list[Membership]:
    return [
        Membership(person_id=person.pk, role=r.role, store_id=r.store, starts=r.starts or day, ends=r.ends)
        for r in roles
    ]


def _end(rows: Sequence[Membership], day: date) -> None:
    """Begun ones keep their history and end yesterday; those that began today or later never were."""
    begun = [row.pk for row in rows if row.starts < day]
    Membership.objects.filter(pk__in=begun).update(ends=day - timedelta(days=1))
    Membership.objects.filter(pk__in=[row.pk for row in rows if row.starts >= day]).delete()

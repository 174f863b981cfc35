"""Reading people: who acts with which rights, who holds a role, lists for pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q
from django.utils import timezone

from aftercare.errors import NotFound
from aftercare.people import grants_sql
from aftercare.people.access import require_somewhere
from aftercare.people.actor import EVERYWHERE, Actor, Everywhere, Grant, Stores
from aftercare.people.models import ClosingDay, Company, Leave, Membership, Permission, Person, RoleName, StandIn, Store
from aftercare.people.rights import COMPANY, OWN
from aftercare.texts import Text


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may do the work of a role now; `covers` is the absent person they do it for, if any."""

    person: int
    name: str
    covers: int | None = None


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A valid token: whose, and which actions it is limited to (None = all of the owner's)."""

    token: int
    person: int
    scopes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class House:
    """What stands at the head of a paper. `code` is empty when there is no such store."""

    company: str
    logo: bytes
    code: str
    store: Mapping[str, str]
    phone: str
    address: str


_HOUSE = """
select c.name, c.logo, coalesce(s.code, ''), s.name::text, coalesce(s.phone, ''), coalesce(s.address, '')
from (select 1) one left join people_company c on c.id = 1 left join people_store s on s.id = %s
"""


def house_of(store: int) -> House:
    """The company and one of its stores. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSE, [store])
        company, logo, code, name, phone, address = cursor.fetchone()
    return House(company or "", bytes(logo or b""), code, json.loads(name or "{}"), phone, address)


def day_of(now: datetime) -> date:
    """The day on the company's clock."""
    return timezone.localdate(now)


def actor_for(person: Person | int, now: datetime) -> Actor:
    """The actor with all rights of this moment, in one statement. Who is unknown, inactive or has left has none."""
    number = person.pk if isinstance(person, Person) else person
    with connection.cursor() as cursor:
        cursor.execute(grants_sql.ACTOR, {"person": number, "day": day_of(now)})
        row = cursor.fetchone()
    if row is None:
        return Actor(number, "")
    name, held, permissions = row
    grants = frozenset(Grant(role, store) for role, store in json.loads(held))
    rights, own = _rights(grants, json.loads(permissions))
    return Actor(number, name, grants, MappingProxyType(rights), own)


def holders_of(role: str, store: int | None, now: datetime) -> list[Holder]:
    """Who does the work of this role in this store now, in one statement; deputies replace people on leave.

    People of the store itself come first, deputies after; empty when nobody is there.
    """
    with connection.cursor() as cursor:
        cursor.execute(grants_sql.HOLDERS, {"role": role, "store": store, "day": day_of(now)})
        rows = cursor.fetchall()
    holders: dict[int, Holder] = {}
    for person, name, covers in rows:
        holders.setdefault(person, Holder(person, name, covers))
    return list(holders.values())


def who_may(action: str, store: int, now: datetime) -> set[int]:
    """Those whose role gives them this right in the store, today."""
    roles = Permission.objects.filter(action=action).values_list("role", flat=True).distinct()
    return {holder.person for role in roles for holder in holders_of(role, store, now)}


def person_for_token(raw: str, now: datetime) -> TokenUse | None:
    """Whose token this is, or None when it is unknown, revoked or expired. One select; use is noted once a minute."""
    digest = sha256(raw.encode("utf-8", "replace")).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(grants_sql.TOKEN, {"sha256": digest, "now": now})
        row = cursor.fetchone()
        if row is None:
            return None
        token, person, scopes, stale = row
        if stale:
            cursor.execute("UPDATE people_token SET last_used_at = %s WHERE id = %s", [now, token])
    limited = json.loads(scopes)
    return TokenUse(token, person, frozenset(limited) if limited else None)


def actor_for_token(raw: str, now: datetime) -> Actor | None:
    """The owner with no more rights than the token gives and the owner has now; None when it is not valid."""
    use = person_for_token(raw, now)
    if use is None:
        return None
    actor = actor_for(use.person, now)
    if not actor.name:
        return None
    return actor if use.scopes is None else actor.limited_to(use.scopes)


def company() -> Company | None:
    return Company.objects.filter(pk=1).first()


def is_set_up() -> bool:
    """False until the first-run wizard has finished."""
    return Company.objects.filter(pk=1, set_up_at__isnull=False).exists()


def stores(active_only: bool = True) -> list[Store]:
    """All stores by code. One query."""
    found = Store.objects.order_by("code")
    return list(found.filter(active=True) if active_only else found)


def role_names() -> dict[str, Text]:
    """Role id -> name, for every role installed."""
    return {row.role: Text.from_json(row.name) for row in RoleName.objects.all()}


def permissions() -> dict[str, dict[str, str]]:
    """Role -> action -> scope: the table as installed."""
    table: dict[str, dict[str, str]] = {}
    for role, action, scope in Permission.objects.order_by("role", "action").values_list("role", "action", "scope"):
        table.setdefault(role, {})[action] = scope
    return table


def people_list(actor: Actor, now: datetime, include_left: bool = False) -> list[dict[str, Any]]:
    """The people this actor may see: id, names, phone, roles by store, leave. Three queries at any size."""
    require_somewhere(actor, "people.see")
    day = day_of(now)
    current = Membership.objects.filter(Q(ends=None) | Q(ends__gte=day)).order_by("role")
    away = Leave.objects.filter(ends__gte=day).order_by("starts")
    found = Person.objects.order_by("pinyin", "id").prefetch_related(
        Prefetch("memberships", current), Prefetch("leaves", away)
    )
    if not include_left:
        found = found.filter(active=True)
    seen = actor.stores_for("people.see")
    return [_listed(person) for person in found if _is_seen(person, actor, seen)]


def person_shown(person: int, actor: Actor, now: datetime) -> dict[str, Any]:
    """One person as in the list; NotFound when absent or not this actor's to see."""
    for row in people_list(actor, now, include_left=True):
        if row["id"] == person:
            return row
    raise absent("person")


def closing_days(store: int | None, since: date, until: date) -> list[tuple[date, str]]:
    """Days the store is closed, those of the whole company among them, with the reason."""
    rows = ClosingDay.objects.filter(Q(store=None) | Q(store=store), day__range=(since, until))
    return list(rows.order_by("day").values_list("day", "reason"))


def stand_ins(now: datetime) -> list[StandIn]:
    """Present and coming stand-ins with their person and store. One query."""
    return list(StandIn.objects.filter(ends__gte=day_of(now)).select_related("person", "store").order_by("starts"))


def absent(kind: str) -> NotFound:
    """What is not there, or not yours, looks the same."""
    return NotFound.because(f"{kind}.absent", "没有找到，或您无权查看。", "Not found, or not yours to see.")


def _rights(
    grants: Iterable[Grant], permissions: Iterable[tuple[str, str, str]]
) -> tuple[dict[str, Stores], frozenset[str]]:
    by_role: dict[str, set[int | None]] = {}
    for grant in grants:
        by_role.setdefault(grant.role, set()).add(grant.store)
    rights: dict[str, Stores] = {}
    own: set[str] = set()
    for role, action, scope in permissions:
        held = by_role.get(role, set())
        if scope == OWN:
            own.add(action)
        elif scope == COMPANY or None in held:
            rights[action] = EVERYWHERE
        elif not isinstance(already := rights.get(action, frozenset()), Everywhere):
            rights[action] = already | frozenset(store for store in held if store is not None)
    return rights, frozenset(own)


def _is_seen(person: Person, actor: Actor, stores: Stores) -> bool:
    if isinstance(stores, Everywhere) or person.pk == actor.person:
        return True
    return any(member.store_id in stores for member in person.memberships.all())


def _listed(person: Person) -> dict[str, Any]:
    return {
        "id": person.pk,
        "sign_in": person.sign_in,
        "full_name": person.full_name,
        "pinyin": person.pinyin,
        "phone": person.phone,
        "language": person.language,
        "active": person.active,
        "left_on": person.left_on,
        "roles": [
            {"id": m.pk, "role": m.role, "store": m.store_id, "starts": m.starts, "ends": m.ends}
            for m in person.memberships.all()
        ],
        "leaves": [
            {"id": a.pk, "starts": a.starts, "ends": a.ends, "deputy": a.deputy_id} for a in person.leaves.all()
        ],
    }

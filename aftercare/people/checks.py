"""What is refused before anything about people is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from aftercare.errors import Fault, Refused
from aftercare.people.access import refusal
from aftercare.people.actor import EVERYWHERE, Actor
from aftercare.people.models import LANGUAGES, THEMES, Membership, Permission, Person, RoleName, Store
from aftercare.people.queries import absent
from aftercare.people.rights import ADMINISTRATOR, COMPANY
from aftercare.values.plain import text_faults

LONGEST = 200
_SIGN_IN = re.compile(r"[\w.@+-]{2,60}")


def fault(code: str, zh: str, en: str, field: str = "") -> Fault:
    return Fault(f"people.{code}", zh, en, field=field)


def stop_on(faults: Iterable[Fault | None]) -> None:
    """Raises Refused with all of them, if any."""
    found = [one for one in faults if one]
    if found:
        raise Refused(found)


def texts(values: Mapping[str, Any], required: Iterable[str] = (), longest: int = LONGEST) -> list[Fault]:
    """Faults of texts: what cannot be kept, what is too long, what is missing."""
    found = text_faults(dict(values))
    for name, value in values.items():
        if isinstance(value, str) and len(value) > longest:
            zh, en = f"“{name}”最多 {longest} 个字。", f"“{name}” may have {longest} characters."
            found.append(fault("long", zh, en, name))
    for name in required:
        if not str(values.get(name) or "").strip():
            found.append(fault("required", f"请填写“{name}”。", f"“{name}” is required.", name))
    return found


def person_faults(values: Mapping[str, Any], known: Person | None = None) -> list[Fault]:
    """Faults of the fields of a person given in `values`."""
    required = [name for name in ("sign_in", "full_name") if name in values or known is None]
    found = texts(values, required)
    if found:
        return found
    sign_in = values.get("sign_in")
    if sign_in is not None and not _SIGN_IN.fullmatch(sign_in):
        zh = "登录名须为 2 到 60 个字母、数字、汉字或 . _ - @ +。"
        found.append(fault("sign_in", zh, "A sign-in name has 2 to 60 letters, digits or . _ - @ +.", "sign_in"))
    elif sign_in is not None and _taken(sign_in, known):
        zh, en = f"登录名“{sign_in}”已有人使用。", f"The sign-in name “{sign_in}” is taken."
        found.append(fault("sign_in_taken", zh, en, "sign_in"))
    for name, choices in (("language", LANGUAGES), ("theme", THEMES)):
        if name in values and values[name] not in dict(choices):
            found.append(fault("choice", f"“{name}”的值无效。", f"“{name}” has an unknown value.", name))
    return found


def person_locked(person: int) -> Person:
    """The person's row, locked; NotFound when absent."""
    found = Person.objects.select_for_update().filter(pk=person).first()
    if found is None:
        raise absent("person")
    return found


def require_over(actor: Actor, person: int) -> None:
    """The actor must manage people in a store where this person works; who works in none belongs to the company."""
    if actor.may("people.manage"):
        return
    stores = Membership.objects.filter(person=person).values_list("store_id", flat=True)
    if not any(actor.may("people.manage", store) for store in stores if store is not None):
        raise refusal("people.manage")


def require_grantable(actor: Actor, roles: Iterable[tuple[str, int | None]]) -> None:
    """Nobody hands out more than they manage: a role that reaches the whole company needs a manager of the company."""
    wanted = list(roles)
    for _, store in wanted:
        if not actor.may("people.manage", store):
            raise refusal("people.manage")
    if actor.stores_for("people.manage") != EVERYWHERE:
        names = {role for role, _ in wanted}
        if ADMINISTRATOR in names or Permission.objects.filter(role__in=names, scope=COMPANY).exists():
            raise refusal("people.manage")


def role_faults(roles: Iterable[tuple[str, int | None]]) -> list[Fault]:
    """Roles and stores that do not exist. Two queries."""
    wanted = list(roles)
    known = set(RoleName.objects.filter(role__in={role for role, _ in wanted}).values_list("role", flat=True))
    stores = set(Store.objects.filter(pk__in={s for _, s in wanted if s is not None}).values_list("pk", flat=True))
    found = []
    for role, store in wanted:
        if role not in known:
            zh, en = f"没有名为“{role}”的角色。", f"There is no role “{role}”."
            found.append(fault("role_unknown", zh, en, "roles"))
        if store is not None and store not in stores:
            found.append(fault("store_unknown", f"没有编号为 {store} 的门店。", f"There is no store {store}.", "roles"))
    return found


def span_fault(starts: date, ends: date | None, field: str = "ends") -> Fault | None:
    if ends is not None and ends < starts:
        return fault("span", "结束日期早于开始日期。", "The last day lies before the first.", field)
    return None


def _taken(sign_in: str, known: Person | None) -> bool:
    others = Person.objects.filter(sign_in=sign_in)
    return (others.exclude(pk=known.pk) if known else others).exists()

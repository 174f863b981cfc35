"""Changes to the company: first run, stores, hours, closing days, and who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from aftercare.audit.actions import trace
from aftercare.errors import JSON, Conflict, Fault, Refused
from aftercare.people import checks, hooks
from aftercare.people.access import require
from aftercare.people.actions_staff import NewPerson, Role, insert_person
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.hooks import CalendarChange
from aftercare.people.models import ClosingDay, Company, Permission, RoleName, Store
from aftercare.people.queries import absent
from aftercare.people.rights import ACTIONS, ADMINISTRATOR, ADMINISTRATOR_MAY, ADMINISTRATOR_NAME, COMPANY, SCOPES
from aftercare.texts import Text

LARGEST_LOGO = 1024 * 1024
LOGO_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_SET_UP_LOCK = 7_316_001


@dataclass(frozen=True, slots=True)
class NewStore:
    """`parent` is the code of a region (or any store) that holds this one."""

    code: str
    name: Text
    kind: str = "showroom"
    parent: str = ""
    address: str = ""
    phone: str = ""
    calendar: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompanySetup:
    """What the first-run wizard asks. The administrator gets a password by `set_password` right after.

    `settings` may hold "calendar": the hours of every store that has none of its own.
    """

    name: str
    administrator: NewPerson
    stores: tuple[NewStore, ...] = ()
    logo: bytes = b""
    settings: Mapping[str, JSON] = field(default_factory=dict)


@transaction.atomic
def set_up_company(setup: CompanySetup, now: datetime) -> int:
    """The first run: company, stores, the administrator. Returns the administrator's id.

    Raises Conflict once it has been done: the wizard is closed for good.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SET_UP_LOCK])
    if Company.objects.filter(pk=1, set_up_at__isnull=False).exists():
        raise Conflict(checks.fault("set_up", "公司已设置完成。", "The company has been set up already."))
    values = {"name": setup.name, "settings": dict(setup.settings)}
    checks.stop_on([*checks.texts(values, ["name"]), _logo_fault(setup.logo)])
    Company.objects.update_or_create(
        pk=1, defaults={**values, "logo": setup.logo, "logo_type": logo_type(setup.logo), "set_up_at": now}
    )
    for store in setup.stores:
        _insert_store(store)
    _install_administrator()
    person = insert_person(_administrator(setup.administrator), now)
    trace(SYSTEM, "company.setup", ("person", person.pk), now=now, data={"stores": len(setup.stores)})
    return person.pk


@transaction.atomic
def change_company(changes: Mapping[str, Any], actor: Actor, now: datetime) -> Mapping[str, JSON]:
    """Change `name`, `logo` (bytes) or `settings` (whole). Returns what the packages report when hours changed."""
    require(actor, "settings.edit")
    unknown = sorted(set(changes) - {"name", "logo", "settings"})
    checks.stop_on(checks.fault("field", f"不能修改“{n}”。", f"“{n}” cannot be changed.", n) for n in unknown)
    shown = {name: value for name, value in changes.items() if name != "logo"}
    checks.stop_on(
        [*checks.texts(shown, [n for n in ("name",) if n in changes]), _logo_fault(changes.get("logo", b""))]
    )
    row = Company.objects.select_for_update().filter(pk=1).first()
    if row is None:
        raise absent("company")
    before = row.settings.get("calendar")
    for name, value in changes.items():
        setattr(row, name, value)
    row.logo_type = logo_type(bytes(row.logo))
    row.save()
    trace(actor, "company.change", now=now, data={"fields": sorted(changes)})
    if row.settings.get("calendar") == before:
        return {}
    return hooks.calendar_changed(CalendarChange(None, None), actor, now)


@transaction.atomic
def add_store(new: NewStore, actor: Actor, now: datetime) -> int:
    """A new store; returns its id."""
    require(actor, "settings.edit")
    store = _insert_store(new)
    trace(actor, "store.add", ("store", store.pk), now=now, data={"code": new.code})
    return store.pk


@transaction.atomic
def set_calendar(store: int | None, calendar: Mapping[str, JSON], actor: Actor, now: datetime) -> Mapping[str, JSON]:
    """Hours of a store (None = the company's, for all that have none of their own). Returns what the packages report.

    `calendar` is the JSON that `aftercare.calendar` reads; the caller has had it read before.
    """
    require(actor, "settings.edit", store)
    checks.stop_on(checks.texts({"calendar": dict(calendar)}))
    if store is None:
        row = Company.objects.select_for_update().filter(pk=1).first()
        if row is None:
            raise absent("company")
        row.settings = {**row.settings, "calendar": dict(calendar)}
        row.save(update_fields=["settings"])
    elif not Store.objects.filter(pk=store).update(calendar=dict(calendar)):
        raise absent("store")
    trace(actor, "store.calendar", ("store", store), now=now)
    return hooks.calendar_changed(CalendarChange(store, None), actor, now)


@transaction.atomic
def add_closing_day(
    store: int | None, day: date, reason: str, actor: Actor, now: datetime
) -> tuple[int, Mapping[str, JSON]]:
    """The store (None = every store) is closed on `day`. Returns the id and what the packages report: what moved."""
    require(actor, "settings.edit", store)
    checks.stop_on(checks.texts({"reason": reason}, ["reason"]))
    if store is not None and not Store.objects.filter(pk=store).exists():
        raise absent("store")
    if ClosingDay.objects.filter(store=store, day=day).exists():
        raise Refused(
            checks.fault("closing_twice", "这一天已登记停业。", "This day is entered as closed already.", "day")
        )
    row = ClosingDay.objects.create(store_id=store, day=day, reason=reason)
    told: dict[str, JSON] = {"day": day.isoformat(), "reason": reason}
    trace(actor, "store.closing_day", ("store", store), now=now, data=told)
    return row.pk, hooks.calendar_changed(CalendarChange(store, (day,)), actor, now)


@transaction.atomic
def remove_closing_day(closing: int, actor: Actor, now: datetime) -> Mapping[str, JSON]:
    """Take a closing day back. Returns what the packages report."""
    row = ClosingDay.objects.select_for_update().filter(pk=closing).first()
    if row is None or not actor.may("settings.edit", row.store_id):
        raise absent("closing_day")
    row.delete()
    trace(actor, "store.closing_day_removed", ("store", row.store_id), now=now, data={"day": row.day.isoformat()})
    return hooks.calendar_changed(CalendarChange(row.store_id, (row.day,)), actor, now)


@transaction.atomic
def install_permissions(
    table: Mapping[str, Mapping[str, str]], names: Mapping[str, Text], actor: Actor, now: datetime
) -> None:
    """Replace the whole table role -> action -> scope (own, store, company) and the names of the roles.

    The administrator stays as the product defines it. Raises Refused naming every unknown action or scope.
    """
    require(actor, "handbook.load")
    checks.stop_on(_table_faults(table, names))
    Permission.objects.exclude(role=ADMINISTRATOR).delete()
    RoleName.objects.exclude(role=ADMINISTRATOR).delete()
    rows = [
        Permission(role=role, action=action, scope=scope)
        for role, may in table.items()
        for action, scope in may.items()
        if role != ADMINISTRATOR
    ]
    Permission.objects.bulk_create(rows)
    RoleName.objects.bulk_create(
        RoleName(role=role, name=name.as_json()) for role, name in names.items() if role != ADMINISTRATOR
    )
    _install_administrator()
    trace(actor, "people.permissions", now=now, data={"roles": sorted(names), "rows": len(rows)})


def logo_type(logo: bytes) -> str:
    """ "image/png", "image/jpeg" or ""."""
    return next((kind for start, kind in LOGO_TYPES.items() if logo.startswith(start)), "")


def _insert_store(new: NewStore) -> Store:
    values = {"code": new.code, "address": new.address, "phone": new.phone, "name": new.name.as_json()}
    faults = checks.texts({**values, "calendar": dict(new.calendar)}, ["code"])
    if not new.name.zh.strip():
        faults.append(checks.fault("required", "请填写门店名称。", "The store needs a name.", "name"))
    if new.kind not in Store.KINDS:
        faults.append(checks.fault("choice", "门店类型无效。", "Unknown kind of store.", "kind"))
    parent = Store.objects.filter(code=new.parent).first() if new.parent else None
    if new.parent and parent is None:
        zh, en = f"没有代码为“{new.parent}”的上级。", f"There is no store “{new.parent}” to belong to."
        faults.append(checks.fault("parent", zh, en, "parent"))
    if not faults and Store.objects.filter(code=new.code).exists():
        zh, en = f"门店代码“{new.code}”已存在。", f"The store code “{new.code}” is taken."
        faults.append(checks.fault("code_taken", zh, en, "code"))
    checks.stop_on(faults)
    return Store.objects.create(**values, kind=new.kind, parent=parent, calendar=dict(new.calendar))


def _administrator(new: NewPerson) -> NewPerson:
    return NewPerson(new.sign_in, new.full_name, new.phone, new.language, (Role(ADMINISTRATOR), *new.roles))


def _install_administrator() -> None:
    RoleName.objects.update_or_create(role=ADMINISTRATOR, defaults={"name": ADMINISTRATOR_NAME.as_json()})
    Permission.objects.filter(role=ADMINISTRATOR).delete()
    Permission.objects.bulk_create(
        Permission(role=ADMINISTRATOR, action=action, scope=COMPANY) for action in ADMINISTRATOR_MAY
    )


def _logo_fault(logo: bytes) -> Fault | None:
    if len(logo) > LARGEST_LOGO:
        return checks.fault("logo_large", "徽标文件不能超过 1 MB。", "The logo may have 1 MB.", "logo")
    if logo and not logo_type(logo):
        return checks.fault(
            "logo_type", "徽标须为 PNG 或 JPEG 图片。", "The logo must be a PNG or JPEG picture.", "logo"
        )
    return None


def _table_faults(table: Mapping[str, Mapping[str, str]], names: Mapping[str, Text]) -> list[Fault]:
    found = []
    for role, may in table.items():
        if role not in names:
            found.append(checks.fault("role_name", f"角色“{role}”没有名称。", f"The role “{role}” has no name.", role))
        for action, scope in may.items():
            where = f"{role}.{action}"
            if action not in ACTIONS:
                zh, en = f"角色“{role}”：没有名为“{action}”的权限。", f"Role “{role}”: there is no right “{action}”."
                found.append(checks.fault("action_unknown", zh, en, where))
            if scope not in SCOPES:
                zh, en = f"“{where}”的范围须为 own、store 或 company。", f"“{where}” must be own, store or company."
                found.append(checks.fault("scope_unknown", zh, en, where))
    return found

"""Actions on the rules themselves: load a version, put it live, change a figure, turn a dial. Each bumps the epoch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from aftercare.audit.actions import trace
from aftercare.cases.models import Dial, HandbookVersion, Setting
from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.engine.values import type_fault
from aftercare.errors import Fault, NotAllowed, Refused
from aftercare.handbook.model import Field, Handbook, Option
from aftercare.handbook.model import Setting as SettingModel
from aftercare.people.access import require
from aftercare.people.actions import install_permissions
from aftercare.people.actor import SYSTEM, Actor
from aftercare.texts import Text

Json = Any
LEVELS = ("observe", "warn", "refuse")


def bump() -> None:
    """Let every process forget what it cached of rules, figures and calendars."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_epoch (id, n) values (1, 1) on conflict (id) do update set n = cases_epoch.n + 1"
        )


def load_handbook(actor: Actor, now: datetime, files: Mapping[str, str]) -> Handbook:
    """Check a folder's texts and put them live. Every fault is told at once; the running version stays until then."""
    if actor is not SYSTEM:
        require(actor, "handbook.load")
    from aftercare.handbook import content_hash, load_texts

    library = {row.handbook: row.files for row in HandbookVersion.objects.filter(live=True)}
    loaded = load_texts(files, library)
    if loaded.handbook is None or loaded.faults:
        raise Refused(loaded.faults)
    handbook = loaded.handbook
    with transaction.atomic():
        HandbookVersion.objects.filter(handbook=handbook.id, live=True).update(live=False)
        HandbookVersion.objects.update_or_create(
            hash=content_hash(loaded.files),
            defaults={
                "handbook": handbook.id,
                "version": handbook.version,
                "files": dict(loaded.files),
                "loaded_at": now,
                "loaded_by": actor.person,
                "live": True,
            },
        )
        install_permissions(
            {role.id: dict(role.may) for role in handbook.roles.values()},
            {role.id: role.name for role in handbook.roles.values()},
            actor,
            now,
        )
        bump()
        trace(
            actor,
            "handbook.load",
            ("handbook", 0),
            data={"handbook": handbook.id, "version": handbook.version, "hash": handbook.hash},
            now=now,
        )
    return handbook


def change_setting(
    actor: Actor, now: datetime, handbook: str, name: str, value: Json, store: int | None = None
) -> None:
    """Set a figure for the company or one store. The role named in the handbook, or who may edit settings."""
    definition = handbook_of(live_version(handbook, epoch())).settings.get(name)
    if definition is None:
        raise Refused.because(
            "unknown_setting", f"手册没有“{name}”这项设置。", f"The handbook has no setting “{name}”.", field="name"
        )
    if not (actor.may("settings.edit", store) or (definition.edit and definition.edit in actor.roles_in(store))):
        raise NotAllowed.because(
            "access.denied",
            f"只有指定岗位可以修改“{definition.name.zh}”。",
            f"Only the role named in the handbook may change “{definition.name.en}”.",
        )
    fault = setting_fault(definition, value)
    if fault:
        raise Refused(fault)
    with transaction.atomic():
        Setting.objects.create(handbook=handbook, name=name, store_id=store, value=value, at=now, by=actor.person)
        bump()
        trace(actor, "setting.change", ("setting", 0), data={"name": name, "value": value, "store": store}, now=now)
    if definition.applies == "running":
        from aftercare.cases.bulk import signal_open_cases

        signal_open_cases(now, handbook, store, name)


def setting_fault(definition: SettingModel, value: Json) -> Fault | None:
    """Why a value does not fit its setting, in words."""
    if definition.type == "duration":
        from aftercare.handbook.duration import DurationFault, parse_duration

        try:
            parse_duration(str(value))
        except DurationFault as fault:
            return Fault("duration", fault.zh, fault.en, field=definition.id)
        return None
    options = tuple(Option(one, Text(one, one)) for one in definition.options)
    return type_fault(
        Field(id=definition.id, name=definition.name, type=definition.type, options=options), value, definition.id
    )


def turn_dial(
    actor: Actor, now: datetime, handbook: str, clause: str, level: str, since: date, store: int | None = None
) -> None:
    """Observe, warn or refuse a clause ("" = every one) from a day on, for the company or a store."""
    if actor is not SYSTEM:
        require(actor, "handbook.dial", store)
    if level not in LEVELS:
        raise Refused.because("dial", "请选择：只记录、提醒或拦截。", "Choose observe, warn or refuse.", field="level")
    known = handbook_of(live_version(handbook, epoch())).clauses
    if clause and clause not in known:
        raise Refused.because(
            "unknown_clause", f"手册没有条款 {clause}。", f"The handbook has no clause {clause}.", field="clause"
        )
    with transaction.atomic():
        Dial.objects.create(
            handbook=handbook, clause=clause, store_id=store, level=level, since=since, at=now, by=actor.person
        )
        bump()
        trace(
            actor,
            "dial.turn",
            ("clause", 0),
            data={"clause": clause, "level": level, "store": store, "since": since.isoformat()},
            now=now,
        )

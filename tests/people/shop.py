"""A small invented company for stories about rights: a region with two shops, and another shop outside of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime

from aftercare.people.actions import NewPerson, NewStore, Role, add_person, add_store, install_permissions
from aftercare.people.actor import SYSTEM
from aftercare.texts import Text

MAY = {
    "clerk": {"customers.see": "store", "customers.edit": "store", "cases.act": "own"},
    "manager": {"customers.see": "store", "customers.reveal": "store", "people.manage": "store", "people.see": "store"},
    "boss": {"customers.see": "company", "people.manage": "company", "settings.edit": "company"},
}
NAMES = {role: Text(role, role) for role in MAY}
_numbers = itertools.count(1)


@dataclass
class Shop:
    south: int
    nanshan: int
    futian: int
    north: int


def open_shop(now: datetime) -> Shop:
    install_permissions(MAY, NAMES, SYSTEM, now)
    south = add_store(NewStore("S", Text("华南", "South"), "region"), SYSTEM, now)
    return Shop(
        south=south,
        nanshan=add_store(NewStore("S1", Text("南山店", "Nanshan"), parent="S"), SYSTEM, now),
        futian=add_store(NewStore("S2", Text("福田店", "Futian"), parent="S"), SYSTEM, now),
        north=add_store(NewStore("N1", Text("朝阳店", "Chaoyang")), SYSTEM, now),
    )


def hire(name: str, now: datetime, *roles: tuple[str, int | None] | tuple[str, int | None, date | None]) -> int:
    """A person with roles since long ago; a third part of a role is its last day."""
    since = date(2020, 1, 1)
    given = tuple(Role(r[0], r[1], since, r[2] if len(r) > 2 else None) for r in roles)
    return add_person(NewPerson(f"p{next(_numbers)}", name, roles=given), SYSTEM, now)

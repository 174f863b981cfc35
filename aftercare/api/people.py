"""People: who works here, their roles, leave, leavers, stand-ins, findings."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from pydantic import Field

from aftercare.api.bodies import Body, Day, Id, Long, Short
from aftercare.api.edge import Ask
from aftercare.api.routes import DONE_ANSWER, ID, Routes
from aftercare.api.shapes import BOOL, DAY, INT, MADE, MOMENT, OBJECT, WORDS, by_key, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases.queries import findings
from aftercare.people import actions, queries

routes = Routes("people")
PERSON = obj(
    id=INT, sign_in=WORD, full_name=WORD, pinyin=WORD, phone=WORD, language=WORD, active=BOOL, left_on=maybe(DAY),
    roles=many(obj(id=INT, role=WORD, store=maybe(INT), starts=DAY, ends=maybe(DAY))), leaves=many(OBJECT),
)  # fmt: skip
FINDING = obj(clause=WORD, case_id=INT, procedure=WORD, at=MOMENT)
Language = Literal["zh-hans", "en"]


class RoleIn(Body):
    """In a store, or without one in the whole company; from today when `starts` is not given."""

    role: Annotated[str, Field(max_length=64)]
    store: Id | None = None
    starts: Day | None = None
    ends: Day | None = None


Roles = Annotated[list[RoleIn], Field(max_length=50)]


class PersonIn(Body):
    sign_in: Short
    full_name: Short
    phone: Short = ""
    language: Language = "zh-hans"
    roles: Roles = []


class PersonChange(Body):
    sign_in: Short = ""
    full_name: Short = ""
    phone: Short = ""
    language: Language = "zh-hans"
    theme: Literal["auto", "light", "dark"] = "auto"


class RolesIn(Body):
    roles: Roles


class LeaveIn(Body):
    starts: Day
    ends: Day
    deputy: Id | None = None


class LeaveEnd(Body):
    """Without a last day the leave is taken back whole."""

    last_day: Day | None = None


class Leaving(Body):
    last_day: Day


class Invitation(Body):
    purpose: Literal["invite", "reset"] = "invite"


class StandInIn(Body):
    role: Annotated[str, Field(max_length=64)]
    person: Id
    starts: Day
    ends: Day
    reason: Long
    store: Id | None = None


class Swap(Body):
    store: Id
    day: Day
    person: Id
    takes_over: Id
    reason: Long = ""


@routes.get("/people", access="people.see", answer=listing(PERSON))
def people(ask: Ask, left: bool = False) -> Any:
    """The people one may see; `left`: also those who have left."""
    return {"items": queries.people_list(ask.actor, ask.now, include_left=left)}


@routes.post("/people", access="people.manage", body=PersonIn, status=201, answer=MADE)
def add(ask: Ask, body: PersonIn) -> Any:
    """A new member of staff, without a password: invite them."""
    given = body.model_dump(exclude={"roles"})
    return {"id": actions.add_person(actions.NewPerson(**given, roles=_roles(body.roles)), ask.actor, ask.now)}


@routes.get("/people/{person}", access="people.see", answer=PERSON)
def one(ask: Ask, person: int = ID) -> Any:
    return queries.person_shown(person, ask.actor, ask.now)


@routes.patch("/people/{person}", access="people.manage", body=PersonChange)
def change(ask: Ask, body: PersonChange, person: int = ID) -> Any:
    """Change the fields given."""
    actions.change_person(person, body.given(), ask.actor, ask.now)
    return DONE_ANSWER


@routes.put("/people/{person}/roles", access="people.manage", body=RolesIn)
def set_roles(ask: Ask, body: RolesIn, person: int = ID) -> Any:
    """From today the person, one of those one sees, holds exactly these roles in the stores one manages."""
    queries.person_shown(person, ask.actor, ask.now)
    actions.set_roles(person, _roles(body.roles), ask.actor, ask.now)
    return DONE_ANSWER


@routes.post("/people/{person}/leave", access="people.manage", body=LeaveIn, status=201, answer=MADE)
def start_leave(ask: Ask, body: LeaveIn, person: int = ID) -> Any:
    """Days away; the deputy holds the person's roles meanwhile."""
    return {"id": actions.start_leave(person, body.starts, body.ends, body.deputy, ask.actor, ask.now)}


@routes.post("/leave/{leave}/end", access="people.manage", body=LeaveEnd)
def end_leave(ask: Ask, body: LeaveEnd, leave: int = ID) -> Any:
    """Back earlier."""
    actions.end_leave(leave, ask.actor, ask.now, body.last_day)
    return DONE_ANSWER


@routes.post("/people/{person}/leaver", access="people.manage", body=Leaving, answer=obj(moved=OBJECT))
def leaver(ask: Ask, body: Leaving, person: int = ID) -> Any:
    """Somebody leaves: rights and keys end, their work moves; tells what moved to whom."""
    return {"moved": actions.leaver(person, body.last_day, ask.actor, ask.now)}


@routes.post(
    "/people/{person}/invitation",
    access="people.manage",
    body=Invitation,
    status=201,
    answer=obj(id=INT, secret=maybe(WORD)),
    once_shown=("secret",),
)
def invite(ask: Ask, body: Invitation, person: int = ID) -> Any:
    """The secret of a link to set a password, shown once."""
    made = actions.invite(person, ask.actor, ask.now, secrets.token_bytes, body.purpose)
    return {"id": made.id, "secret": made.raw}


@routes.get("/people/{person}/findings", access="people.see", answer=listing(FINDING))
def found(ask: Ask, person: int = ID) -> Any:
    """Clauses broken that are laid to a person."""
    queries.person_shown(person, ask.actor, ask.now)
    return {"items": findings(ask.actor, person)[:500]}


@routes.get("/roles", access="people.see", answer=obj(names=by_key(WORDS), permissions=OBJECT))
def roles(ask: Ask) -> Any:
    """Names of roles, and the table role -> action -> scope."""
    return {"names": queries.role_names(), "permissions": queries.permissions()}


@routes.get("/stand-ins", access="people.see", answer=listing(OBJECT))
def stand_ins(ask: Ask) -> Any:
    """Present and coming ones, of the stores one may see."""
    rows = [row for row in queries.stand_ins(ask.now) if ask.actor.may("people.see", row.store_id)]
    names = ("id", "role", "store_id", "person_id", "starts", "ends", "reason")
    return {"items": [{name.removesuffix("_id"): getattr(row, name) for name in names} for row in rows]}


@routes.post("/stand-ins", access="people.manage", body=StandInIn, status=201, answer=MADE)
def stand_in(ask: Ask, body: StandInIn) -> Any:
    """A person takes over a role of a store for some days."""
    given = (body.role, body.store, body.person, body.starts, body.ends, body.reason)
    return {"id": actions.stand_in(*given, ask.actor, ask.now)}


@routes.post("/shift-swaps", access="people.manage", body=Swap, status=201, answer=MADE)
def swap(ask: Ask, body: Swap) -> Any:
    """Two people of a store change the shift of a day."""
    given = (body.store, body.day, body.person, body.takes_over, body.reason)
    return {"id": actions.swap_shift(*given, ask.actor, ask.now)}


def _roles(given: list[RoleIn]) -> tuple[actions.Role, ...]:
    return tuple(actions.Role(one.role, one.store, one.starts, one.ends) for one in given)

"""Keys of programs: who I am, signing in for a short key, making and revoking keys."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from aftercare.api.bodies import Body, Moment, Short
from aftercare.api.edge import PUBLIC, SIGNED_IN, Ask
from aftercare.api.routes import DONE_ANSWER, ID, Routes
from aftercare.api.shapes import INT, MOMENT, by_key, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.people import actions
from aftercare.people.actor import Everywhere
from aftercare.people.models import Token
from aftercare.people.queries import absent, actor_for, people_list

routes = Routes("keys")
Scopes = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=100)]
KEY = obj(id=INT, name=WORD, scopes=many(WORD), created_at=MOMENT, expires_at=maybe(MOMENT), last_used_at=maybe(MOMENT))
SECRET = obj(id=INT, token=maybe(WORD))
HOURS = 12


class SignIn(Body):
    """`scopes`: the rights of the key; none = all the person's. It is good for at most twelve hours."""

    name: Short
    password: Annotated[str, Field(max_length=1000)]
    scopes: Scopes = []
    hours: Annotated[int, Field(ge=1, le=HOURS)] = HOURS


class NewKey(Body):
    """For oneself. `scopes`: the rights of the key; none = all one has."""

    name: Short
    scopes: Scopes = []
    expires_at: Moment | None = None


@routes.get(
    "/me",
    access=SIGNED_IN,
    answer=obj(id=INT, name=WORD, roles=many(obj(role=WORD, store=maybe(INT))), rights=by_key({}), own=many(WORD)),
)
def me(ask: Ask) -> Any:
    """Who asks, with roles and rights of this moment; a right holds "everywhere" or the ids of stores."""
    grants = sorted(ask.actor.grants, key=lambda grant: (grant.role, grant.store or 0))
    rights = {
        action: "everywhere" if isinstance(stores, Everywhere) else sorted(stores)
        for action, stores in sorted(ask.actor.rights.items())
    }
    return {
        "id": ask.actor.person,
        "name": ask.actor.name,
        "roles": [{"role": grant.role, "store": grant.store} for grant in grants],
        "rights": rights,
        "own": sorted(ask.actor.own),
    }


@routes.post("/sign-in", access=PUBLIC, body=SignIn, status=201, once=False, answer=SECRET)
def sign_in(ask: Ask, body: SignIn) -> Any:
    """A key for name and password. Tries are counted as on the page."""
    person = actions.sign_in(body.name, body.password, ask.address, ask.now)
    expires = ask.now + timedelta(hours=body.hours)
    actor = actor_for(person, ask.now)
    made = actions.create_token(person, "sign-in", body.scopes, expires, actor, ask.now, secrets.token_bytes)
    return {"id": made.id, "token": made.raw}


@routes.get("/tokens", access=SIGNED_IN, answer=listing(KEY))
def tokens(ask: Ask) -> Any:
    """One's own keys that are still good; never the key itself."""
    rows = Token.objects.filter(person_id=ask.actor.person, revoked_at=None).exclude(expires_at__lte=ask.now)
    columns = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at")
    return {"items": list(rows.order_by("-id").values(*columns)[:200])}


@routes.post("/tokens", access=SIGNED_IN, body=NewKey, status=201, answer=SECRET, once_shown=("token",))
def create(ask: Ask, body: NewKey) -> Any:
    """A key, shown this once: a replay of the request has null in its place. A limited key makes no keys."""
    given = (ask.actor.person, body.name, body.scopes, body.expires_at)
    made = actions.create_token(*given, ask.actor, ask.now, secrets.token_bytes)
    return {"id": made.id, "token": made.raw}


@routes.delete("/tokens/{token}", access=SIGNED_IN)
def revoke(ask: Ask, token: int = ID) -> Any:
    """The key is dead from the next request on. One's own, or that of somebody one manages."""
    owner = Token.objects.filter(pk=token).values_list("person_id", flat=True).first()
    if owner is None or not (owner == ask.actor.person or _is_managed(ask, owner)):
        raise absent("token")
    actions.revoke_token(token, ask.actor, ask.now)
    return DONE_ANSWER


def _is_managed(ask: Ask, person: int) -> bool:
    if not ask.actor.may_somewhere("people.manage") or not ask.actor.may_somewhere("people.see"):
        return False
    return any(row["id"] == person for row in people_list(ask.actor, ask.now, include_left=True))

"""The two questions every action and query asks: may they, and what may they see. Denied unless granted."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from aftercare.errors import NotAllowed
from aftercare.people.actor import Actor, Everywhere
from aftercare.people.rights import ACTIONS

_Row = TypeVar("_Row", bound=Model)


def require(actor: Actor, action: str, store: int | None = None, owner: int | None = None) -> None:
    """Raises NotAllowed unless the actor may do this to a row of `store` (None = of the whole company)."""
    _known(action)
    if not actor.may(action, store, owner):
        raise refusal(action)


def require_somewhere(actor: Actor, action: str) -> None:
    """Raises NotAllowed unless there is any store where the actor may do this."""
    _known(action)
    if not actor.may_somewhere(action):
        raise refusal(action)


def visible(
    queryset: QuerySet[_Row], actor: Actor, action: str, field: str = "store_id", owner_field: str = ""
) -> QuerySet[_Row]:
    """Only the rows this actor may do `action` to. `owner_field` names the column with the person a row belongs to."""
    _known(action)
    stores = actor.stores_for(action)
    if isinstance(stores, Everywhere):
        return queryset
    allowed = Q(**{f"{field}__in": sorted(stores)})
    if owner_field and action in actor.own:
        allowed |= Q(**{owner_field: actor.person})
    return queryset.filter(allowed)


def refusal(action: str) -> NotAllowed:
    """What a person without the right is told."""
    name = ACTIONS[action]
    return NotAllowed.because(
        "access.denied",
        f"您没有“{name.zh}”的权限，请联系管理员。",
        f"You do not have the right “{name.en}”; ask an administrator.",
        data={"action": action},
    )


def _known(action: str) -> None:
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}: list it in people/rights.py")

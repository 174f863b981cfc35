"""Who acts now, with all rights of this moment. Pure: no database."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aftercare.people.rights import ACTIONS


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a store; None = in the whole company."""

    role: str
    store: int | None


@dataclass(frozen=True, slots=True)
class Everywhere:
    """In place of a set of stores: all of them, and what belongs to no store."""

    def __contains__(self, store: object) -> bool:
        return True


EVERYWHERE = Everywhere()
Stores = frozenset[int] | Everywhere
_NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Built once at the edge by `people.queries.actor_for(person, now)`; grants hold roles taken over from others.

    `own` are the actions allowed only for rows that belong to the person. `person` 0 is the system itself.
    """

    person: int
    name: str
    grants: frozenset[Grant] = frozenset()
    rights: Mapping[str, Stores] = dataclasses.field(default_factory=dict, hash=False)
    own: frozenset[str] = frozenset()

    def roles_in(self, store: int | None) -> frozenset[str]:
        """The roles held in this store, those of the whole company among them."""
        return frozenset(grant.role for grant in self.grants if grant.store is None or grant.store == store)

    def stores_for(self, action: str) -> Stores:
        return self.rights.get(action, _NOWHERE)

    def may(self, action: str, store: int | None = None, owner: int | None = None) -> bool:
        """May this be done to a row of `store`? None = a row of the whole company, which needs the right everywhere.

        `owner` is the person the row belongs to; for menus and lists ask `may_somewhere`.
        """
        stores = self.stores_for(action)
        if isinstance(stores, Everywhere) or store in stores:
            return True
        return action in self.own and owner is not None and owner == self.person

    def may_somewhere(self, action: str) -> bool:
        """True when there is any row this could be done to: whether a menu entry is shown."""
        return bool(self.stores_for(action)) or action in self.own

    def limited_to(self, actions: Collection[str]) -> Actor:
        """The same person with no more than these actions: what an API token leaves over."""
        rights = {action: stores for action, stores in self.rights.items() if action in actions}
        return dataclasses.replace(self, rights=MappingProxyType(rights), own=self.own & frozenset(actions))


SYSTEM = Actor(0, "system", frozenset(), MappingProxyType(dict.fromkeys(ACTIONS, EVERYWHERE)))

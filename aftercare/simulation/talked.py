"""What cases of a simulated store wrote beside themselves: talks with customers, sums that are owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aftercare.cases.of_customers import customer_of
from aftercare.cases.registry import EffectContext
from aftercare.customers.contacts import words
from aftercare.customers.models import Contact
from aftercare.engine import Accepted, Who, World
from aftercare.money.models import Owed
from aftercare.money.owed import owed_of
from aftercare.people.actor import Actor

if TYPE_CHECKING:
    from aftercare.simulation.virtual import Case

Json = Any
PORTION = 2000


class Talked:
    """Follows a store, and writes all at its end. Of a line that is told again the last word stays."""

    def __init__(self) -> None:
        self._contacts: dict[tuple[Any, ...], Contact] = {}
        self._owed: list[Owed] = []

    def __call__(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None:
        for call in accepted.effects:
            if call.name in ("contact", "entry"):
                store = (accepted.state.get("store") or {}).get("id") or 0
                context = EffectContext(
                    case.id, case.number, store, case.customer, case.subject, world.handbook,
                    Actor(who.person, who.name), now, start + 1 + call.event, 0, world.procedure, accepted.state,
                )  # fmt: skip
                if call.name == "contact":
                    self._contact(context, call.params)
                elif (owed := owed_of(context, call.params)) is not None:
                    self._owed.append(owed)

    def _contact(self, context: EffectContext, params: Mapping[str, Json]) -> None:
        customer = customer_of(context, params)
        if customer is None:
            return
        line = str(params["row"]) if params.get("row") else ""
        name = (customer, params["kind"], context.case, line or len(self._contacts))
        said = {key: str(value) for key, value in (params.get("with") or {}).items() if value is not None}
        source: dict[str, Json] = {
            "kind": "case", "id": context.case, "number": context.number, "name": context.procedure.name.as_json(),
        }  # fmt: skip
        first = self._contacts.get(name)
        self._contacts[name] = Contact(
            customer_id=customer, kind=str(params["kind"]), source={**source, **({"line": line} if line else {})},
            store_id=context.store, at=first.at if first else context.now,
            by=first.by if first else context.actor.person, by_name=first.by_name if first else context.actor.name,
            **words(said),
        )  # fmt: skip

    def write(self) -> None:
        Contact.objects.bulk_create(self._contacts.values(), PORTION)
        Owed.objects.bulk_create(self._owed, PORTION)

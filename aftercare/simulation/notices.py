"""What people of a simulated store were told: warnings, escalations, news of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aftercare.engine import Accepted, Who, World
from aftercare.messages.effects import read_until, reminder, yuan
from aftercare.messages.wording import worded
from aftercare.people.queries import House
from aftercare.simulation.copying import Tables, js
from aftercare.simulation.staff import Staff

if TYPE_CHECKING:
    from aftercare.simulation.virtual import Case

Json = Any
COLUMNS = {"messages_notice": ("person_id", "kind", "text", "case_id", "link", "at", "read_by", "read_at", "once")}
READ_AFTER = timedelta(hours=5)


class Notices:
    """Follows a store. What is old has been read: nobody comes back to a year of unread messages."""

    def __init__(self, staff: Staff, house: House, tables: Tables, unread_since: datetime) -> None:
        self.staff, self.house, self.tables, self.unread_since = staff, house, tables, unread_since
        self._told: set[tuple[int, str]] = set()

    def __call__(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None:
        for call in accepted.effects:
            params = call.params
            if call.name == "remind":
                element = str(params["element"])
                task = world.procedure.tasks.get(element.split("[")[0].split("#")[0])
                text = reminder(
                    case.number, task.name.as_json() if task else {"zh": element, "en": element}, params["kind"]
                )
                to = params.get("to") or (
                    [f"person:{params['by']}"] if params.get("by") else list(task.role) if task else []
                )
                once = f"{params['kind']}:{case.id}:{element}:{params['level']}:{params['round']}"
                self._notify(case, self._people(accepted, to, now), params["kind"], text, now, None, once)
            elif call.name == "tell":
                text = params.get("text") or {"zh": f"工单 {case.number} 有新进展", "en": f"News on case {case.number}"}
                told = {name: worded(one, self._values(case, world, accepted)) for name, one in text.items()}
                once = f"case:{case.id}:{start + 1 + call.event}"
                until = read_until(now, params.get("read_by"))
                self._notify(case, self._people(accepted, params.get("to") or (), now), "told", told, now, until, once)

    def _notify(
        self, case: Case, people: set[int], kind: str, text: Mapping[str, str], now: datetime,
        until: datetime | None, once: str,
    ) -> None:  # fmt: skip
        read_at = now + READ_AFTER if now < self.unread_since else None
        for person in sorted(people):
            if (person, once) not in self._told:
                self._told.add((person, once))
                self.tables.add("messages_notice", person, kind, js(text), case.id, "", now, until, read_at, once)

    def _people(self, accepted: Accepted, to: Iterable[str], now: datetime) -> set[int]:
        known, found = accepted.state["people"], set[int]()
        for name in [to] if isinstance(to, str) else to:
            held = known.get(name)
            if name.startswith("person:"):
                found.add(int(name.removeprefix("person:")))
            elif held:
                found |= {int(one["id"]) for one in (held if isinstance(held, list) else [held]) if one.get("id")}
            else:
                found |= {
                    one.who.person for one in self.staff.workers if name in one.who.roles and not one.is_gone(now)
                }
        return found

    def _values(self, case: Case, world: World, accepted: Accepted) -> dict[str, str]:
        order = world.subject if (case.subject or {}).get("kind") == "order" else {}
        found = {
            "case.number": case.number, "case.delivery_date": accepted.state["values"].get("delivery_date"),
            "case.status": accepted.state["status"], "store.name": _plain(self.house.store),
            "store.phone": self.house.phone, "company.name": _plain(self.house.company),
            **{f"customer.{name}": world.customer.get(name) for name in ("name", "phone", "address")},
            **{f"order.{name}": order.get(name) for name in ("number", "delivery_date")},
            **{f"order.{name}": yuan(order.get(name)) for name in ("total", "paid", "balance")},
        }  # fmt: skip
        return {name: str(value or "") for name, value in found.items()}


def _plain(name: Json) -> str:
    return str(name.get("zh") or name.get("en") or "") if isinstance(name, Mapping) else str(name or "")

"""From the agreed date to the customer's door and back, as the people of the showroom go it: over the API."""

from __future__ import annotations

from typing import Any

from tests.clauses.surface import House, Promise, in_days
from tests.showroom import CONTRACT

Json = Any
Row = dict[str, Json]
ENVELOPE = {"folded": True, "card_slip": True}
PAPERS = ("delivery_note/1", "sales_contract/2")
CREW = ("delivery_lead", "delivery_crew")
READY = {"tool_box": True, "shoe_covers": True, "towels": 2, "blankets": True, "own_water": True}
TIDY = dict.fromkeys(("packed", "rubbish", "farewell", "one_spot", "film_folded", "no_litter"), "kept")


class Going(Promise):
    """A delivery: one case, opened by the promise of its order."""

    promise: Promise

    def known(self, task: str, role: str = "service_manager") -> Row:
        """What the form of a task holds before anybody types."""
        found: Row = self.house.get(role, f"/cases/{self.case}/tasks/{task}/known")
        return found

    def rows(self, task: str, field: str, /, **each: Json) -> list[Row]:
        """The expected rows of a sheet, each with these values besides."""
        return [{**row, **each} for row in self.known(task).get(field) or ()]

    # --- the usual way

    def move(self) -> None:
        for key in [one for one in self.seen()["tasks"] if one.startswith("move_to_workshop")]:
            self.complete("warehouse", key, "moved", {"place": "workshop"})

    def work(self) -> None:
        worker = {"kind": "person", "id": self.house.shop.people["workshop_manager"]}
        done = {"done": True, "worker": worker}
        self.complete("workshop_manager", "workshop", "finished", {"work": self.rows("workshop", "work", **done)})

    def inspect(self) -> None:
        values = {"items": self.rows("inspect", "items", result="passed")}
        self.send("service_manager", "save", task="inspect", values=values)
        for role in ("service_manager", "sales"):
            self.send(role, "sign", task="inspect", who="seller" if role == "sales" else role, must="sign")
        self.complete("service_manager", "inspect", "passed", values)

    def prepare(self) -> None:
        """From the workshop to goods that are checked."""
        self.move()
        self.work()
        self.complete("workshop_manager", "return_sheet", "returned")
        self.inspect()
        self.complete(
            "delivery_lead", "check_goods", "clean", {"pieces": self.rows("check_goods", "pieces", checked=True)}
        )

    def load(self) -> None:
        pieces = self.rows("load", "pieces", wrapped=True)
        accessories = self.rows("load", "accessories", present=True)
        self.complete(
            "delivery_lead", "load", "loaded", {"list_verified": True, "pieces": pieces, "accessories": accessories}
        )

    def call(self) -> None:
        self.complete("delivery_lead", "call_customer", "agreed", {"reached": True, "slot": "morning"})

    def arrive(self) -> None:
        self.complete("delivery_crew", "arrive", "arrived")

    def enter(self) -> None:
        pieces = self.rows("enter", "pieces", inspected=True)
        self.complete("delivery_crew", "enter", "entered", {"shoe_covers": True, "pieces": pieces})

    def place(self, **fates: str) -> None:
        """Hand over; fates by code of the piece where it is not accepted (`SF_101="damaged"`)."""
        pieces = self.rows("place", "pieces")
        for row in pieces:
            row["fate"] = fates.get(row["code"].replace("-", "_"), "accepted")
        self.complete("delivery_crew", "place", "partly" if fates else "complete", {"pieces": pieces})

    def collect(self, received: int | None = None) -> None:
        amount = self.known("collect")["received"] if received is None else received
        self.complete("delivery_lead", "collect", "collected", {"received": amount, "way": "mobile"})

    def sign_copies(self, **changed: Json) -> None:
        values = {"signature": self.signature(), "second_signed": True, "third": "signed", **changed}
        self.complete("delivery_lead", "sign", "signed", values)

    def signature(self) -> Row:
        """The customer's hand on the screen, kept as a file."""
        return self.house.file("delivery_lead", self.case)

    def ask_opinion(self, **changed: Json) -> None:
        self.complete("delivery_crew", "opinion", "done", {"rating": 5, "comments": "送货师傅很细心", **changed})

    def leave(self, **answers: str) -> None:
        self.complete("delivery_crew", "leave", "left", {"checks": {**TIDY, **answers}})

    def deliver(self) -> None:
        """Everything at the customer's, from the arrival to the farewell."""
        self.arrive()
        self.enter()
        self.place()
        self.collect()
        self.sign_copies()
        self.ask_opinion()
        self.leave()

    def report(self, **changed: Json) -> None:
        values = {"summary": "顺利送达", "nothing_new": True, **changed}
        self.complete("delivery_lead", "report", "reported", values)


class Van(Promise):
    """A trip of one van."""

    def ref(self, role: str) -> Row:
        return {"kind": "person", "id": self.house.shop.people[role]}

    def plan(self, *deliveries: Going, day: str = "", crew: tuple[str, ...] = ("delivery_crew",)) -> None:
        values = {
            "day": day or in_days(5), "van": "一号车", "lead": self.ref("delivery_lead"),
            "crew": [{"member": self.ref(role)} for role in crew],
            "deliveries": [{"delivery": {"kind": "case", "id": one.case}} for one in deliveries],
        }  # fmt: skip
        self.complete("delivery_lead", "plan", "planned", values)

    def members(self, **each: Json) -> list[Row]:
        rows = self.house.get("service_manager", f"/cases/{self.case}/tasks/dress_check/known")["members"]
        return [{**row, "inspected": True, **each} for row in rows]

    def dress(self) -> None:
        self.complete("service_manager", "dress_check", "checked", {"members": self.members()})

    def check_vehicle(self, *failed: str, note: str = "") -> None:
        rows = self.house.get("delivery_lead", f"/cases/{self.case}/tasks/vehicle_check/known")["points"]
        points = [{**row, "failed": row["id"] in failed, "note": note} for row in rows]
        self.complete("delivery_lead", "vehicle_check", "checked", {"points": points})

    def depart(self, **changed: Json) -> None:
        self.complete("delivery_lead", "depart", "departed", {**READY, **changed})

    def back(self) -> None:
        self.complete("delivery_lead", "return_base", "returned")


def promised(
    house: House, days: int = 5, needs: list[Row] | None = None, prices: Row | None = None, **contract: Json
) -> Promise:
    """An order whose date is fixed and whose papers are where they belong: the delivery can be planned."""
    order = house.promise()
    order.issue(**contract)
    order.agree(in_days(days))
    order.release(**prices or {})
    order.fill_demand(needs)
    order.complete("service_manager", "order_check", "accepted")
    order.complete("sales", "hand_customer_copy", "handed", ENVELOPE)
    order.complete("sales", "hand_finance_copy", "handed")
    order.complete("sales", "hand_service_copy", "handed")
    order.send("service_manager", "accept", paper="sales_contract/2")
    taken = [{**need, "accepted": True} for need in order.seen()["sheets"]["demand_sheet"]["needs"]]
    order.complete("service_manager", "accept_demand", "accepted", {"needs": taken})
    return order


def going(order: Promise, task: str = "plan_delivery", taken: tuple[str, ...] = PAPERS, **changed: Json) -> Going:
    """The delivery of an order, planned by the service manager; the papers `taken` are with the lead."""
    items = [{name: one[name] for name in ("code", "name", "spec", "qty")} for one in CONTRACT["items"]]
    values = {"items": items, "collect": CONTRACT["total"] - CONTRACT["deposit"], **changed}
    order.complete("service_manager", task, "planned", values)
    for paper in taken:
        order.send("delivery_lead", "accept", paper=paper)
    child = order.house.get("service_manager", f"/cases/{order.case}")["state"]["children"]["delivery"]["case"]
    made = Going(order.house, child, order.order, order.customer)
    made.promise = order
    return made


def van(house: House) -> Van:
    body = {"handbook": "showroom", "procedure": "van_trip", "store": house.shop.store}
    return Van(house, house.send("delivery_lead", "POST", "/cases", body)["case"], 0, 0)


def loaded(house: House, **contract: Json) -> Going:
    """A delivery that is checked, packed and loaded, with the customer told."""
    made = going(promised(house, **contract))
    made.prepare()
    made.load()
    made.call()
    return made


def at_the_door(house: House, **contract: Json) -> tuple[Going, Van]:
    """A delivery on its way with its trip."""
    made, trip = loaded(house, **contract), van(house)
    trip.plan(made)
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    return made, trip

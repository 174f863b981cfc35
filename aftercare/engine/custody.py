"""Who has what: numbered copies of papers, and things such as a car and its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aftercare.engine.judge import Judge
from aftercare.engine.people import ids_of, role_of
from aftercare.engine.types import Json, Refuse
from aftercare.errors import Fault


def hand_by_hand(judge: Judge, data: Mapping[str, Json]) -> None:
    """A person hands on what is theirs to hand on: they hold it, nobody does, or they manage the store."""
    things = [str(thing) for thing in data.get("things") or []]
    if not things or not data.get("to"):
        zh, en = "请写明交什么、交给谁", "Say what is handed over, and to whom"
        raise Refuse("hand", Fault("hand", zh, en, field="to" if things else "things"))
    for thing in things:
        for one in _held(judge, thing):
            if one.get("holder") and not _is(judge, str(one["holder"])) and not (judge.who.manages or judge.who.system):
                zh, en = f"“{thing}”不在您手上", f"You do not hold “{thing}”"
                raise Refuse("not_yours", Fault("not_yours", zh, en, field="things"))
    hand(judge, things, str(data["to"]), data.get("receipt"), str(data.get("place") or ""))


def hand(judge: Judge, things: Sequence[str], to: str, receipt: str | None, place: str = "") -> None:
    """Hand copies and things over; with a receipt they count when the receiver confirms."""
    for thing in things:
        document, _, copy = thing.partition("/")
        if document not in judge.world.handbook.documents:
            judge.emit("thing_handed", thing=thing, to=to, pending=bool(receipt), place=place)
            judge.effect("hand_thing", {"thing": thing, "to": to, "pending": bool(receipt), "place": place})
            continue
        paper = judge.state["papers"].get(document)
        copies = list(paper["copies"]) if paper and copy in ("", "all") else [copy]
        if paper is None or paper.get("superseded") or any(one not in paper["copies"] for one in copies):
            name = judge.world.handbook.documents[document].name
            zh, en = f"《{name.zh}》尚未出单，无法交接", f"{name.en} has not been issued, there is nothing to hand over"
            raise Refuse("not_issued", Fault("not_issued", zh, en))
        for one in copies:
            facts = {"document": document, "copy": one, "to": to, "pending": bool(receipt)}
            judge.emit("copy_handed", None, **facts)
            judge.effect("hand", {**facts, "receipt": receipt or ""})


def receive(judge: Judge, paper: str) -> None:
    """The receiver confirms that a copy or a thing has arrived."""
    held = _held(judge, paper)
    if not held or not held[0].get("pending") or ("/" not in paper and paper not in judge.state["things"]):
        zh, en = "没有等待接收的单据", "There is no copy waiting to be received"
        raise Refuse("nothing_to_receive", Fault("nothing_to_receive", zh, en))
    holder = str(held[0]["holder"])
    if not _is(judge, holder):
        role = judge.world.handbook.roles.get(role_of(judge, holder))
        zh, en = (
            f"应由{role.name.zh if role else holder}接收",
            f"Only {role.name.en if role else holder} can receive it",
        )
        raise Refuse("not_yours", Fault("not_yours", zh, en))
    if paper in judge.state["things"]:
        judge.emit("thing_received", thing=paper, to=holder, person=judge.who.person)
        return
    document, _, copy = paper.partition("/")
    judge.emit("copy_received", document=document, copy=copy, to=holder, person=judge.who.person)
    judge.effect("received", {"document": document, "copy": copy, "to": holder})


def _held(judge: Judge, thing: str) -> list[Mapping[str, Json]]:
    if thing in judge.state["things"]:
        return [judge.state["things"][thing]]
    document, _, copy = thing.partition("/")
    copies = judge.state["papers"].get(document, {}).get("copies", {})
    return [one for name, one in copies.items() if copy in ("", "all", name)]


def _is(judge: Judge, holder: str) -> bool:
    """Is the acting person this holder: that person, of that role, or of the crew?"""
    return judge.who.person in ids_of(judge.state, holder) or role_of(judge, holder) in judge.who.roles

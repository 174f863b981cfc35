"""Papers that cases ask for: issued, handed over, received, superseded, taken over as they lie in the drawer."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from aftercare.cases.models import HandbookVersion
from aftercare.cases.registry import ENTITIES, EffectContext, effect
from aftercare.documents.effects import Where, hand_copy, issue_paper
from aftercare.documents.models import Document
from aftercare.people.models import Person
from aftercare.people.queries import House, house_of

Json = Any


@effect("issue")
def issue(context: EffectContext, params: Mapping[str, Json]) -> None:
    definition = context.handbook.documents[params["document"]]
    old = _latest(context.case, params["document"]) if params.get("supersede") else None
    house = house_of(context.store)
    data = {**_heading(context, house), **with_names(params.get("data") or {})}
    superseded = old.pk if old else None
    issue_paper(definition, data, _where(context, house), context.actor, context.now, superseded, _sources(context))


@effect("hand")
def hand(context: EffectContext, params: Mapping[str, Json]) -> None:
    thing = f"{params['document']}/{params['copy']}"
    name = _holder_name(context, params["to"])
    hand_copy(context.case, [thing], params["to"], name, context.now, bool(params.get("pending")))


@effect("received")
def received(context: EffectContext, params: Mapping[str, Json]) -> None:
    thing = f"{params['document']}/{params['copy']}"
    hand_copy(context.case, [thing], params["to"], context.actor.name, context.now, False)


@effect("adopt_paper")
def adopt(context: EffectContext, params: Mapping[str, Json]) -> None:
    """A paper that was handed out before the case was taken over: a record of its copies and where they are."""
    document = context.handbook.documents[params["document"]]
    state, house = context.state, house_of(context.store)
    sheet: Json = next((value for name, value in state["sheets"].items() if f"sheets.{name}" in _reads(document)), {})
    more = {
        "form": sheet,
        "delivery_date": state["values"].get("delivery_date"),
        "adopted": True,
        "sales": {"name": _seller(context)},
    }
    data = {**_heading(context, house), **more}
    issue_paper(document, data, _where(context, house), context.actor, context.now, None, _sources(context))
    for copy, holder in params["copies"].items():
        if holder:
            hand_copy(
                context.case, [f"{document.id}/{copy}"], holder, _holder_name(context, holder), context.now, False
            )


def _reads(document: Any) -> set[str]:
    return {".".join(path[:2]) for condition in document.data.values() for path in condition.names}


def _latest(case: int, kind: str) -> Document | None:
    return Document.objects.filter(case_id=case, kind=kind, voided_at=None).order_by("-id").first()


def _where(context: EffectContext, house: House) -> Where:
    return Where(context.case, dict(context.subject or {}), context.store, house.code, context.handbook.hash)


def _heading(context: EffectContext, house: House) -> dict[str, Json]:
    """What every paper carries: the company, the store, the numbers of case and order, who agreed to what."""
    logo = base64.b64encode(house.logo).decode()
    return {
        "company": {"name": _plain(house.company), "logo": {"png": logo} if logo else None},
        "store": {"name": _plain(house.store), "phone": house.phone, "address": house.address} if house.code else {},
        "case": context.number, "agreed": _agreed(context.state),
    }  # fmt: skip


def with_names(data: Mapping[str, Json]) -> dict[str, Json]:
    """References to people with what they are called now: a paper keeps the name it was issued with. One statement."""
    wanted = {int(one["id"]) for one in _people(data)}
    names = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "full_name")) if wanted else {}
    named: dict[str, Json] = _named(data, names)
    return named


def _people(value: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(value, Mapping):
        if value.get("kind") == "person" and value.get("id"):
            yield value
        else:
            yield from _people(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _people(one)


def _named(value: Json, names: Mapping[int, str]) -> Json:
    if isinstance(value, Mapping):
        if value.get("kind") == "person" and value.get("id"):
            return {**value, "name": names.get(int(value["id"]), "")}
        return {key: _named(item, names) for key, item in value.items()}
    return [_named(item, names) for item in value] if isinstance(value, list) else value


def _seller(context: EffectContext) -> str:
    """Who sold what the case is about: a paper taken over was not made by whoever enters it now."""
    subject = context.subject or {}
    loader = ENTITIES.get(str(subject.get("kind")))
    person = (loader(int(subject["id"])).get("salesperson") or {}).get("id") if loader and subject.get("id") else None
    return Person.objects.filter(pk=person).values_list("full_name", flat=True).first() or "" if person else ""


def _plain(name: Json) -> str:
    return str(name.get("zh") or name.get("en") or "") if isinstance(name, Mapping) else str(name or "")


def _agreed(state: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Marks given so far: who, the person's name, when."""
    marks = [
        (name.split("|")[0], mark)
        for task in state.get("tasks", {}).values()
        for name, mark in task.get("marks", {}).items()
    ]
    people = {mark.get("person") for _, mark in marks if mark.get("person")}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name")) if people else {}
    return [{"who": who, "name": names.get(mark.get("person"), ""), "at": mark.get("at")} for who, mark in marks]


def _holder_name(context: EffectContext, holder: str) -> str:
    role = context.handbook.roles.get(holder)
    return role.name.zh if role else {"customer": "客户"}.get(holder, holder)


def _sources(context: EffectContext) -> Mapping[str, str]:
    """Further template files that the handbook brings."""
    return _template_files(context.handbook.hash)


@lru_cache(maxsize=16)
def _template_files(version: str) -> Mapping[str, str]:
    """A version is named by the hash of its files, so it never changes."""
    files = HandbookVersion.objects.filter(hash=version).values_list("files", flat=True).first() or {}
    return {name.rpartition("/")[2]: text for name, text in files.items() if name.endswith(".typ")}

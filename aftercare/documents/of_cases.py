"""Papers that cases ask for: issued, handed over, received, superseded, taken over as they lie in the drawer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from aftercare.cases.models import Case, HandbookVersion
from aftercare.cases.registry import EffectContext, effect
from aftercare.documents.effects import Where, hand_copy, issue_paper
from aftercare.documents.models import Document
from aftercare.people.models import Company, Person, Store

Json = Any


@effect("issue")
def issue(context: EffectContext, params: Mapping[str, Json]) -> None:
    definition = context.handbook.documents[params["document"]]
    old = _latest(context.case, params["document"])
    superseded = old.pk if old and params.get("supersede") else None
    issue_paper(
        definition,
        {**_house(context), **(params.get("data") or {})},
        _where(context),
        context.actor,
        context.now,
        superseded,
        _sources(context),
    )


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
    state = Case.objects.values_list("state", flat=True).get(pk=context.case)
    sheet: Json = next((value for name, value in state["sheets"].items() if f"sheets.{name}" in _reads(document)), {})
    data = {**_house(context), "form": sheet, "delivery_date": state["values"].get("delivery_date"), "adopted": True}
    issue_paper(document, data, _where(context), context.actor, context.now, None, _sources(context))
    for copy, holder in params["copies"].items():
        if holder:
            hand_copy(
                context.case, [f"{document.id}/{copy}"], holder, _holder_name(context, holder), context.now, False
            )


def _reads(document: Any) -> set[str]:
    return {".".join(path[:2]) for condition in document.data.values() for path in condition.names}


def _latest(case: int, kind: str) -> Document | None:
    return Document.objects.filter(case_id=case, kind=kind, voided_at=None).order_by("-id").first()


def _where(context: EffectContext) -> Where:
    code = Store.objects.filter(pk=context.store).values_list("code", flat=True).first() or ""
    return Where(context.case, dict(context.subject or {}), context.store, code, context.handbook.hash)


def _house(context: EffectContext) -> dict[str, Json]:
    """What every paper carries: the company, the store, the numbers of case and order, who agreed to what."""
    company = Company.objects.filter(pk=1).first()
    store = Store.objects.filter(pk=context.store).first()
    logo = base64.b64encode(bytes(company.logo)).decode() if company and company.logo else ""
    return {
        "company": {"name": _plain(company.name if company else ""), "logo": {"png": logo} if logo else None},
        "store": {"name": _plain(store.name), "phone": store.phone, "address": store.address} if store else {},
        "case": context.number, "agreed": _agreed(context),
    }  # fmt: skip


def _plain(name: Json) -> str:
    return str(name.get("zh") or name.get("en") or "") if isinstance(name, Mapping) else str(name or "")


def _agreed(context: EffectContext) -> list[dict[str, Json]]:
    """Marks given so far: who, the person's name, when."""
    state = Case.objects.filter(pk=context.case).values_list("state", flat=True).first() or {}
    marks = [
        (name.split("|")[0], mark)
        for task in state.get("tasks", {}).values()
        for name, mark in task.get("marks", {}).items()
    ]
    people = {mark.get("person") for _, mark in marks if mark.get("person")}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name"))
    return [{"who": who, "name": names.get(mark.get("person"), ""), "at": mark.get("at")} for who, mark in marks]


def _holder_name(context: EffectContext, holder: str) -> str:
    role = context.handbook.roles.get(holder)
    return role.name.zh if role else {"customer": "客户"}.get(holder, holder)


def _sources(context: EffectContext) -> dict[str, str]:
    """Further template files that the handbook brings."""
    files = HandbookVersion.objects.filter(hash=context.handbook.hash).values_list("files", flat=True).first() or {}
    return {name.rpartition("/")[2]: text for name, text in files.items() if name.endswith(".typ")}

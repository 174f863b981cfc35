"""What is personal in a case is left out of an answer for who may not reveal it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.cases.world import handbook_of
from aftercare.engine.sheets import is_personal
from aftercare.handbook.model import Handbook
from aftercare.people.actor import Actor

OPEN_KINDS = frozenset({"note"})  # notes of colleagues are for everybody who sees the case


def may_read(actor: Actor, store: int) -> bool:
    return actor.may("customers.reveal", store)


def of_event(kind: str, hidden: Mapping[str, Any], may: bool) -> Mapping[str, Any] | None:
    return (hidden or None) if may or kind in OPEN_KINDS else None


def without(whole: dict[str, Any], version: str, procedure: str) -> dict[str, Any]:
    """The answer of one case without the personal fields of its sheets and drafts, and of its events."""
    handbook = handbook_of(version)
    tasks = handbook.procedures[procedure].tasks
    for part in ("sheets", "drafts"):
        for key, values in (whole["state"].get(part) or {}).items():
            task = tasks.get((whole["state"]["tasks"].get(key) or {}).get("task", key))
            for name in fields(handbook, task.form if task else ""):
                (values or {}).pop(name, None)
    for event in whole["events"]:
        event["personal"] = of_event(event["kind"], event["personal"] or {}, False)
    return whole


def fields(handbook: Handbook, form: str) -> frozenset[str]:
    """The personal fields of a form."""
    definition = handbook.forms.get(form)
    return frozenset(one.id for one in definition.fields if is_personal(one)) if definition else frozenset()

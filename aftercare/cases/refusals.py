"""Refusals are kept outside the chain: who, what, which clause, why. Figures and some clauses need them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from aftercare.cases import marks
from aftercare.cases.models import Event, Mark, RefusalRow
from aftercare.engine import Refusal
from aftercare.engine.types import instant
from aftercare.errors import AftercareError, Fault, Refused
from aftercare.people.models import Person

_PERSON = re.compile(r"\{person:(\d+)\}")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Facts:
    case: int | None
    store: int
    person: int
    verb: str
    element: str
    refusal: Refusal
    now: datetime


class Kept(AftercareError):
    """Carries a refusal out of the transaction that is rolled back, so that it can be kept."""

    def __init__(self, refused: Refused, facts: Facts) -> None:
        super().__init__(str(refused))
        self.refused, self.facts = refused, facts


def with_history(fault: Fault, case: int | None, element: str) -> Fault:
    """Somebody was first: the sentence says who finished the task and when, for the engine knows ids only."""
    if fault.code not in ("already_done", "not_open") or case is None or not element:
        return fault
    done = Event.objects.filter(case_id=case, kind="task_done", data__key=element).order_by("-seq").first()
    if done is None:
        return fault
    actor, at = done.data.get("actor"), str(done.data["at"])
    name = Person.objects.filter(pk=actor or 0).values_list("full_name", flat=True).first() or ""
    shown = f"{instant(at).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    data = {**fault.data, "actor": actor, "name": name, "at": at, "outcome": done.data.get("outcome")}
    return replace(
        fault, zh=f"{fault.zh}（{name or '系统'}已于 {shown} 办结）",
        en=f"{fault.en} (finished by {name or 'the system'}, {shown})", data=data,
    )  # fmt: skip


def with_names(faults: Iterable[Fault]) -> list[Fault]:
    """The engine knows people by their ids: `{person:12}` becomes a name."""
    given = list(faults)
    ids = {int(one) for fault in given for one in _PERSON.findall(f"{fault.zh}{fault.en}")}
    if not ids:
        return given
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "full_name"))

    def name(found: re.Match[str]) -> str:
        return str(names.get(int(found[1]), found[1]))

    return [replace(fault, zh=_PERSON.sub(name, fault.zh), en=_PERSON.sub(name, fault.en)) for fault in given]


@contextmanager
def together() -> Iterator[None]:
    """A transaction around commands and other work: when one is refused all is undone, but the refusal is kept."""
    try:
        with transaction.atomic():
            yield
    except Refused as refused:
        if isinstance(refused.__cause__, Kept):
            write(refused.__cause__.facts)
        raise


def write(facts: Facts) -> None:
    """Keep a refusal; to be called when the transaction of what was refused is rolled back."""
    from aftercare.cases.world import ZONE

    clauses = marks.refused([fault.clause for fault in facts.refusal.faults])
    faults: list[Any] = [fault.as_json() for fault in facts.refusal.faults]
    RefusalRow.objects.create(
        case_id=facts.case,
        store_id=facts.store,
        person_id=facts.person,
        verb=facts.verb,
        element=facts.element[:96],
        code=facts.refusal.code,
        clauses=clauses,
        faults=faults,
        at=facts.now,
    )
    day = facts.now.astimezone(ZONE).date()
    Mark.objects.bulk_create(
        [
            Mark(
                clause=clause,
                kind="refused",
                store_id=facts.store,
                person_id=facts.person,
                case_id=facts.case,
                procedure="",
                at=facts.now,
                day=day,
            )
            for clause in clauses
        ]
    )

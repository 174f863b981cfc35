"""What an outcome of a case tells whom: registered with the cases package at start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.cases.models import Case
from aftercare.cases.registry import ENTITIES, EffectContext, effect
from aftercare.engine.people import ids_of
from aftercare.handbook.duration import add_calendar, parse_duration
from aftercare.messages.actions import notify, queue
from aftercare.messages.wording import worded
from aftercare.people.models import Company, Person, Store
from aftercare.people.queries import holders_of

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
_PERSON = re.compile(r"\{person:(\d+)\}")


@effect("tell")
def tell(context: EffectContext, params: Mapping[str, Json]) -> None:
    """An in-house message to roles or persons of the case, which may have to be read by a time."""
    text = params.get("text") or {"zh": f"工单 {context.number} 有新进展", "en": f"News on case {context.number}"}
    read_by = read_until(context.now, params.get("read_by"))
    notify(
        _people(context, params.get("to") or ()),
        "told",
        {k: worded(with_people(v), values(context)) for k, v in text.items()},
        context.now,
        case=context.case,
        read_by=read_by,
        once=f"case:{context.case}:{context.seq}",
    )


def with_people(text: str) -> str:
    """`{person:12}`, as the engine leaves it, becomes a name."""
    names = dict(Person.objects.filter(pk__in=_PERSON.findall(text)).values_list("pk", "full_name"))
    return _PERSON.sub(lambda found: names.get(int(found[1]), "—"), text)


@effect("remind")
def remind(context: EffectContext, params: Mapping[str, Json]) -> None:
    """A warning before, or an escalation after a deadline."""
    text = reminder(context.number, _task_name(context, str(params["element"])), str(params["kind"]))
    to = params.get("to") or (
        [f"person:{params['by']}"] if params.get("by") else _roles_of(context, str(params["element"]))
    )
    once = f"{params['kind']}:{context.case}:{params['element']}:{params['level']}:{params['round']}"
    notify(_people(context, to), str(params["kind"]), text, context.now, case=context.case, once=once)


def reminder(number: str, task: Mapping[str, str], kind: str) -> dict[str, str]:
    """The words of a warning or an escalation."""
    late = kind == "escalate"
    return {
        "zh": f"{number} {task['zh']}" + ("已超时，请督办" if late else "即将到期"),
        "en": f"{number} {task['en']} " + ("is overdue, please see to it" if late else "is due soon"),
    }


@effect("send")
def send(context: EffectContext, params: Mapping[str, Json]) -> None:
    """A message to the customer, through the channel of the company; the file sink by default."""
    message = context.handbook.messages.get(str(params["message"]))
    if message is None:
        return
    settings = (Company.objects.filter(pk=1).values_list("settings", flat=True).first() or {}).get("messages") or {}
    customer = _facts("customer", context.customer)
    queue(
        context.now,
        channel_name=settings.get("channel", "file"),
        recipient=settings.get("service") or str(customer.get("phone") or ""),
        message=message.id,
        body=worded(message.text.zh, values(context)),
        customer=context.customer,
        case=context.case,
    )


def values(context: EffectContext) -> dict[str, str]:
    """The fixed list of names a text may use, as far as they are known."""
    case = Case.objects.filter(pk=context.case).first()
    state = case.state if case else {}
    customer = _facts("customer", context.customer)
    order = _facts("order", (context.subject or {}).get("id")) if (context.subject or {}).get("kind") == "order" else {}
    store = Store.objects.filter(pk=context.store).first()
    company = Company.objects.filter(pk=1).values_list("name", flat=True).first()
    found = {
        "case.number": context.number,
        "case.delivery_date": state.get("values", {}).get("delivery_date"),
        "case.status": state.get("status"),
        "store.name": store.name.get("zh") if store else "",
        "store.phone": store.phone if store else "",
        "company.name": company,
        **{f"customer.{name}": customer.get(name) for name in ("name", "phone", "address")},
        **{f"order.{name}": order.get(name) for name in ("number", "delivery_date")},
        **{f"order.{name}": yuan(order.get(name)) for name in ("total", "paid", "balance")},
    }
    return {name: str(value or "") for name, value in found.items()}


def _facts(kind: str, row: int | None) -> Mapping[str, Json]:
    loader = ENTITIES.get(kind)
    return loader(int(row)) if loader and row else {}


def yuan(fen: Json) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}" if isinstance(fen, int) and fen >= 0 else ""


def _people(context: EffectContext, to: Iterable[str]) -> set[int]:
    """Persons behind roles, people or crews of the case (while nobody is chosen: their role), or person:ID."""
    found: set[int] = set()
    for name in [to] if isinstance(to, str) else to:
        if name.startswith("person:"):
            found.add(int(name.removeprefix("person:")))
        elif chosen := ids_of(context.state, name):
            found |= set(chosen)
        else:
            rule = context.procedure.people.get(name)
            role = rule.role if rule else name
            found |= {holder.person for holder in holders_of(role, context.store, context.now)}
    return found


def _task_name(context: EffectContext, element: str) -> dict[str, str]:
    task = _definition(context, element)
    return task.name.as_json() if task else {"zh": element, "en": element}


def _roles_of(context: EffectContext, element: str) -> list[str]:
    task = _definition(context, element)
    return list(task.role) if task else []


def _definition(context: EffectContext, element: str) -> Any:
    return context.procedure.tasks.get(element.split("[")[0].split("#")[0])


def read_until(now: datetime, by: Json) -> datetime | None:
    if not by:
        return None
    duration = parse_duration(str(by))
    return now + timedelta(days=duration.n) if duration.working else add_calendar(now.astimezone(ZONE), duration)

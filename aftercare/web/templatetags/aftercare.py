"""`{% load aftercare %}`: how things look and are said on every page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.errors import Fault
from aftercare.orders.values import PAYMENTS
from aftercare.values import phones
from aftercare.web import assets, once, words

register = template.Library()

# One colour, one meaning, and never the colour alone.
TONES = {
    "planned": "circle-dashed",
    "open": "circle-dot",
    "soon": "clock",
    "broken": "alert-triangle",
    "kept": "circle-check",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    return assets.icon(name)


@register.simple_tag
def asset(name: str) -> str:
    return assets.url(name)


@register.inclusion_tag("start/menu.html", takes_context=True)
def start_menu(context: Any, customer: int = 0) -> dict[str, Any]:
    """A menu of what may be begun here by hand: about nothing and the store, or about this customer."""
    from aftercare.web.pages.start import ALONE, startable

    found = startable(context["request"], ("customer",) if customer else ALONE)
    return {"starts": found, "customer": customer, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def form_token() -> SafeString:
    """The hidden one-time token; every form that changes something holds one."""
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', once.FIELD, once.new_token())


@register.simple_tag
def client_id() -> SafeString:
    """The id of one action: a script that sends it later sets one of its own."""
    return format_html('<input type="hidden" name="client_id" value="{}">', once.new_token())


@register.simple_tag(takes_context=True)
def moment(context: Any, at: datetime | str | None) -> str:
    """today 17:30, with the full stamp for whoever asks."""
    return _time(at, words.moment_said(at, context["now"])) if at else ""


@register.simple_tag(takes_context=True)
def opens(context: Any, at: datetime | str | None) -> str:
    """from Friday on, or from a moment on."""
    return _time(at, words.opens_said(at, context["now"])) if at else ""


@register.simple_tag(takes_context=True)
def day(context: Any, on: date | str | None) -> str:
    """A date that is a date: no time, no zone."""
    if not on:
        return ""
    stamp = str(on)
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, stamp, _capital(_day_said(context, on)))


@register.simple_tag(takes_context=True)
def due(context: Any, at: datetime | str | None) -> str:
    """today 17:30 · 2 h left, in the colour of its state."""
    if not at:
        return ""
    now = context["now"]
    tone = words.due_tone(at, now)
    said = f"{words.due_said(at, now)} · {words.distance_said(at, now)}"
    return format_html('<span class="due due-{}">{}{}</span>', tone, assets.icon(TONES[tone]), _time(at, said))


@register.simple_tag
def pill(tone: str, label: Any) -> str:
    """A state: `tone` is one of TONES, `label` what it is called."""
    return format_html('<span class="pill pill-{}">{}{}</span>', tone, assets.icon(TONES[tone]), words.text_in(label))


@register.filter
def month(day: date) -> str:
    return words.month_said(day)


@register.filter
def case_status(status: str) -> tuple[str, Any]:
    """(tone, name) of the state of a case."""
    from aftercare.web.shown.case import STATUS

    return STATUS.get(status, ("planned", status))


@register.filter
def money(fen: int | None) -> str:
    return words.money_said(fen)


@register.filter
def text(value: Any) -> str:
    return words.text_in(value if not isinstance(value, Promise) else str(value))


@register.filter
def fault(value: Fault) -> str:
    return value.in_(get_language() or "zh-hans")


@register.filter
def masked(phone: str) -> str:
    return phones.mask(phone) if phone else ""


@register.filter
def get(mapping: Any, key: str) -> Any:
    """A value of a mapping by a name that is itself a variable."""
    return mapping.get(key) if mapping else None


@register.filter
def yes_no(value: Any) -> str:
    return _("yes") if value else _("no")


def _time(at: datetime | str, said: str) -> str:
    full = words.full_stamp(at)
    iso = words.utc_text(words.local(at))
    return format_html('<time class="moment" datetime="{}" title="{}" tabindex="0">{}</time>', iso, full, said)


def _day_said(context: Any, on: date | str) -> str:
    return words.day_said(on, words.local(context["now"]).date())


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


@register.simple_tag
def dash() -> SafeString:
    """What stands where nothing is known."""
    return mark_safe('<span class="text-secondary" aria-hidden="true">—</span>')


@register.simple_tag(takes_context=True)
def day_today(context: Any) -> str:
    """Sat 21 Nov, today in full."""
    today = words.local(context["now"]).date()
    said = words.date_said(today)
    return format_html('<time datetime="{}">{}</time>', today.isoformat(), said)


@register.filter
def dotted(path: str) -> str:
    """The path of a field as the id of its input."""
    return path.replace(".", "-")


@register.simple_tag(takes_context=True)
def iso_today(context: Any) -> str:
    """Today on the company's clock as a date input holds it."""
    return words.local(context["now"]).date().isoformat()


@register.simple_tag
def payment_ways() -> list[tuple[str, Any]]:
    return list(PAYMENTS.items())


@register.filter
def way(name: str) -> str:
    """How was paid, in words."""
    return words.text_in(PAYMENTS.get(name, name)) if name else ""


@register.filter
def yuan(fen: int | None) -> str:
    return words.yuan(abs(fen) if fen is not None else None)


@register.filter
def may(actor: Any, action: str) -> bool:
    """Is there anywhere this person may do it? Whether a button is shown; the door asks again."""
    return bool(actor.may_somewhere(action))

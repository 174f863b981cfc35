"""The rows of the registers stay for the figures; what is personal in them goes with the person."""

from __future__ import annotations

from datetime import datetime

from aftercare.cases.models import Case
from aftercare.customers.contacts import cases_with
from aftercare.errors import JSON
from aftercare.people.actor import Actor
from aftercare.records.models import Record


def erase(customer: int, actor: Actor, now: datetime) -> JSON:
    """Sheets about the customer, and their lines in lists of many."""
    wiped = Record.objects.filter(customer_id=customer).update(personal={})
    return {"records": wiped + _lists(customer)}


def _lists(customer: int) -> int:
    """The case has forgotten its line already (`cases` come before `records`): the register says what it still says."""
    states = {
        row.pk: row.state for row in Case.objects.filter(pk__in=cases_with(customer)).exclude(customer_id=customer)
    }
    rows = list(Record.objects.filter(case_id__in=states).exclude(personal={}))
    for row in rows:
        held = states[row.case_id]
        latest = held["tasks"].get(row.key, {}).get("round") == row.round
        sheet = held["sheets"].get(row.key, {}) if latest else {}
        row.personal = {name: sheet[name] for name in row.personal if name in sheet}
    return Record.objects.bulk_update(rows, ["personal"], batch_size=100)

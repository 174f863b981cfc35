"""Rebuild what follows from events: after an erasure, after damage, at will."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from aftercare.cases import findings, projection
from aftercare.cases.doctor import events_of
from aftercare.cases.models import Case, Deadline, Event, EventPersonal, FindingRow, OpenTask, PendingCopy
from aftercare.cases.world import handbook_of
from aftercare.engine import rebuild


def rebuild_case(case: int) -> None:
    """State, open tasks, deadlines and pending copies of one case from its events."""
    with transaction.atomic():
        row = Case.objects.select_for_update(no_key=True).get(pk=case)
        events = events_of(case)
        state = rebuild(events)
        procedure = handbook_of(row.version).procedures[row.procedure]
        tasks = projection.tasks(state, procedure)
        Case.objects.filter(pk=case).update(state=state, seq=state["seq"], **projection.summary(state, tasks))
        OpenTask.objects.filter(case_id=case).delete()
        OpenTask.objects.bulk_create(
            [
                OpenTask(
                    case_id=case, procedure=row.procedure, store_id=row.store_id, customer_id=row.customer_id, **one
                )
                for one in tasks.values()
            ]
        )
        Deadline.objects.filter(case_id=case).delete()
        Deadline.objects.bulk_create([Deadline(case_id=case, **one) for one in projection.deadlines(state).values()])
        PendingCopy.objects.filter(case_id=case).delete()
        PendingCopy.objects.bulk_create(
            [
                PendingCopy(case_id=case, store_id=row.store_id, **one)
                for one in projection.pending_copies(state).values()
            ]
        )
        FindingRow.objects.filter(case_id=case).delete()
        FindingRow.objects.bulk_create(findings.rows_of(case, row.store_id, events))


def erase_personal(customer: int) -> int:
    """Erase the personal parts of every event of a customer's cases; the chains still verify. Returns how many."""
    cases = list(Case.objects.filter(customer_id=customer).values_list("pk", flat=True))
    for case in cases:
        with transaction.atomic():
            EventPersonal.objects.filter(case_id=case).delete()
            rebuild_case(case)
    return len(cases)


def erase_rows(customer: int, cases: Sequence[int]) -> int:
    """What was written about a customer in lists of many, of these cases; the others' lines stay. Returns how many."""
    found = 0
    for case in cases:
        written = Q(kind="row_saved", data__values__customer__id=customer)
        asked = Q(kind="effect", data__params__customer__id=customer)
        events = Event.objects.filter(case_id=case)
        lists = set(events.filter(written).values_list("data__key", flat=True))
        repeated = Q(kind__in=("draft_saved", "task_done", "corrected"), data__key__in=lists)  # every line once more
        seqs = list(events.filter(written | asked | repeated).values_list("seq", flat=True))
        if seqs:
            with transaction.atomic():
                EventPersonal.objects.filter(case_id=case, seq__in=seqs).delete()
                rebuild_case(case)
            found += 1
    return found

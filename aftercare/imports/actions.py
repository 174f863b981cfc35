"""Every write of imports: start a run with its dry run, apply it, ask it to stop, forget old files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from aftercare.audit.actions import trace
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.imports.applying import Applied, Cancelled, How, OpenCase, Progress, apply, not_whole
from aftercare.imports.export import export_bad_rows
from aftercare.imports.models import ImportRun
from aftercare.imports.plan import Choices, Plan
from aftercare.imports.planning import digest, plan
from aftercare.orders.adopting import order_procedure
from aftercare.people.access import require
from aftercare.people.actor import Actor

__all__ = ["Applied", "Choices", "How", "Plan", "answer", "apply", "ask_cancel", "ask_start", "bad_rows", "carry_out",
           "export_bad_rows", "plan", "purge", "receive", "start"]  # fmt: skip

FAULTS_SHOWN = 1000
KEPT = timedelta(days=7)
_LOCKS = 4714  # first half of the advisory locks of runs


def start(
    data: bytes,
    name: str,
    actor: Actor,
    now: datetime,
    today: date,
    choices: Choices = Choices(),  # noqa: B008
) -> ImportRun:
    """Dry-run an uploaded file and keep both; `carry_out` applies it later, in the worker."""
    found = plan(data, name, actor, today, choices)
    run = ImportRun.objects.create(
        name=found.name, digest=found.digest, data=data, choices=asdict(choices), **_judged(found),
        by=actor.person, by_name=actor.name, created_at=now,
    )  # fmt: skip
    trace(actor, "imports.start", ("import", run.pk), now=now, data={"kind": found.kind, "rows": found.rows})
    return run


def receive(data: bytes, name: str, actor: Actor, now: datetime, today: date, choices: Choices) -> ImportRun:
    """As `start`; a file whose encoding is not clear is kept with the question (`summary.options`) until `answer`."""
    try:
        return start(data, name, actor, now, today, choices)
    except Refused as refusal:
        if refusal.faults[0].code != "import.encoding":
            raise
        summary = {"options": refusal.faults[0].data["options"]}
    run = ImportRun.objects.create(
        name=name[:200], digest=digest(data), data=data, choices=asdict(choices), summary=summary,
        by=actor.person, by_name=actor.name, created_at=now,
    )  # fmt: skip
    trace(actor, "imports.start", ("import", run.pk), now=now)
    return run


def answer(run_id: int, encoding: str, actor: Actor, today: date) -> None:
    """Judge a kept file in the encoding a person has chosen. Raises Refused when it is not that either."""
    run = _own(run_id, actor)
    if run.data is None or run.status != ImportRun.PLANNED:
        raise _has_ended()
    choices = replace(Choices(**run.choices), encoding=encoding)
    found = plan(bytes(run.data), run.name, actor, today, choices)
    ImportRun.objects.filter(pk=run_id, status=ImportRun.PLANNED).update(choices=asdict(choices), **_judged(found))


def _judged(found: Plan) -> dict[str, Any]:
    faults = [fault.as_json() for fault in found.faults[:FAULTS_SHOWN]]
    return {"kind": found.kind, "summary": found.summary(), "faults": faults, "total": found.good}


def ask_start(run_id: int, actor: Actor, now: datetime, *, whole: bool = False) -> None:
    """Let the worker carry a run out (jobs.py). Refused when it cannot come to a good end: rows to be mended though
    all or nothing was asked for, no right to set prices, no handbook that would run the orders.
    """
    run = _own(run_id, actor)
    if run.data is None or not run.kind:
        raise _has_ended()
    if run.kind == "prices":
        require(actor, "orders.price")
    if run.kind == "orders":
        order_procedure()
    if whole and run.summary.get("bad"):
        raise not_whole(run.summary["bad"])
    waiting = ImportRun.objects.filter(pk=run_id, status__in=[ImportRun.PLANNED, ImportRun.CANCELLED])
    values = {"status": ImportRun.RUNNING, "whole": whole, "done": 0, "cancel_asked": False, "started_at": None}
    if not waiting.update(**values, ended_at=None):
        raise _has_ended()
    trace(actor, "imports.apply", ("import", run_id), now=now, data={"whole": whole})


def carry_out(
    run_id: int, actor: Actor, now: datetime, today: date, *, whole: bool = False, open_case: OpenCase | None = None
) -> Applied:
    """Apply a run: judged anew first, for the world may have moved on. After a crash it can be called again: what was
    added is known by then. Progress and the wish to cancel are read and written in the run's row between batches.
    """
    with _alone(run_id):
        return _carry_out(_claim(run_id, actor, now, whole), actor, now, today, open_case)


def _carry_out(run: ImportRun, actor: Actor, now: datetime, today: date, open_case: OpenCase | None) -> Applied:
    run_id, whole = run.pk, run.whole
    try:
        found = plan(bytes(run.data or b""), run.name, actor, today, Choices(**run.choices))
        ImportRun.objects.filter(pk=run_id).update(total=len(found.customers) + len(found.orders) + len(found.products))
        how = How(whole, open_case, _progress(run_id, whole), _cancelled(run_id), run_id)
        done = apply(found, actor, now, how)
    except Refused as refusal:
        fault = refusal.faults[0]
        _end(run_id, ImportRun.FAILED, now, error={"zh": fault.zh, "en": fault.en})
        raise
    status = ImportRun.CANCELLED if done.cancelled else ImportRun.DONE
    _end(run_id, status, now, added=done.added, done=done.added)
    trace(actor, "imports.done", ("import", run_id), now=now, data={"added": done.added, "status": status})
    return done


def ask_cancel(run_id: int, actor: Actor) -> None:
    """The run stops before its next batch."""
    _own(run_id, actor)
    ImportRun.objects.filter(pk=run_id).update(cancel_asked=True)


def bad_rows(run_id: int, actor: Actor, today: date) -> bytes:
    """The rows of a run that were not taken, as xlsx to be mended. NotFound when its file was forgotten already."""
    run = _own(run_id, actor)
    if run.data is None:
        raise NotFound.because("import.forgotten", "原文件已删除，请重新导入。", "The file is gone; import it again.")
    return export_bad_rows(plan(bytes(run.data), run.name, actor, today, Choices(**run.choices)))


def purge(now: datetime) -> int:
    """Forget the bytes of files uploaded more than a week ago: they are full of names and numbers."""
    return ImportRun.objects.filter(created_at__lt=now - KEPT).exclude(data=None).update(data=None, faults=[])


def _claim(run_id: int, actor: Actor, now: datetime, whole: bool) -> ImportRun:
    run = _own(run_id, actor)
    begun = ImportRun.objects.filter(pk=run_id, status__in=[ImportRun.PLANNED, ImportRun.RUNNING, ImportRun.CANCELLED])
    stop = run.cancel_asked and run.status != ImportRun.CANCELLED  # one that was stopped goes on when asked to
    values = {"status": ImportRun.RUNNING, "started_at": now, "whole": whole, "done": 0, "cancel_asked": stop}
    if run.data is None or not begun.update(**values):
        raise _has_ended()
    run.whole = whole
    return run


@contextmanager
def _alone(run_id: int) -> Iterator[None]:
    """One hand at a run; the lock goes with its connection, so that a run whose worker died can be taken up again."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s::int, %s::int)", [_LOCKS, run_id])
        if not cursor.fetchone()[0]:
            raise Conflict.because("import.busy", "这次导入正在进行。", "This import is being carried out.")
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s::int, %s::int)", [_LOCKS, run_id])


def _has_ended() -> Conflict:
    return Conflict.because("import.ended", "这次导入已经结束。", "This import has ended.")


def _own(run_id: int, actor: Actor) -> ImportRun:
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None or (run.by != actor.person and not actor.may("imports.run")):
        raise NotFound.because("import.absent", "没有这次导入。", "There is no such import.")
    return run


def _end(run_id: int, status: str, now: datetime, **values: object) -> None:
    ImportRun.objects.filter(pk=run_id).update(status=status, ended_at=now, **values)


def _progress(run_id: int, whole: bool) -> Progress:
    """All in one transaction, nobody would see the figures before the end."""
    if whole:
        return lambda done, of: None
    return lambda done, of: _set(run_id, done, of)


def _set(run_id: int, done: int, of: int) -> None:
    ImportRun.objects.filter(pk=run_id).update(done=done, total=of)


def _cancelled(run_id: int) -> Cancelled:
    return lambda: ImportRun.objects.filter(pk=run_id, cancel_asked=True).exists()

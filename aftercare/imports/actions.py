"""Every write of imports: start a run with its dry run, apply it, ask it to stop, forget old files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from aftercare.audit.actions import trace
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.imports.applying import Applied, Cancelled, How, OpenCase, Progress, apply
from aftercare.imports.export import export_bad_rows
from aftercare.imports.models import ImportRun
from aftercare.imports.plan import Choices, Plan
from aftercare.imports.planning import plan
from aftercare.people.actor import Actor

__all__ = ["Applied", "Choices", "How", "Plan", "apply", "ask_cancel", "bad_rows", "carry_out", "export_bad_rows",
           "plan", "purge", "start"]  # fmt: skip

FAULTS_SHOWN = 1000
KEPT = timedelta(days=7)


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
        name=found.name, kind=found.kind, digest=found.digest, data=data, choices=asdict(choices),
        summary=found.summary(), faults=[fault.as_json() for fault in found.faults[:FAULTS_SHOWN]],
        total=found.good, by=actor.person, by_name=actor.name, created_at=now,
    )  # fmt: skip
    trace(actor, "imports.start", ("import", run.pk), now=now, data={"kind": found.kind, "rows": found.rows})
    return run


def carry_out(
    run_id: int, actor: Actor, now: datetime, today: date, *, whole: bool = False, open_case: OpenCase | None = None
) -> Applied:
    """Apply a run: judged anew first, for the world may have moved on. After a crash it can be called again: what was
    added is known by then. Progress and the wish to cancel are read and written in the run's row between batches.
    """
    run = _claim(run_id, actor, now, whole)
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
        raise Conflict.because("import.ended", "这次导入已经结束。", "This import has ended.")
    return run


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

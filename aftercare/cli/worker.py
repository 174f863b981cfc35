"""The worker: fires deadlines, empties the outbox, makes the nightly backup."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

from aftercare import clock
from aftercare.cli import started
from aftercare.config import backups, processes

NAME = "worker"
HELP = "run a worker alone (serve runs one); any number may run"
BEAT_EVERY = timedelta(seconds=10)
NIGHTLY_AFTER = timedelta(hours=24)
log = logging.getLogger(__name__)

# What there is to do, as (name, module, function, pause). Each function takes `now`, does one bounded portion, so
# that none starves another, and returns how much it did: a number, or something with `fired`.
JOBS = (
    ("clock", "aftercare.cases.clock", "run_due", timedelta(seconds=1)),
    ("starts", "aftercare.cases.starts", "run_starts", timedelta(seconds=30)),
    ("roots", "aftercare.cases.roots", "seal_days", timedelta(minutes=30)),
    ("outbox", "aftercare.messages.actions", "send_due", timedelta(seconds=2)),
    ("papers", "aftercare.documents.press", "render_due", timedelta(seconds=2)),
    ("digest", "aftercare.messages.digest", "send_when_due", timedelta(minutes=5)),
    ("holidays", "aftercare.cases.bulk", "refresh_provisional", timedelta(hours=12)),
    ("next year", "aftercare.messages.reminders", "warn_of_unknown_year", timedelta(hours=12)),
    ("old files", "aftercare.imports.actions", "purge", timedelta(hours=6)),
    ("sums", "aftercare.measures.sums", "catch_up", timedelta(minutes=1)),
    ("load", "aftercare.measures.workload", "keep_load", timedelta(minutes=1)),
    ("reports", "aftercare.measures.reports", "make_due", timedelta(minutes=30)),
    ("old keys", "aftercare.audit.idempotency", "purge", timedelta(hours=6)),
)
# What takes long and must not keep deadlines waiting has a thread of its own.
LONG_JOBS = (
    ("imports", "aftercare.imports.jobs", "run_waiting", timedelta(seconds=1)),
    ("trials", "aftercare.cases.trials", "run_waiting", timedelta(seconds=1)),
)


@dataclass
class Job:
    """One kind of work and when it is looked at next."""

    name: str
    work: Callable[[datetime], object]
    pause: timedelta
    next_at: datetime

    def turn(self, now: datetime) -> bool:
        """Does a portion when it is time. True when there was something to do."""
        if now < self.next_at and self.next_at - now <= self.pause:
            return False
        done = self.portion(now)
        self.next_at = now if done else now + self.pause
        return bool(done)

    def portion(self, now: datetime) -> int:
        """How much was done; a failure is logged and does nothing."""
        try:
            return count(self.work(now))
        except Exception:
            log.exception("%s failed; tried again in %s", self.name, self.pause)
            _forget_broken_connections()
            return 0


@dataclass
class LongJob(Job):
    """Work on a thread of its own. When the worker ends it is cut off like by a crash, which such work must stand."""

    idle: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def turn(self, now: datetime) -> bool:
        """Begins the thread. True until it has found nothing more to do."""
        if self.thread is None:
            self.thread = threading.Thread(target=self._forever, name=self.name, daemon=True)
            self.thread.start()
        return not self.idle.wait(0.05)

    def _forever(self) -> None:
        while True:
            if self.portion(clock.now()):
                continue
            self.idle.set()
            time.sleep(self.pause.total_seconds())
            self.idle.clear()


def count(done: object) -> int:
    """How much a portion of work was."""
    return done if isinstance(done, int) else int(getattr(done, "fired", 0))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what is due and end")


def run(arguments: argparse.Namespace) -> int:
    processes.die_with_parent()
    started.django()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    jobs = all_jobs(clock.now(), f"{socket.gethostname()}-{os.getpid()}")
    while not stopping.is_set():
        now = clock.now()
        busy = sum(job.turn(now) for job in jobs) > 0
        if arguments.once and not busy:
            break
        if not busy:
            stopping.wait(0.25)
    return 0


def all_jobs(now: datetime, worker: str) -> list[Job]:
    """The heartbeat, the nightly backup and whatever the packages bring."""
    jobs = [
        Job("heartbeat", lambda moment: beat(worker, now, moment), BEAT_EVERY, now),
        Job("backup", back_up_when_due, timedelta(minutes=5), now),
    ]
    for kind, known in ((Job, JOBS), (LongJob, LONG_JOBS)):
        for name, module, function, pause in known:
            if find_spec(module) and hasattr(import_module(module), function):
                jobs.append(kind(name, getattr(import_module(module), function), pause, now))
    return jobs


def beat(worker: str, started_at: datetime, now: datetime) -> int:
    """Notes the sign of life; forgets workers silent for a day."""
    from aftercare.config.models import Heartbeat

    Heartbeat.objects.update_or_create(worker=worker, defaults={"started_at": started_at, "beat_at": now})
    Heartbeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
    return 0


def back_up_when_due(now: datetime) -> int:
    """A backup when the last is a day old; of several workers one makes it."""
    from django.db import connection

    from aftercare.cli import upgrading

    last = backups.last_backup(now)
    if last is not None and now - last < NIGHTLY_AFTER:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(4713)")
        if not cursor.fetchone()[0]:
            return 0
        try:
            made = upgrading.back_up(now, "nightly")
            backups.check(made.folder)
        finally:
            cursor.execute("select pg_advisory_unlock(4713)")
    return 0


def _forget_broken_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()

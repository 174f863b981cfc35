"""Trials that people ask for by page: the worker carries them out, and files hold what was asked and found.

A folder per trial: asked.json, state.json (how far, sums), found.jsonl (a line per deadline whose verdict differs).
No table: a trial leaves no trace in the database, and goes after a week.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from aftercare.cases.models import HandbookVersion
from aftercare.cases.trying import Change, Tally, Tried, cases_of, checked, try_on_past
from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.engine.replay import Verdict
from aftercare.engine.types import instant, moment
from aftercare.errors import Fault, NotFound, Refused
from aftercare.people.access import require_somewhere
from aftercare.people.actor import Actor
from aftercare.people.queries import actor_for

Json = Any
KEPT = timedelta(days=7)
MOST = 20
_ID = re.compile(r"[0-9a-f]{16}")
log = logging.getLogger(__name__)


def folder() -> Path:
    return Path(settings.FILES_ROOT).parent / "trials"


def ask(actor: Actor, now: datetime, change: Change, candidate: str = "") -> str:
    """Have a change tried by the worker. `candidate`: the hash of a version that is kept but not in force.
    Returns the id of the trial. Raises Refused for a figure that does not exist or fit."""
    require_somewhere(actor, "handbook.see")
    handbook = _candidate(candidate) if candidate else handbook_of(live_version(change.handbook, epoch()))
    if not (candidate or change.figures or change.closed):
        raise Refused.because("trial.nothing", "请先改一个数值。", "Change a figure first.", field="figures")
    change = checked(change, handbook)
    forget_old(now)
    trial = secrets.token_hex(8)
    place = folder() / trial
    place.mkdir(parents=True, mode=0o700)
    asked = {
        "by": actor.person, "at": moment(now), "handbook": change.handbook, "figures": dict(change.figures),
        "candidate": candidate, "closed": [day.isoformat() for day in change.closed], "store": change.store,
        "since": change.since.isoformat() if change.since else None,
    }  # fmt: skip
    total = cases_of(actor, change).count()
    _write(place / "state.json", {"status": "waiting", "done": 0, "of": total})
    _write(place / "asked.json", asked)
    return trial


def _candidate(version: str) -> Any:
    if not HandbookVersion.objects.filter(hash=version).exists():
        raise NotFound.because("no_handbook", "没有这个版本的手册。", "There is no such version of a handbook.")
    return handbook_of(version)


def trials(actor: Actor) -> list[dict[str, Json]]:
    """The trials of a person, newest first: id, asked, state."""
    found = [one for name in _names() if (one := _read(name)) and one["asked"]["by"] == actor.person]
    return sorted(found, key=lambda one: str(one["asked"]["at"]), reverse=True)[:MOST]


def trial(actor: Actor, name: str) -> dict[str, Json]:
    """One trial of the person: id, asked, state. Raises NotFound, also for one of somebody else."""
    found = _read(name) if _ID.fullmatch(name) else None
    if found is None or found["asked"]["by"] != actor.person:
        raise NotFound.because("no_trial", "没有这次试算，或已过期。", "There is no such trial, or it has expired.")
    return found


def found(name: str, begin: int = 0, most: int | None = None) -> Iterator[dict[str, Json]]:
    """The verdicts that differ, as they were found, from line `begin` on."""
    path = folder() / name / "found.jsonl"
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for n, line in enumerate(lines):
            if n >= begin and (most is None or n < begin + most) and line.endswith("\n"):
                yield json.loads(line)


def run_waiting(now: datetime) -> int:
    """Carry out the oldest trial that waits, or that its worker left behind. Returns how many that were."""
    waiting = [one for name in _names() if (one := _read(name)) and one["state"]["status"] in ("waiting", "running")]
    for one in sorted(waiting, key=lambda one: str(one["asked"]["at"])):
        with _taken(folder() / one["id"]) as mine:
            if mine and (fresh := _read(one["id"])) and fresh["state"]["status"] in ("waiting", "running"):
                _carry_out(one, now)
                return 1
    return 0


def forget_old(now: datetime) -> None:
    for name in _names():
        one = _read(name)
        if one is None or instant(one["asked"]["at"]) < now - KEPT:
            shutil.rmtree(folder() / name, ignore_errors=True)


# --- carrying out


def _carry_out(one: Mapping[str, Json], now: datetime) -> None:
    place, asked = folder() / one["id"], one["asked"]
    state = {"status": "running", "done": 0, "of": one["state"]["of"]}
    try:
        change = Change(
            asked["handbook"], asked["figures"], handbook_of(asked["candidate"]) if asked["candidate"] else None,
            tuple(map(date.fromisoformat, asked["closed"])), asked["store"],
            date.fromisoformat(asked["since"]) if asked["since"] else None,
        )  # fmt: skip
        tally = _try(actor_for(asked["by"], now), now, change, place, state)
        _write(place / "state.json", {**state, "status": "ended", "done": state["of"], "tally": vars(tally)})
    except Exception as error:
        log.exception("trial %s broke off", one["id"])
        fault = error.faults[0] if isinstance(error, Refused) else _BROKEN
        _write(place / "state.json", {**state, "status": "failed", "zh": fault.zh, "en": fault.en})


_BROKEN = Fault("trial", "程序出错，试算中断，请重新开始。", "Our fault: the trial broke off. Begin it again.")


def _try(actor: Actor, now: datetime, change: Change, place: Path, state: dict[str, Json]) -> Tally:
    tally = Tally()

    def progress(done: int) -> None:
        state["done"] = done
        _write(place / "state.json", state)

    progress(0)
    with (place / "found.jsonl").open("w", encoding="utf-8") as lines:
        for tried in try_on_past(actor, now, change, progress):
            tally.add(tried)
            for verdict in tried.differing:
                lines.write(json.dumps(line(tried, verdict), ensure_ascii=False) + "\n")
    return tally


def line(tried: Tried, verdict: Verdict) -> dict[str, Json]:
    """One verdict that differs, as it is kept, shown and exported."""
    dues = {
        name: due and {"at": moment(due.at), "day": bool(due.day)}
        for name, due in (("then", verdict.then), ("now", verdict.now))
    }
    return {
        "case": tried.case, "number": tried.number, "store": tried.store, "procedure": tried.procedure,
        "element": verdict.element, "round": verdict.round, "clauses": list(tried.clauses[verdict.element]), **dues,
        "done_at": moment(verdict.done_at) if verdict.done_at else None, "late": verdict.late_now,
    }  # fmt: skip


# --- files


def _names() -> list[str]:
    return sorted(one.name for one in folder().glob("*") if _ID.fullmatch(one.name)) if folder().is_dir() else []


def _read(name: str) -> dict[str, Json] | None:
    place = folder() / name
    try:
        asked, state = (json.loads((place / f"{part}.json").read_text("utf-8")) for part in ("asked", "state"))
    except (OSError, ValueError):
        return None
    return {"id": name, "asked": asked, "state": state}


def _write(path: Path, value: Mapping[str, Json]) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


@contextmanager
def _taken(place: Path) -> Iterator[bool]:
    """True while this worker has it and nobody else does. The lock goes with the process that holds it."""
    handle = os.open(place / "taken", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)

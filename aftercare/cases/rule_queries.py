"""Reading the rules themselves: versions, figures with their history, dials with theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from aftercare.cases.models import Dial, HandbookVersion, Setting
from aftercare.cases.world import epoch, handbook_of, live_handbooks, settings_of
from aftercare.handbook.model import Handbook
from aftercare.people.models import Person

Json = Any


@dataclass(frozen=True, slots=True)
class Level:
    """How strictly a clause is taken in a store (None: the company) on a day, and since when."""

    level: str
    since: date | None
    store: int | None


def live() -> list[Handbook]:
    """The handbooks in force."""
    return [handbook_of(version) for version in live_handbooks(epoch())]


def versions(handbook: str) -> list[dict[str, Json]]:
    """Every version that was loaded, newest first, with who loaded it. Two statements."""
    rows = HandbookVersion.objects.filter(handbook=handbook).order_by("-loaded_at", "hash")
    found = list(rows.values("hash", "version", "loaded_at", "loaded_by", "live"))
    names = _names({row["loaded_by"] for row in found})
    return [{**row, "by": names.get(row["loaded_by"], "")} for row in found]


def figures(handbook: Handbook, stores: Sequence[int]) -> dict[str, dict[int | None, Json]]:
    """name -> {None: the company's value, store: its own where it differs}."""
    at = epoch()
    company = settings_of(handbook.hash, 0, at)
    found: dict[str, dict[int | None, Json]] = {name: {None: value} for name, value in company.items()}
    for store in stores:
        for name, value in settings_of(handbook.hash, store, at).items():
            if value != company[name]:
                found[name][store] = value
    return found


def figure_history(handbook: str) -> Mapping[str, list[dict[str, Json]]]:
    """name -> changes, newest first: value, store, at, by. Two statements."""
    found = Setting.objects.filter(handbook=handbook).order_by("-at", "-id")
    rows = found.values("name", "store_id", "value", "at", "by")
    return _by([dict(row) for row in rows], "name")


def dial_history(handbook: str) -> Mapping[str, list[dict[str, Json]]]:
    """clause ("" = all) -> turns, newest first: level, store, since, at, by. Two statements."""
    rows = Dial.objects.filter(handbook=handbook).order_by("-at", "-id")
    found = rows.values("clause", "store_id", "level", "since", "at", "by")
    return _by([dict(row) for row in found], "clause")


def levels(handbook: Handbook, day: date, stores: Sequence[int]) -> dict[str, list[Level]]:
    """clause -> the company's level, and every store's that differs from it. One statement."""
    rows = list(
        Dial.objects.filter(handbook=handbook.id, since__lte=day)
        .order_by("since", "at", "id")
        .values_list("clause", "store_id", "level", "since")
    )
    company = _levels(rows, handbook, (None,))
    found = {clause: [level] for clause, level in company.items()}
    for store in stores:
        for clause, level in _levels(rows, handbook, (None, store)).items():
            if level.level != company[clause].level:
                found[clause].append(Level(level.level, level.since, store))
    return found


def _levels(
    rows: Sequence[tuple[str, int | None, str, date]], handbook: Handbook, scopes: Sequence[int | None]
) -> dict[str, Level]:
    """As `cases.world` reads them: a row for every clause sets all, later rows and a store's own win."""
    every, single = Level(handbook.dial, None, None), {}
    for scope in scopes:
        for clause, store, level, since in rows:
            if store != scope:
                continue
            if clause:
                single[clause] = Level(level, since, store)
            else:
                every, single = Level(level, since, store), {}
    return {clause: single.get(clause, every) for clause in handbook.clauses}


def _by(rows: list[dict[str, Json]], name: str) -> Mapping[str, list[dict[str, Json]]]:
    names = _names({row["by"] for row in rows})
    found: dict[str, list[dict[str, Json]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append({**row, "by": names.get(row["by"], "")})
    return found


def _names(people: set[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name")) if people else {}

"""What a simulated year came to: promises kept and broken per clause, what was late, how much work it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aftercare.cases.marks import marks
from aftercare.engine import Accepted, Command, Refusal, Who, World

if TYPE_CHECKING:
    from aftercare.simulation.virtual import Case

Json = Any


@dataclass
class Figures:
    """Sums over cases; two of them add up. `late`: (procedure, task) -> deadlines missed."""

    kept: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    late: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    events: int = 0
    commands: int = 0
    orders: int = 0
    customers: int = 0
    left: int = 0

    def add(self, other: Figures) -> None:
        for name in ("kept", "broken", "refused", "late", "done", "opened", "closed"):
            getattr(self, name).update(getattr(other, name))
        for name in ("events", "commands", "orders", "customers", "left"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def share(self, clause: str) -> float | None:
        """Percent of promises kept; None where there was none to keep."""
        whole = self.kept[clause] + self.broken[clause]
        return 100 * self.kept[clause] / whole if whole else None

    def overall(self) -> float | None:
        kept, broken = sum(self.kept.values()), sum(self.broken.values())
        return 100 * kept / (kept + broken) if kept + broken else None

    def clauses(self) -> list[str]:
        return sorted(set(self.kept) | set(self.broken))


class Counting:
    """Looks on and counts, as the marks of real cases are counted."""

    def __init__(self) -> None:
        self.figures = Figures()
        self._broken: dict[tuple[int, int], list[str]] = {}

    def accepted(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None:
        figures = self.figures
        figures.events += len(accepted.events)
        for clause, kind, _, n in marks(accepted.events, world.handbook, world.procedure, None):
            if kind == "kept":
                figures.kept[clause] += 1
            elif kind in ("broken", "observed"):
                figures.broken[clause] += 1
                self._broken.setdefault((case.id, start + 1 + n), []).append(clause)
        for event in accepted.events:
            self._event(case, event.kind, event.data)

    def _event(self, case: Case, kind: str, data: Mapping[str, Json]) -> None:
        figures = self.figures
        if kind == "deadline_missed":
            figures.late[case.procedure, _task(data["element"])] += 1
        elif kind == "task_done":
            figures.done[case.procedure, _task(data["key"])] += 1
        elif kind == "case_opened":
            figures.opened[case.procedure] += 1
        elif kind == "closed":
            figures.closed[case.procedure] += 1
        elif kind == "miss_lifted":
            figures.broken.subtract(self._broken.pop((case.id, data["missed"]), []))

    def refused(self, case: Case, who: Who, command: Command, refusal: Refusal, now: datetime) -> None:
        for clause in {one for fault in refusal.faults for one in fault.clause.split(",") if one}:
            self.figures.refused[clause] += 1

    def told(self, what: str, facts: Mapping[str, Json], now: datetime) -> None:
        if what in ("order", "customer"):
            name = f"{what}s"
            setattr(self.figures, name, getattr(self.figures, name) + 1)
        elif what == "left":
            self.figures.left += 1


def total(parts: Iterable[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        whole.add(part)
    return whole


def _task(key: str) -> str:
    return key.split("[")[0].split("#")[0]

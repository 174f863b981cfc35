"""The table: what was measured, beside the limit of the same run and what is to be reached."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.rounds import Figure


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement. `limit` is the figure it is held against, `goal` in words, `met` None when there is no goal."""

    job: str
    ours: str
    limit: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


@dataclass
class Report:
    scale: int
    rounds: int
    seed_seconds: float
    started: datetime
    lines: list[Line] = field(default_factory=list)

    def against(self, job: str, ours: Figure, limit: Figure, least: float) -> None:
        """`least`: how much of the limit is to be reached."""
        ratio = ours.per_second / limit.per_second
        self._add(Line(job, _shown(ours), _shown(limit), ratio, f"≥ {least:g} × limit", ratio >= least))

    def rate(self, job: str, per_second: float, least: float | None = None, unit: str = "/s") -> None:
        goal = f"≥ {least:,.0f}{unit}" if least else ""
        self._add(Line(job, f"{per_second:,.0f}{unit}", goal=goal, met=per_second >= least if least else None))

    def most(self, job: str, value: float, most: float, unit: str) -> None:
        self._add(Line(job, f"{value:,.1f} {unit}", goal=f"≤ {most:g} {unit}", met=value <= most))

    def _add(self, line: Line) -> None:
        self.lines.append(line)
        print(_row(line), flush=True)

    def text(self) -> str:
        """The page for RESULTS.md."""
        facts = [
            f"- {self.started:%Y-%m-%d %H:%M} UTC, {self.scale:,} cases, median of {self.rounds} rounds",
            "- the same seeds of chance in every run: they are in the code",
            f"- {machine()}",
            f"- seeding took {self.seed_seconds:.0f} s; load average at the end {os.getloadavg()[0]:.1f}",
        ]
        head = ["| job | ours | limit, same run | ratio | to reach | |", "|---|---|---|---|---|---|"]
        intro = (
            "Written by `bin/bench`. Figures of a shared machine differ from run to run; the ratios of one run count.\n"
        )
        return "\n".join(["# Speed", "", intro, *facts, "", *head, *map(_row, self.lines), ""])


def _shown(figure: Figure) -> str:
    return f"{figure.per_second:,.0f}/s, {figure.ms:.2f} ms"


def _row(line: Line) -> str:
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    verdict = "" if line.met is None else "met" if line.met else "**not met**"
    return f"| {line.job} | {line.ours} | {line.limit} | {ratio} | {line.goal} | {verdict} |"


def machine() -> str:
    model = next((one for one in Path("/proc/cpuinfo").read_text().splitlines() if one.startswith("model name")), "")
    named = model.partition(": ")[2] or platform.processor()
    return f"{os.cpu_count()} × {named}, {platform.system()}, Python {platform.python_version()}"

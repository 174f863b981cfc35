"""Measuring side by side: every round runs each contender once, and the median over the rounds counts.

The machine may be busy with other work; a ratio of two medians of the same rounds says more than either number.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Step = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """Operations a second and the median time of one, in ms; medians over rounds."""

    per_second: float
    ms: float
    n: int


def side_by_side(steps: Mapping[str, Step], rounds: int, seconds: float, most: int = 100_000) -> dict[str, Figure]:
    """`most`: how often a step may be called in all rounds together (it gets 0, 1, 2 … as its number)."""
    calls = dict.fromkeys(steps, 0)
    times: dict[str, list[list[float]]] = {name: [] for name in steps}
    share = max(most // rounds, 1)
    for turn in range(rounds):
        order = list(steps.items()) if turn % 2 == 0 else list(reversed(steps.items()))
        for name, step in order:
            times[name].append(_round(step, calls[name], seconds, share))
            calls[name] += len(times[name][-1])
    return {name: _figure(found) for name, found in times.items()}


def _round(step: Step, first: int, seconds: float, most: int) -> list[float]:
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while len(taken) < most and (time.perf_counter() < until or len(taken) < 3):
        begun = time.perf_counter()
        step(first + len(taken))
        taken.append(time.perf_counter() - begun)
    return taken


def _figure(found: list[list[float]]) -> Figure:
    rates = [len(one) / sum(one) for one in found if one]
    middles = [statistics.median(one) * 1000 for one in found if one]
    return Figure(statistics.median(rates), statistics.median(middles), sum(map(len, found)))

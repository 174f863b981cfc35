"""Invented people on the real engine in virtual time: what a year comes to, and what it would come to if."""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

from aftercare.errors import Refused

NAME = "simulate"
HELP = "a year of invented people on a handbook, in memory; what would change if (one van less, another period)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "handbook", type=Path, help="folder of the handbook; habits stand beside it in NAME.simulation.yaml"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same year")
    parser.add_argument("--stores", type=int, default=3)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument(
        "--begin", type=date.fromisoformat, default=date(2026, 1, 1), help="YYYY-MM-DD of the first day"
    )
    parser.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="CHANGE",
        help="vans=-1, 'setting recheck_lead=10d', orders=+33%%, sales=+1, 'people forgets=0.1'; repeatable",
    )
    parser.add_argument("--out", type=Path, help="write the report here (markdown) and its chart beside it (svg)")
    parser.add_argument("--processes", type=int, default=0, help="0: one for each processor")
    parser.add_argument("--language", choices=("en", "zh-hans"), default="en")


def run(arguments: argparse.Namespace) -> int:
    from aftercare.handbook import load
    from aftercare.simulation import report
    from aftercare.simulation.plan import plan_for, read_plan
    from aftercare.simulation.running import simulate
    from aftercare.simulation.whatif import changed

    loaded = load(arguments.handbook)
    if loaded.handbook is None:
        raise Refused(loaded.faults)
    sizes = {name: max(1, getattr(arguments, name)) for name in ("stores", "orders", "days")}
    plan = plan_for(loaded.handbook, read_plan(arguments.handbook), arguments.begin, seed=arguments.seed, **sizes)
    other = changed(plan, arguments.what_if) if arguments.what_if else None
    begun = time.perf_counter()
    base = simulate(plan, arguments.processes)
    changed_year = simulate(other, arguments.processes) if other else None
    took = time.perf_counter() - begun
    rows = report.table(loaded.handbook, base, changed_year, arguments.language)
    print(report.plain(rows))
    per = base.commands + (changed_year.commands if changed_year else 0)
    print(f"\n{base.orders} orders, {base.customers} customers, {base.events} events; {per} commands in {took:.1f} s")
    if arguments.out:
        _write(arguments, loaded.handbook.id, rows, base, changed_year)
    return 0


def _write(arguments: argparse.Namespace, handbook: str, rows: object, base: object, other: object) -> None:
    from aftercare.simulation import report

    what = ", ".join(arguments.what_if)
    title = f"What if: {what}" if what else "A simulated year"
    changes = "".join(f' --what-if "{one}"' for one in arguments.what_if)
    command = (
        f"bin/aftercare simulate {arguments.handbook} --seed {arguments.seed} --stores {arguments.stores} "
        f"--orders {arguments.orders} --days {arguments.days} --begin {arguments.begin}{changes}"
    )
    picture = arguments.out.with_suffix(".svg")
    text = "\n".join([
        f"# {title}", "",
        "Invented people on the real engine; the same command gives the same figures. A promise counts where a task or",
        "a field of its clause was done or a deadline of it was missed; what a gate refuses is never broken.", "",
        f"```\n{command}\n```", "",
        f"![promises kept by clause]({picture.name})", "",
        f"## Promises kept ({handbook})", "", report.markdown(rows), "",  # type: ignore[arg-type]
        "## Most often late", "", report.late(base, other), "",  # type: ignore[arg-type]
        f"{_counts('base', base)}", *([_counts("what if", other)] if other else []), "",
    ])  # fmt: skip
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    picture.write_text(report.chart(base, other, title), encoding="utf-8")  # type: ignore[arg-type]


def _counts(name: str, figures: object) -> str:
    from aftercare.simulation.figures import Figures

    assert isinstance(figures, Figures)
    cases = ", ".join(f"{count} {one}" for one, count in sorted(figures.opened.items()))
    return (
        f"- {name}: {figures.orders} orders of {figures.customers} customers; cases opened: {cases}; "
        f"{figures.events} events; {sum(figures.refused.values())} times a gate or a form refused; "
        f"{figures.left} people left"
    )

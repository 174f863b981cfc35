"""bin/bench: measures, prints the table, writes bench/RESULTS.md.

--scale N   cases to seed (default 10000)      --rounds N  how often each contender runs (default 3)
--quick     2,000 cases, short rounds, nothing written: to see that all works
--only …     some of: decisions, commands, web, paper, customers, clock (by commas); nothing written
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.stage import ROOT, stage


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--scale", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="some jobs")
    parser.add_argument("--output", type=Path, default=ROOT / "bench" / "RESULTS.md")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    with stage() as folder:
        _run(arguments, folder)


def _run(arguments: argparse.Namespace, folder: Path) -> None:
    from aftercare import clock
    from bench import seed, shop, web, work
    from bench.report import Report

    scale, seconds = (2000, 0.5) if arguments.quick else (arguments.scale, arguments.seconds)
    now = clock.now()
    built = shop.build(now)
    print(f"seeding {scale:,} cases …", flush=True)
    seeded = seed.seed(built, scale)
    report = Report(scale, arguments.rounds, seeded.seconds, now)
    bench = work.Bench(built, report, arguments.rounds, seconds, work.orders(built, seeded.customers))
    what = work.recorded(bench)
    jobs = {
        "decisions": lambda: work.decisions(bench),
        "commands": lambda: work.commands(bench, what),
        "web": lambda: web.everything(bench, what, folder),
        "paper": lambda: work.paper(bench),
        "customers": lambda: work.customers(bench, 2_000 if arguments.quick else 10_000),
        "clock": lambda: work.clock(bench, min(scale // 10, 2_000)),
    }
    print("\n| job | ours | limit, same run | ratio | to reach | |\n|---|---|---|---|---|---|", flush=True)
    for name in jobs:
        if not arguments.only or name in arguments.only.split(","):
            jobs[name]()
    if not arguments.quick and not arguments.only:
        arguments.output.write_text(report.text())
        print(f"\nwritten: {arguments.output}")


if __name__ == "__main__":
    main()

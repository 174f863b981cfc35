"""Bends one rule of the shipped handbook at a time and counts how many of these the clause stories notice.

A survivor is either a weak story or a rule that makes no difference; the second kind needs its reason in
tests/clauses/survivors.yaml (id: reason).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aftercare.handbook import load
from tests.mutation.bending import Mutant, mutants, trees_of
from tests.mutation.remembered import keep, keys, recall

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "handbooks" / "showroom"
REASONS = ROOT / "tests" / "clauses" / "survivors.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    files = dict(load(HANDBOOK).files)
    chosen = _chosen(mutants(files), options)
    if not chosen:
        print("no mutant fits")
        return 2
    print(f"{len(chosen)} mutants", flush=True)
    wanted = keys(chosen, files)
    fates = {} if options.fresh else recall(wanted)
    left = [one for one in chosen if one.id not in fates]
    print(f"{len(fates)} remembered from earlier runs, {len(left)} to play", flush=True)
    fates |= _played(left, files, options.workers, wanted) if left else {}
    counted = [one for one in chosen if fates[one.id]["fate"] != "same"]
    _tell(counted, fates, options.verbose)
    killed = sum(1 for one in counted if fates[one.id]["fate"] in ("killed", "refused"))
    print(f"{killed} of {len(counted)} killed")
    return 0 if killed >= 0.97 * len(counted) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mutate-clauses", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--sample", type=int, default=30, metavar="N", help="so many by chance (default 30)")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument(
        "--clause", default="", metavar="ID", help="only mutants of this clause, or of those that begin so (PM)"
    )
    parser.add_argument("--match", default="", metavar="TEXT", help="only mutants whose id holds this")
    parser.add_argument("--fresh", action="store_true", help="forget the fates of earlier runs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="also name what killed each")
    return parser


def _chosen(known: list[Mutant], options: argparse.Namespace) -> list[Mutant]:
    fitting = [
        one
        for one in known
        if options.match in one.id and any(clause.startswith(options.clause) for clause in one.clauses)
    ]
    if options.all or options.match or len(fitting) <= options.sample:
        return fitting
    return sorted(random.Random(options.seed).sample(fitting, options.sample), key=fitting.index)


def _played(
    chosen: list[Mutant], files: dict[str, str], workers: int, wanted: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """id -> {fate, why}, as the workers tell it; what is known so far outlives an interruption."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        running = [_started(_orders(Path(folder, f"{n}.orders"), chosen[n::workers], files)) for n in range(workers)]
        over, fates = False, {}
        while not over:
            time.sleep(1)
            over = all(process.poll() is not None for process in running)
            fates = {answer["id"]: answer for done in Path(folder).glob("*.done") for answer in _answers(done)}
            if int(time.monotonic()) % 20 == 0:
                keep(wanted, {name: one for name, one in fates.items() if one["fate"] != "unsound"})
            _sound(fates, running)
            alive = sum(1 for one in fates.values() if one["fate"] in ("alive", "unclaimed"))
            spent = time.monotonic() - begun
            print(f"\r{len(fates)} of {len(chosen)} played, {alive} alive, {spent:.0f} s ", end="", flush=True)
        print()
        keep(wanted, fates)
        if len(fates) < len(chosen):
            sys.exit("".join(process.stdout.read()[-3000:] for process in running if process.stdout))
    return fates


def _orders(path: Path, mine: list[Mutant], files: dict[str, str]) -> Path:
    trees = trees_of(files)
    lines = [
        {
            "id": one.id,
            "clauses": one.clauses,
            "file": one.file,
            "text": json.dumps(one.bent(trees), ensure_ascii=False),
        }
        for one in mine
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def _sound(fates: dict[str, dict[str, str]], running: list[subprocess.Popen[str]]) -> None:
    """A story that fails on the handbook as it is says nothing of a bent one."""
    wrong = next((one for one in fates.values() if one["fate"] == "unsound"), None)
    if wrong:
        for process in running:
            process.terminate()
        sys.exit(f"\non the handbook as it is a story fails: {wrong['why']}")


def _started(orders: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutation.worker", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*command, "--mutants", str(orders), "tests/clauses"],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _answers(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)


def _tell(counted: list[Mutant], fates: dict[str, dict[str, str]], verbose: bool) -> None:
    reasons = _reasons()
    for one in counted:
        fate, why = fates[one.id]["fate"], fates[one.id]["why"]
        place = f"handbooks/showroom/{one.file}:{one.line}"
        if fate in ("alive", "unclaimed"):
            why = reasons.get(one.id) or ("no story claims its clause" if fate == "unclaimed" else "no reason given")
            print(f"  SURVIVED {place}  {one.id}  {' '.join(one.clauses)}  -- {why}")
        elif verbose:
            print(f"  {fate:<8} {place}  {one.id}  ({why})")
    print(f"refused by the loader: {sum(1 for one in counted if fates[one.id]['fate'] == 'refused')}")


def _reasons() -> dict[str, str]:
    from ruamel.yaml import YAML

    return dict(YAML(typ="safe").load(REASONS.read_text(encoding="utf-8")) or {}) if REASONS.is_file() else {}


if __name__ == "__main__":
    sys.exit(main())

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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aftercare.handbook import load, load_texts
from tests.mutation.bending import Mutant, mutants, trees_of

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
    live, refused = _loadable(chosen, files)
    results = _played(live, options.workers)
    _tell(chosen, refused, results, options.verbose)
    killed = len(refused) + sum(1 for by in results.values() if by not in ("", "-"))
    print(f"{killed} of {len(chosen)} killed")
    return 0 if killed >= 0.97 * len(chosen) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mutate-clauses", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--sample", type=int, default=30, metavar="N", help="so many by chance (default 30)")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--clause", default="", metavar="ID", help="only mutants of this clause")
    parser.add_argument("--match", default="", metavar="TEXT", help="only mutants whose id holds this")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="also name what killed each")
    return parser


def _chosen(known: list[Mutant], options: argparse.Namespace) -> list[Mutant]:
    fitting = [one for one in known if options.clause in ("", *one.clauses) and options.match in one.id]
    if options.all or options.match or len(fitting) <= options.sample:
        return fitting
    return sorted(random.Random(options.seed).sample(fitting, options.sample), key=fitting.index)


def _loadable(chosen: list[Mutant], files: dict[str, str]) -> tuple[list[tuple[Mutant, dict[str, str]]], dict[str, str]]:
    """(mutants that load, with their files) and (id -> sentence of those the loader refuses)."""
    trees, live, refused = trees_of(files), [], {}
    for one in chosen:
        texts = {**files, one.file: json.dumps(one.bent(trees), ensure_ascii=False)}
        loaded = load_texts(texts)
        if loaded.handbook is None:
            refused[one.id] = loaded.faults[0].en
        else:
            live.append((one, texts))
    print(f"{len(chosen)} mutants, {len(refused)} of them refused by the loader", flush=True)
    return live, refused


def _played(live: list[tuple[Mutant, dict[str, str]]], workers: int) -> dict[str, str]:
    """id -> the story that failed, "" for a survivor, "-" where no story claims the clause."""
    if not live:
        return {}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for n in range(min(workers, len(live))):
            orders = Path(folder, f"{n}.orders")
            lines = ({"id": one.id, "clauses": one.clauses, "files": texts} for one, texts in live[n::workers])
            orders.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
            running.append((_started(orders), orders.with_suffix(".done")))
        while True:
            over = all(process.poll() is not None for process, _ in running)
            results = {answer["id"]: answer["killed_by"] for _, done in running for answer in _answers(done)}
            alive = sum(1 for by in results.values() if by in ("", "-"))
            spent = time.monotonic() - begun
            print(f"\r{len(results)} of {len(live)} played, {alive} alive, {spent:.0f} s ", end="", flush=True)
            if over:
                print()
                break
            time.sleep(1)
        if len(results) < len(live):
            sys.exit("".join(process.stdout.read()[-3000:] for process, _ in running if process.stdout))
    return results


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


def _tell(chosen: list[Mutant], refused: dict[str, str], results: dict[str, str], verbose: bool) -> None:
    reasons = _reasons()
    for one in chosen:
        place = f"handbooks/showroom/{one.file}:{one.line}"
        by = results.get(one.id)
        if verbose and one.id in refused:
            print(f"  refused  {place}  {one.id}  ({refused[one.id]})")
        elif verbose and by not in ("", "-"):
            print(f"  killed   {place}  {one.id}  ({by})")
        elif by in ("", "-"):
            why = reasons.get(one.id) or ("no story claims its clause" if by else "no reason given")
            print(f"  SURVIVED {place}  {one.id}  {' '.join(one.clauses)}  -- {why}")
    print(f"refused by the loader: {len(refused)}")


def _reasons() -> dict[str, str]:
    from ruamel.yaml import YAML

    return dict(YAML(typ="safe").load(REASONS.read_text(encoding="utf-8")) or {}) if REASONS.is_file() else {}


if __name__ == "__main__":
    sys.exit(main())

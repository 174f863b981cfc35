"""Checks a handbook's folder, writes the JSON Schema of its files for editors, or tries a change on the past."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from pathlib import Path

from aftercare.cli import trying
from aftercare.errors import Fault

NAME = "handbook"
HELP = "check a handbook's folder; print the JSON Schema of its files; try a change on the past"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check | schema | try")
    check = verbs.add_parser("check", help="every fault with file, line and column; exit 1 when there is one")
    check.add_argument("folder", type=Path, metavar="DIR")
    check.add_argument("--library", type=Path, metavar="DIR", help="where the handbooks lie that it may build on")
    check.add_argument("--language", choices=["zh", "en"], default="", help="of the sentences; else by LANG")
    check.add_argument("--quiet", action="store_true", help="leave the warnings out")
    schema = verbs.add_parser("schema", help="print the JSON Schemas, or write one file each")
    schema.add_argument("--out", type=Path, metavar="DIR", help="write NAME.schema.json files there")
    trying.add_arguments(
        verbs.add_parser("try", help="which past cases a change would have made late; nothing is written")
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "try":
        return trying.run(arguments)
    return _schema(arguments.out) if arguments.verb == "schema" else _check(arguments)


def _check(arguments: argparse.Namespace) -> int:
    from aftercare.handbook import load

    language = arguments.language or ("en" if os.environ.get("LANG", "").startswith(("en", "C", "POSIX")) else "zh")
    loaded = load(arguments.folder, _library(arguments.library))
    _tell(loaded.faults, language)
    if not arguments.quiet:
        _tell(loaded.warnings, language)
    if loaded.handbook is not None:
        found = loaded.handbook
        counts = (len(found.procedures), len(found.forms), len(found.clauses), len(loaded.warnings))
        zh = "手册无误：流程 {} 个，表单 {} 个，条款 {} 条，提醒 {} 条"
        en = "the handbook is sound: {} procedures, {} forms, {} clauses, {} warnings"
        print((zh if language == "zh" else en).format(*counts))
    return 1 if loaded.faults else 0


def _library(folder: Path | None) -> dict[str, Path]:
    """Each folder with a handbook.yaml, by its name."""
    if folder is None or not folder.is_dir():
        return {}
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/handbook.yaml"))}


def _tell(faults: Iterable[Fault], language: str) -> None:
    from aftercare.handbook.faults import WARNING, place

    for fault in faults:
        mark = {"zh": "提醒：", "en": "warning: "}[language] if fault.code.startswith(WARNING) else ""
        sentence = fault.in_("zh-hans" if language == "zh" else "en")
        instead = str(fault.data.get("instead") or "")
        print(f"{place(fault)}  {mark}{sentence}" + (f"  -> {instead}" if instead else ""))


def _schema(out: Path | None) -> int:
    from aftercare.handbook.schema import schemas

    made = schemas()
    if out is None:
        print(json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True))
        return 0
    out.mkdir(parents=True, exist_ok=True)
    for name, schema in made.items():
        path = out / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        print(path)
    return 0

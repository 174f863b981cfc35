"""`aftercare handbook try`: a change tried on the past of the cases; nothing is written."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from aftercare import clock
from aftercare.errors import Refused

WORDS: dict[str, Any] = {
    "zh": {
        "head": ("工单", "门店", "事项", "条款", "原时限", "新时限", "完成", "变化"),
        "late": "变为超时", "kept": "变为按时", "none": "未完成", "no_due": "无时限",
        "sums": "查看工单 {cases} 张，时限 {deadlines} 个：原超时 {late_then}，改后超时 {late_now}；"
                "新增超时 {newly_late}，转为按时 {newly_kept}",
        "clause": "{clause}：时限 {deadlines}，原超时 {late_then}，改后 {late_now}",
    },
    "en": {
        "head": ("case", "store", "what", "clauses", "due then", "due now", "done at", "change"),
        "late": "late", "kept": "in time", "none": "not done", "no_due": "no deadline",
        "sums": "{cases} cases, {deadlines} deadlines: late then {late_then}, late now {late_now}; "
                "newly late {newly_late}, newly in time {newly_kept}",
        "clause": "{clause}: {deadlines} deadlines, late then {late_then}, now {late_now}",
    },
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="recheck_lead=10d")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="a handbook that is not in force")
    parser.add_argument("--closed", action="append", default=[], type=date.fromisoformat, metavar="DATE")
    parser.add_argument("--handbook", default="", help="which, when several are in force")
    parser.add_argument("--store", default="", metavar="CODE")
    parser.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="cases opened from that day on")
    parser.add_argument("--language", choices=["zh", "en"], default="zh")
    parser.add_argument("--json", action="store_true", help="one JSON object per line, and the sums last")


def run(arguments: argparse.Namespace) -> int:
    from aftercare.cli import started

    started.django()
    try:
        return _run(arguments)
    except Refused as refusal:
        for fault in refusal.faults:
            print(fault.in_("zh-hans" if arguments.language == "zh" else "en"), file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    from aftercare.cases import trials
    from aftercare.cases.trying import Tally, try_on_past
    from aftercare.people.actor import SYSTEM
    from aftercare.people.models import Store

    words, tally = WORDS[arguments.language], Tally()
    names = {one.pk: one.name[arguments.language] for one in Store.objects.all()}
    if not arguments.json:
        print("\t".join(words["head"]))
    for tried in try_on_past(SYSTEM, clock.now(), _change(arguments)):
        tally.add(tried)
        for verdict in tried.differing:
            line = trials.line(tried, verdict)
            print(json.dumps(line, ensure_ascii=False) if arguments.json else _row(line, names, words))
    if arguments.json:
        print(json.dumps(vars(tally), ensure_ascii=False))
        return 0
    for clause, sums in sorted(tally.clauses.items()):
        print(words["clause"].format(clause=clause or "-", **{name: sums[name] for name in vars(Tally())}))
    print(words["sums"].format(**vars(tally)))
    return 0


def _change(arguments: argparse.Namespace) -> Any:
    from aftercare.cases import rule_queries
    from aftercare.cases.trying import Change, checked, figure
    from aftercare.handbook import load
    from aftercare.people.models import Store

    live = rule_queries.live()
    candidate = None
    if arguments.folder:
        loaded = load(arguments.folder)
        if loaded.handbook is None or loaded.faults:
            raise Refused(loaded.faults)
        candidate = loaded.handbook
    wanted = arguments.handbook or (candidate.id if candidate else live[0].id if live else "")
    handbook = candidate or next((one for one in live if one.id == wanted), None)
    if handbook is None:
        raise Refused.because("no_handbook", "没有启用这本手册。", "No such handbook is in force.")
    store = Store.objects.filter(code=arguments.store).values_list("pk", flat=True).first() if arguments.store else None
    if arguments.store and store is None:
        raise Refused.because("no_store", f"没有门店 {arguments.store}。", f"There is no store {arguments.store}.")
    pairs = dict(one.partition("=")[::2] for one in arguments.setting)
    figures = {name: figure(handbook, name, text) for name, text in pairs.items()}
    if not (figures or candidate or arguments.closed):
        raise Refused.because(
            "trial.nothing", "请给出 --setting、--folder 或 --closed。", "Give --setting, --folder or --closed."
        )
    return checked(Change(wanted, figures, candidate, tuple(arguments.closed), store, arguments.since), handbook)


def _row(line: dict[str, Any], names: dict[int, str], words: dict[str, Any]) -> str:
    def said(at: Any, nothing: str) -> str:
        from aftercare.cases.world import ZONE
        from aftercare.engine.types import instant

        return f"{instant(at).astimezone(ZONE):%Y-%m-%d %H:%M}" if at else nothing

    dues = [said(line[one] and line[one]["at"], words["no_due"]) for one in ("then", "now")]
    cells = (line["number"], names.get(line["store"], ""), line["element"], " ".join(line["clauses"]), *dues)
    return "\t".join((*cells, said(line["done_at"], words["none"]), words["late" if line["late"] else "kept"]))

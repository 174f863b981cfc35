"""A trade nobody thought of: a piano tuner writes a folder, and it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clauses.surface import end_of
from tests.probes.stage import Trade

FILES = {
    "handbook.yaml": """
        handbook: {id: tuner, name: {zh: 钢琴调律, en: Piano tuning}, version: "1", dial: refuse}
        roles:
          - {id: tuner, name: {zh: 调律师, en: Tuner}, may: {cases.see: store, cases.open: store, cases.act: store}}
          - {id: office, name: {zh: 前台, en: Office}, may: {cases.see: store, cases.act: store, settings.see: store}}
        calendars: [{id: company, week: {tue: ["10:00-12:00", "14:00-18:00"], sat: ["10:00-12:00", "14:00-18:00"]}}]
        settings: [{id: pitch, name: {zh: 标准音, en: Pitch}, type: number, value: 442, edit: office}]
    """,
    "clauses.yaml": """
        clauses:
          - {id: TU-01, system: tuning, source: "1", enforce: block,
             text: {zh: 标准音偏差不超过一赫兹。, en: The pitch is within one hertz.}}
    """,
    "forms/forms.yaml": """
        forms:
          - id: tuning
            name: {zh: 调律单, en: Tuning}
            fields:
              - {id: before, name: {zh: 调前音高, en: Pitch before}, type: number, unit: Hz, required: true,
                 min: 380, max: 480}
              - {id: after, name: {zh: 调后音高, en: Pitch after}, type: number, unit: Hz, required: true}
              - {id: strings, name: {zh: 断弦, en: Broken strings}, type: number}
              - {id: fee, name: {zh: 费用, en: Fee}, type: money, compute: "yuan(300) + yuan(40) * form.strings"}
    """,
    "procedures/visit.yaml": """
        procedures:
          - id: visit
            name: {zh: 上门调律, en: Tuning visit}
            subject: customer
            starts: [{by: tuner}]
            charges: [{id: fee, name: {zh: 调律费, en: Fee}, payer: customer, of: sheets.tune.fee, takes: office}]
            tasks:
              - task: tune
                name: {zh: 调律, en: Tune}
                role: tuner
                form: tuning
                due: {after: opened, by: 1wd}
                requires:
                  - that: "form.after - settings.pitch <= 1 && settings.pitch - form.after <= 1"
                    else: {zh: 音高偏差超过一赫兹, en: Off by more than a hertz}
                    clauses: [TU-01]
                outcomes:
                  tuned: {name: {zh: 调好, en: In tune}}
                  hopeless: {name: {zh: 无法调准, en: Past tuning}, tone: bad, ends: case}
              - task: next_visit
                name: {zh: 约下次调律, en: Agree the next visit}
                role: office
                opens: {after: tune.tuned, wait: 6mo}
                due: {after: opened, by: 1wd}
                outcomes: {booked: {name: {zh: 已约, en: Booked}}, declined: {name: {zh: 不需要, en: Declined}}}
            closes: {after: [next_visit]}
    """,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from textwrap import dedent

    for name, text in FILES.items():
        path = tmp_path / "tuner" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return tmp_path / "tuner"


def test_a_new_trade_runs_from_its_folder_alone(trade: Callable[[Path], Trade], folder: Path) -> None:
    case = trade(folder).begin("tuner", "visit")
    case.stands_with("tuner", "tune", end_of("2026-11-24"))  # Saturday; the next working day is Tuesday
    sheet = {"before": 436, "strings": 2}
    case.not_complete("tuner", "tune", "tuned", {**sheet, "after": 440}, clause="TU-01", says="音高偏差")
    case.not_complete("tuner", "tune", "tuned", {**sheet, "before": 500, "after": 442}, says="调前音高")
    case.complete("tuner", "tune", "tuned", {**sheet, "after": 442})
    whole = case.house.get("tuner", f"/cases/{case.case}")
    assert whole["state"]["charges"]["fee"]["amount"] == 38000
    assert case.my_day("office")["next_visit"]["state"] == "planned"
    case.until("2027-05-22 09:00")
    case.stands_with("office", "next_visit", end_of("2027-05-25"))
    case.complete("office", "next_visit", "booked")
    assert case.seen("tuner")["status"] == "closed"

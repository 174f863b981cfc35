"""docs/handbook-language.md says what is so: every piece of YAML in it loads, every table is complete."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from ruamel.yaml import YAML

from aftercare.calendar import WorkCalendar, after
from aftercare.cases.registry import EFFECTS as CARRIED_OUT
from aftercare.config import paths
from aftercare.handbook import Loaded, load, load_texts
from aftercare.handbook.conditions import BUILTIN_FUNCTIONS
from aftercare.handbook.duration import UNITS, parse_duration
from aftercare.handbook.fields import FIELD_TYPES
from aftercare.handbook.source.effects import EFFECTS
from aftercare.handbook.source.files import PLACES

PAGE = (paths.ROOT / "docs/handbook-language.md").read_text(encoding="utf-8")
SHOWROOM = dict(load(paths.ROOT / "handbooks/showroom").files)
SNIPPETS = [(kind.strip(), text) for kind, text in re.findall(r"^```yaml([^\n]*)\n(.*?)^```$", PAGE, re.M | re.S)]
BY_ENGINE = {"issue", "reissue", "hand", "finding", "freeze"}


def tree(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def written(value: Any) -> str:
    out = io.StringIO()
    plain = YAML()
    plain.allow_unicode, plain.width = True, 4000
    plain.dump(value, out)
    return out.getvalue()


def together(kind: str) -> dict[str, Any]:
    """All pieces of a kind as one file: lists are joined."""
    whole: dict[str, Any] = {}
    for own, text in SNIPPETS:
        for key, value in (tree(text) if own == kind else {}).items():
            whole[key] = [*whole.get(key, []), *value] if isinstance(value, list) else value
    return whole


def files() -> dict[str, str]:
    """The handbook that the pieces make."""
    kinds = sorted({kind for kind, _ in SNIPPETS} - {"handbook", "procedure"} - set(shipped()))
    made = {f"{kind}/pieces.yaml": written(together(kind)) for kind in kinds}
    made["handbook.yaml"] = written(together("handbook"))
    made["procedures/repair.yaml"] = written({"procedures": [together("procedure")]})
    return made | {"documents/receipt-slip.typ": '#import "base.typ": *'}


def shipped() -> list[str]:
    return [kind for kind, _ in SNIPPETS if kind.startswith("showroom/")]


def first_column(heading: str) -> list[str]:
    """The words in backquotes of the first column of the table that begins with `heading`."""
    rows = PAGE.split(f"\n| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_every_piece_of_yaml_loads() -> None:
    loaded = load_texts(files())
    assert [(one.data.get("file"), one.line, one.en) for one in loaded.faults] == []
    assert loaded.handbook is not None
    assert set(loaded.handbook.procedures) == {"repair", "loan", "stock_take", "greetings"}


def test_the_pieces_make_a_handbook_without_loose_ends() -> None:
    known = {"warn_four_eyes", "warn_reads_unordered"}
    assert {one.code for one in load_texts(files()).warnings} - known <= {"warn_unused_setting"}


def test_every_piece_says_where_it_stands() -> None:
    places = {place.removesuffix(".yaml") for place in PLACES} | {"procedure"} | set(shipped())
    assert [text for kind, text in SNIPPETS if kind not in places] == []


@pytest.mark.parametrize("file", shipped())
def test_lines_of_the_showroom_are_as_they_are(file: str) -> None:
    for kind, text in SNIPPETS:
        if kind == file:
            for line in text.strip().splitlines():
                assert line.strip() in SHOWROOM[file.removeprefix("showroom/")]


def test_the_table_of_files_is_complete() -> None:
    for place, keys in PLACES.items():
        shown = f"`{place}`" if place.endswith(".yaml") else f"`{place}/`"
        row = next(line for line in PAGE.splitlines() if line.startswith("|") and shown in line.split("|")[1])
        assert all(f"`{key}`" in row for key in keys), place


def test_the_table_of_field_types_is_complete() -> None:
    assert set(first_column("type")) == set(FIELD_TYPES)


def test_the_table_of_units_is_complete() -> None:
    assert set(first_column("unit")) == set(UNITS) - {"s"}


def test_the_table_of_functions_is_complete() -> None:
    shown = {word for text in first_column("functions") for word in re.findall(r"[a-z_A-Z]+", text.split("(")[0])}
    assert shown >= BUILTIN_FUNCTIONS


def test_the_table_of_verbs_is_complete_and_says_what_is_carried_out() -> None:
    apps.check_apps_ready()
    rows = PAGE.split("\n| verb |")[1].split("\n\n")[0].splitlines()[2:]
    said = {re.search(r"`(\w+)", row)[1]: row.split("|")[3].strip() for row in rows}  # type: ignore[index]
    assert set(said) == set(EFFECTS)
    assert {verb for verb, word in said.items() if word.startswith("yes")} == BY_ENGINE | (
        set(CARRIED_OUT) & set(EFFECTS)
    )


# What is changed in the showroom's files -> the fault as the page tells it.
SLIPS = [
    ("procedures/order.yaml", "after: [recheck.changed]", "after: [recheckk.changed]"),
    ("forms/sales.yaml", "type: date, required: true, propose", "type: date, requried: true, propose"),
    ("forms/delivery.yaml", "name: {zh: 备注, en: Note}", "name: Note"),
    ("handbook.yaml", "value: 14d", "value: 14 days"),
    ("handbook.yaml", 'mon: ["09:00-12:00", "13:30-18:00"]', "mon: 09:30"),
    ("procedures/order.yaml", "- that: row.accepted", "- that: row.accepted # and more"),
    ("procedures/order.yaml", "of: sheets.contract.total", "of: sheets.contract.totl"),
    ("procedures/order.yaml", "that: row.accepted", 'that: "sheets.contract.total > 500"'),
    ("procedures/order.yaml", "that: row.accepted", 'that: "sheets.contract.note == null"'),
    ("procedures/order.yaml", "that: row.accepted", "that: \"sheets.contract.payment == 'prepaid'\""),
    ("procedures/order.yaml", "form: sales_contract\n", "form: sales_contract\n        after: [price_check]\n"),
    ("procedures/order.yaml", "form: date_agreement\n",
     "form: date_agreement\n        requires: [sheets.recheck.date_confirmed]\n"),
    ("procedures/order.yaml", "  - id: order_promise", "\t- id: order_promise"),
]  # fmt: skip


def bent(slip: tuple[str, str, str]) -> Loaded:
    file, old, new = slip
    assert old in SHOWROOM[file], old
    return load_texts({**SHOWROOM, file: SHOWROOM[file].replace(old, new, 1)})


@pytest.mark.parametrize("slip", SLIPS, ids=[new.strip()[:40] for _, _, new in SLIPS])
def test_the_faults_met_most_often_are_told_as_the_page_says(slip: tuple[str, str, str]) -> None:
    told = {fault.en for fault in bent(slip).faults}
    sentences = first_sentences()
    assert told & sentences, (told, sentences)


def first_sentences() -> set[str]:
    rows = PAGE.split("\n| the loader says |")[1].split("\n\n")[0].splitlines()[2:]
    return {row.split("|")[1].strip() for row in rows}


def test_every_fault_of_the_table_is_shown_by_a_slip() -> None:
    told = {fault.en for slip in SLIPS for fault in bent(slip).faults}
    assert first_sentences() <= told


SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=SHANGHAI)
CLOCK = [
    ("{by: 3d}", "2026-11-24T00:00", "Tuesday 00:00"),
    ("{by: 1wd}", "2026-11-22T00:00", "Sunday 00:00"),
    ("{by: 4wh}", "2026-11-21T10:00", "just after 10:00"),
    ("{by: 24h}", "2026-11-21T15:00", "just after 15:00"),
]


@pytest.mark.parametrize(("sentence", "at", "said"), CLOCK)
def test_the_clock_sentences_fall_as_the_table_says(sentence: str, at: str, said: str) -> None:
    handbook = load_texts(files()).handbook
    assert handbook is not None
    calendar = WorkCalendar.from_json(handbook.calendars["company"])
    due = after(calendar, FRIDAY, parse_duration(sentence.removeprefix("{by: ").rstrip("}")))
    assert due.at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") == at
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{sentence}`"))
    assert said in row


def test_what_the_loader_calls_later_is_listed_as_not_there() -> None:
    source = (paths.ROOT / "aftercare/handbook/checks/later.py").read_text(encoding="utf-8")
    words = set(re.findall(r'"([a-z_]{4,})"', source)) - {"later"}
    listed = PAGE.split("## What the language cannot say yet")[1]
    assert [word for word in sorted(words) if f"`{word}" not in listed] == []

"""The shipped handbook loads; handbooks build on each other; what is stored loads again."""

from __future__ import annotations

from pathlib import Path

from aftercare.handbook import content_hash, four_eyes_conflicts, load, load_texts
from aftercare.handbook.conditions import Date, Duration, Money
from aftercare.handbook.faults import Faults, place
from aftercare.handbook.folder import read_folder
from aftercare.handbook.model import Handbook

HERE = Path(__file__).parent
SHOWROOM = HERE.parents[1] / "handbooks" / "showroom"
SMALL = HERE / "small"


def handbook_of(files: dict[str, str], library: dict[str, dict[str, str]] | None = None) -> Handbook:
    loaded = load_texts(files, library)
    assert loaded.handbook is not None, [(fault.code, place(fault), fault.en) for fault in loaded.faults]
    return loaded.handbook


def small(**changed: str) -> dict[str, str]:
    return {**read_folder(SMALL, Faults()), **changed}


def test_the_showroom_loads_and_carries_every_clause() -> None:
    loaded = load(SHOWROOM)
    assert loaded.handbook is not None, [(fault.code, place(fault), fault.en) for fault in loaded.faults]
    assert [fault for fault in loaded.warnings if fault.code == "warn_not_carried"] == []
    order = loaded.handbook.procedures["order_promise"]
    recheck = order.tasks["recheck"]
    assert recheck.due is not None and recheck.due.offset.by is not None
    assert recheck.due.offset.side == "before"
    assert isinstance(recheck.due.offset.by.type, Duration)
    assert [level.id for level in recheck.due.levels] == ["warn1", "escalate1"]
    assert recheck.opens.before is not None and recheck.opens.after[0].outcome == "agreed"


def test_conditions_are_compiled_with_the_types_of_the_forms() -> None:
    task = handbook_of(small()).procedures["refund"].tasks["decide"]
    gate = task.requires[0]
    rows = {"sheets": {"ask": {"items": [{"code": "A", "price": 60000}]}}, "settings": {"limit": 50000}}
    assert gate.each is not None and gate.var == "row"
    row = {**rows, "row": gate.each.evaluate(rows)[0]}
    assert gate.that.evaluate(row) is False
    assert isinstance(task.outcomes["yes_paid"].set["case.promised"].type, Date)
    form = handbook_of(small()).forms["answer"].field("sum")
    assert form is not None and form.propose is not None and isinstance(form.propose.type, Money)


def test_money_is_kept_in_fen() -> None:
    handbook = handbook_of(small())
    assert handbook.settings["limit"].value == 50000
    dearer = small()["forms/request.yaml"].replace("min: 0", "min: 12.5")
    field = handbook_of(small(**{"forms/request.yaml": dearer})).forms["request"].field("amount")
    assert field is not None and field.minimum == 1250


def test_a_contradiction_says_which_clause_gives_way() -> None:
    clause = handbook_of(small()).clauses["SM-02"]
    assert clause.yields == "SM-01" and clause.why is not None


def test_what_was_read_loads_again_with_the_same_hash() -> None:
    loaded = load(SHOWROOM)
    again = load_texts(dict(reversed(list(loaded.files.items()))))
    assert loaded.handbook is not None and again.handbook is not None
    assert again.handbook.hash == loaded.handbook.hash == content_hash(loaded.files)


def test_a_handbook_replaces_and_drops_whole_elements_of_the_one_below() -> None:
    head = "handbook: {id: branch, name: {zh: 分店, en: Branch}, version: '2', builds_on: [small], drop: [who_pays]}\n"
    news = "messages:\n  - {id: refund_news, name: {zh: 通知, en: News}, text: {zh: 已退款, en: Refunded}}\n"
    files = {"handbook.yaml": head, "messages/own.yaml": news}
    library = {"small": small(), "branch": {"handbook.yaml": "nothing: 1\n"}}
    loaded = load_texts(files, library)
    handbook = handbook_of(files, library)
    assert handbook.id == "branch" and "who_pays" not in handbook.rules
    assert handbook.messages["refund_news"].text.en == "Refunded"
    assert handbook.documents["slip"].source == small()["documents/slip.typ"]
    assert handbook_of(dict(loaded.files)).hash == handbook.hash  # what is stored needs no library


def test_a_slip_in_the_handbook_below_is_told_with_its_name() -> None:
    head = "handbook: {id: branch, name: {zh: 分店, en: Branch}, version: '2', builds_on: [small]}\n"
    below = small(**{"forms/request.yaml": "forms: 3\n"})
    told = {(fault.code, place(fault)) for fault in load_texts({"handbook.yaml": head}, {"small": below}).faults}
    assert ("not_a_list", "@small/forms/request.yaml:1:8") in told


def test_a_folder_beside_is_found_and_a_circle_is_told(tmp_path: Path) -> None:
    for name, base in (("north", "south"), ("south", "north")):
        (tmp_path / name).mkdir()
        head = f"handbook: {{id: {name}, name: {{zh: 店, en: Shop}}, version: '1', builds_on: [../{base}]}}\n"
        (tmp_path / name / "handbook.yaml").write_text(head, encoding="utf-8")
    assert {fault.code for fault in load(tmp_path / "north").faults} == {"base_circle"}


def test_a_file_outside_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("handbook: {id: x}", encoding="utf-8")
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "handbook.yaml").symlink_to(tmp_path / "secret.yaml")
    assert read_folder(shop, Faults()) == {}
    assert {fault.code for fault in load(tmp_path / "gone").faults} >= {"no_folder"}


def test_four_eyes_fail_where_one_person_holds_both_roles() -> None:
    handbook = handbook_of(small())
    assert four_eyes_conflicts(handbook, {"boss": {1}, "clerk": {2}}) == ()
    assert four_eyes_conflicts(handbook, {"boss": {1, 2}, "clerk": {2}}) == ()
    conflict = four_eyes_conflicts(handbook, {"boss": {1}, "clerk": {1}})[0]
    assert (conflict.task, conflict.persons, conflict.clauses) == ("decide", frozenset({1}), ("SM-02",))


def test_clauses_nobody_carries_and_settings_nobody_reads_are_warned_of() -> None:
    more = small()["clauses.yaml"] + "  - {id: SM-03, text: {zh: 微笑, en: Smile}, enforce: attest}\n"
    idle = small()["handbook.yaml"].replace(
        "settings:\n", "settings:\n  - {id: idle, name: {zh: 闲置, en: Idle}, value: 3}\n"
    )
    loaded = load_texts(small(**{"clauses.yaml": more, "handbook.yaml": idle}))
    assert loaded.handbook is not None
    told = {fault.code for fault in loaded.warnings}  # the small handbook has a list, which nothing runs yet
    assert told == {"warn_not_carried", "warn_unused_setting"}


def test_templates_and_party_sets_are_written_out() -> None:
    text = small()["procedures/refund.yaml"]
    text = text.replace(
        "    tasks:\n",
        "    templates: {call: {role: clerk, due: {by: 1d}}}\n"
        "    party_sets: {two: [{who: [boss], must: sign}, {who: customer, must: attend + sign}]}\n    tasks:\n"
        "      - {task: thank, name: {zh: 致谢, en: Thank}, like: call, after: [decide.yes_paid], parties: two}\n",
    )
    task = handbook_of(small(**{"procedures/refund.yaml": text})).procedures["refund"].tasks["thank"]
    assert task.role == ("clerk",) and task.due is not None
    assert [sorted(party.must) for party in task.parties] == [["sign"], ["attend", "sign"]]
    assert list(task.outcomes) == ["done"]

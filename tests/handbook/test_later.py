"""What is not carried out yet is said, not passed over."""

from __future__ import annotations

from aftercare.handbook import load_texts
from tests.engine.stage import CLAUSES, FRAME, task

HEAD = "procedures:\n  - id: p\n    name: {zh: 流程, en: P}\n    subject: none\n"


def test_words_that_nothing_carries_out_yet_are_warned_about() -> None:
    body = "    starts: [{yearly: customer.birthday}]\n    tasks:\n    " + task("a", "accept: {by: 2min}")
    files = {"handbook.yaml": FRAME, "clauses.yaml": CLAUSES, "procedures/p.yaml": HEAD + body}
    loaded = load_texts(files)
    assert loaded.handbook is not None, loaded.faults
    told = {fault.en.split("'")[1] for fault in loaded.warnings if fault.code == "warn_later"}
    assert told == {"starts: yearly", "accept"}

"""The rest of the language: loops, periods, charges, facts, named deadlines, checks, tables that decide, effects."""

from __future__ import annotations

from pathlib import Path

from aftercare.handbook import load_texts
from aftercare.handbook.conditions import Condition
from aftercare.handbook.faults import Faults, place
from aftercare.handbook.folder import read_folder
from aftercare.handbook.model import Handbook, Procedure

SMALL = read_folder(Path(__file__).parent / "small", Faults())
WIDE = read_folder(Path(__file__).parent / "wide", Faults())


def wide() -> Handbook:
    loaded = load_texts({**SMALL, **WIDE})
    assert loaded.handbook is not None, [(fault.code, place(fault), fault.en) for fault in loaded.faults]
    return loaded.handbook


def works() -> Procedure:
    return wide().procedures["works"]


def test_every_construct_loads() -> None:
    made = works()
    assert made.stages == ("plan", "build", "after") and len(made.starts) == 2
    assert made.tasks["build"].for_each is not None and made.tasks["build"].for_each.one_by_one
    assert made.tasks["build"].requires[0].release == "boss"
    assert [check.id for check in made.tasks["offer"].checks] == ["sm_01", "card_shown"]
    reopen = made.tasks["check"].outcomes["failed"].reopen
    assert reopen is not None and (reopen.tasks, reopen.at_most, reopen.then) == (("build", "check"), 3, "visit")
    assert [one.id for one in made.deadlines] == ["whole", "report"]
    assert made.deadlines[0].outcome == "passed" and made.deadlines[1].offset.anchor.kind == "day"
    assert [part.share for part in made.charges["price"].parts] == [65, None]
    assert made.cancel is not None and made.cancel.do[0].params["to"] == "refund"


def test_effects_name_what_the_engine_reads() -> None:
    effects = {one.name: one for one in works().tasks["offer"].outcomes["taken"].do}
    assert effects["open"].params["procedure"] == "refund" and effects["open"].params["wait"] is True
    assert isinstance(effects["open"].params["with"]["reason"], Condition)
    assert effects["hand"].params["things"] == ("slip/1",)  # the copy that the customer holds
    assert effects["save"].each is not None and effects["save"].shown is not None
    assert effects["tell"].params["to"] == ("boss", "checker")
    assert effects["tell"].params["text"] == {"zh": "{form.total} 元", "en": "{form.total} yuan"}
    assert effects["tell"].params["otherwise"][0]["name"] == "tell"
    assert effects["finding"].params["rule"] == "penalty"
    assert isinstance(effects["finding"].params["with"]["amount"], Condition)
    assert effects["reissue"].params["things"] == ("slip/1",)


def test_a_table_answers_in_its_own_type() -> None:
    handbook = wide()
    limit, size, penalty = (handbook.rules[name] for name in ("limit_of", "size_of", "penalty"))
    assert limit.gives == "duration" and limit.rows[0].then is not None and limit.rows[0].then.evaluate({}) == "20d"
    assert size.rows[1].refuse and size.rows[0].then is not None and size.rows[0].then.evaluate({}) == "left"
    assert sorted(penalty.rows[0].values) == ["amount", "shares.company", "shares.person"]

"""race-1: two people finish the same step with different results; one wins, the other learns who, when and what now."""

from __future__ import annotations

from aftercare.cases.models import Event
from aftercare.messages.models import Notice
from aftercare.people.actions import NewPerson, Role, add_person
from aftercare.people.actor import SYSTEM
from tests.reliability.stage import Answer, Program, at_once, ills, program, program_of
from tests.showroom import NOW, Showroom, Story

SHEET = {"values": {"prices_agree": True}}


def judge(shop: Showroom, story: Story, first: Answer, second: Answer) -> None:
    assert sorted((first.status, second.status)) == [200, 409], (first, second)
    won, lost = (first, second) if first.good else (second, first)
    outcome = "checked" if won is first else "wrong"
    done = [row for row in Event.objects.filter(case_id=story.id, kind="task_done") if row.data["key"] == "price_check"]
    assert [row.data["outcome"] for row in done] == [outcome]
    fault = lost.body["errors"][0]
    assert fault["code"] == ("already_done" if won is first else "not_open"), "sent back, it waits for the contract"
    assert fault["data"]["outcome"] == outcome
    assert fault["data"]["at"] == "2026-11-21T02:00:00Z"
    winner = "孙丽" if won is first else "吴敏"
    assert winner in fault["message"]["zh"] and winner in fault["message"]["en"]
    assert "10:00" in fault["message"]["zh"]
    again = [
        key for key, task in story.state["tasks"].items() if task["task"] == "contract" and task["state"] == "open"
    ]
    assert len(again) == (1 if outcome == "wrong" else 0), "one follow-up, and only of the result that counts"


def race(shop: Showroom, one: Program, other: Program, times: int) -> None:
    for _ in range(times):
        story = shop.open()
        story.issue()
        case, told = story.id, Notice.objects.count()
        answers = at_once([
            lambda case=case: one.command(case, "complete", task="price_check", outcome="checked", **SHEET),
            lambda case=case: other.command(case, "complete", task="price_check", outcome="wrong", **SHEET),
        ])  # fmt: skip
        judge(shop, story, *answers)
        assert Notice.objects.count() - told <= 1


def test_race_1_one_wins_and_the_other_is_told(shop: Showroom, full: bool) -> None:
    second = add_person(NewPerson("wumin", "吴敏", roles=(Role("finance"),)), SYSTEM, NOW)
    race(shop, program(shop, "finance"), program_of(shop, second), 200 if full else 50)
    assert ills() == []

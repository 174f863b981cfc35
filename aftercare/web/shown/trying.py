"""A trial as people see it: what was changed, the sums by clause, and each deadline whose verdict differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from aftercare.cases import rule_queries, trials
from aftercare.handbook.model import Handbook
from aftercare.imports.sheets import Column
from aftercare.texts import Text
from aftercare.web.naming import House, Names, bracketed, clause_links, listed
from aftercare.web.shown.manual import said_value
from aftercare.web.words import local, text_in

Json = Any
PAGE = 100
STATES: Mapping[str, tuple[str, Text]] = {
    "waiting": ("planned", Text("等待中", "waiting")),
    "running": ("open", Text("试算中", "running")),
    "ended": ("kept", Text("已完成", "done")),
    "failed": ("broken", Text("未完成", "failed")),
}


@dataclass(frozen=True, slots=True)
class Differing:
    """One deadline that would have been judged otherwise."""

    case: int
    number: str
    store: str
    procedure: str
    task: str
    clauses: list[tuple[str, str, str]]
    then: str
    now: str
    done: str
    late: bool


class TrialShown:
    number = 1

    def __init__(self, found: Mapping[str, Json], house: House) -> None:
        self.id, self.asked, self.state, self.house = found["id"], found["asked"], found["state"], house
        self.status = self.state["status"]
        self.tally: Mapping[str, Json] = self.state.get("tally", {})

    @cached_property
    def handbook(self) -> Handbook | None:
        return next((one for one in rule_queries.live() if one.id == self.asked["handbook"]), None)

    @property
    def pill(self) -> tuple[str, Text]:
        return STATES[self.status]

    @property
    def runs(self) -> bool:
        return self.status in ("waiting", "running")

    @property
    def broken(self) -> Text:
        return Text(self.state.get("zh", ""), self.state.get("en", ""))

    @property
    def title(self) -> str:
        """Latest lead of the recheck: 14 days -> 10 days; a version that is not in force; closing days."""
        parts = [self._figure(name, value) for name, value in self.asked["figures"].items()]
        parts += [_("version %(hash)s") % {"hash": self.asked["candidate"][:8]}] if self.asked["candidate"] else []
        days = listed(self.asked["closed"])
        parts += [_("closed on %(days)s") % {"days": days}] if days else []
        return listed(parts)

    def _figure(self, name: str, value: Json) -> str:
        setting = self.handbook.settings.get(name) if self.handbook else None
        return f"{text_in(setting.name)} → {said_value(setting, value)}" if setting else f"{name} → {value}"

    @property
    def where(self) -> str:
        store = self.house.store(self.asked["store"]) if self.asked["store"] else _("The whole company")
        since = _("opened since %(day)s") % {"day": self.asked["since"]} if self.asked["since"] else ""
        return listed(filter(None, (store, since)))

    @property
    def sums(self) -> list[tuple[str, int, str]]:
        """(name, number, tone)"""
        t = self.tally
        return [
            (_("cases looked at"), self.state["of"], ""), (_("deadlines touched"), t["deadlines"], ""),
            (_("late then"), t["late_then"], ""), (_("late now"), t["late_now"], ""),
            (_("newly late"), t["newly_late"], "broken"), (_("newly in time"), t["newly_kept"], "kept"),
        ]  # fmt: skip

    @property
    def by_clause(self) -> list[tuple[list[tuple[str, str, str]], Mapping[str, int]]]:
        """(link of the clause, sums); what names no clause comes last."""
        names = ("deadlines", "late_then", "late_now", "newly_late", "newly_kept")
        found = sorted(self.tally.get("clauses", {}).items(), key=lambda one: (not one[0], one[0]))
        return [(self._links([clause]), {name: sums.get(name, 0) for name in names}) for clause, sums in found]

    def _links(self, clauses: list[str]) -> list[tuple[str, str, str]]:
        return clause_links([one for one in clauses if one], self.handbook) if self.handbook else []

    # --- what differs, a page at a time

    @property
    def differing(self) -> list[Differing]:
        return [self.line(one) for one in trials.found(self.id, (self.number - 1) * PAGE, PAGE)]

    @property
    def total(self) -> int:
        return int(self.tally.get("newly_late", 0) + self.tally.get("newly_kept", 0))

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1 if self.number * PAGE < self.total else 0

    def line(self, line: Mapping[str, Json]) -> Differing:
        procedure = self.handbook.procedures.get(line["procedure"]) if self.handbook else None
        names = Names(self.handbook, procedure, self.house) if self.handbook and procedure else None
        again = bracketed(f"×{line['round']}") if line["round"] > 1 else ""
        return Differing(
            line["case"], line["number"], self.house.store(line["store"]),
            text_in(procedure.name) if procedure else line["procedure"],
            (names.task(line["element"]) if names else line["element"]) + again, self._links(line["clauses"]),
            due_text(line["then"]), due_text(line["now"]),
            f"{local(line['done_at']):%Y-%m-%d %H:%M}" if line["done_at"] else _("not done"), line["late"],
        )  # fmt: skip


def due_text(due: Mapping[str, Json] | None) -> str:
    """2026-12-20 for a whole day, with the hour for a moment."""
    if not due:
        return _("no deadline")
    at = local(due["at"])
    return f"{at - timedelta(minutes=1):%Y-%m-%d}" if due["day"] else f"{at:%Y-%m-%d %H:%M}"


def columns() -> list[Column]:
    """Columns of the table to take away."""
    titles = {
        "number": _("Case"), "store": _("Store"), "procedure": _("Procedure"), "task": _("Task"),
        "clauses": _("Clauses"), "then": _("Due then"), "now": _("Due now"), "done": _("Done at"),
        "verdict": _("Verdict"),
    }  # fmt: skip
    return [Column(key, title, width=20) for key, title in titles.items()]


def rows_of(trial: TrialShown) -> list[dict[str, Json]]:
    return [
        {
            "number": one.number, "store": one.store, "procedure": one.procedure, "task": one.task,
            "clauses": " ".join(link[0] for link in one.clauses), "then": one.then, "now": one.now, "done": one.done,
            "verdict": _("newly late") if one.late else _("newly in time"),
        }
        for one in map(trial.line, trials.found(trial.id))
    ]  # fmt: skip

"""A procedure drawn with its words; on a case with the way taken lit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.handbook.drawing import COLUMNS, Band, Drawing, Words, draw
from aftercare.handbook.links import Link
from aftercare.handbook.model import Task
from aftercare.texts import Text
from aftercare.web.naming import Names, bracketed, listed
from aftercare.web.shown.drawn import Look, svg
from aftercare.web.shown.manual import Said
from aftercare.web.words import local, text_in

Json = Any
_TONES = {"done": "done", "open": "open", "planned": "planned", "missed": "late", "skipped": "off", "withdrawn": "off"}
_SAID: Mapping[str, Text] = {
    "done": Text("✓ 已完成", "✓ Done"),
    "late_done": Text("✓ 已完成，晚了", "✓ Done, late"),
    "open": Text("● 办理中", "● Open"),
    "late": Text("！已超时", "! Overdue"),
    "planned": Text("○ 还没到时间", "○ Not yet time"),
    "off": Text("－ 无须办理", "- Not needed"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One task of the list that stands beside a drawing: who, where it stands, what comes after it."""

    id: str
    number: int
    name: str
    lane: str
    state: str
    onward: list[tuple[str, str, str]]  # "once more" or nothing, outcome, task

    @property
    def heard(self) -> str:
        return f"{self.number}. {self.name}{bracketed(listed(filter(None, (self.lane, self.state))))}"


class Flow:
    """The drawing of one procedure for one reader. `state`: of a case, to light its way."""

    def __init__(self, names: Names, state: Mapping[str, Json] | None = None, columns: int = COLUMNS) -> None:
        self.names, self.procedure, self.state, self.columns = names, names.procedure, state, columns
        self.said = Said(names.handbook, names)

    @cached_property
    def drawing(self) -> Drawing:
        return draw(self.procedure, self._words.__getitem__, self.columns)

    @cached_property
    def _words(self) -> dict[str, Words]:
        return {task.id: self._of(task) for task in self.procedure.tasks.values()}

    def _of(self, task: Task) -> Words:
        outcomes = {one.id: text_in(one.name) for one in task.outcomes.values()}
        return Words(text_in(task.name), listed(self.names.role(one) for one in task.role), self._notes(task), outcomes)

    def _notes(self, task: Task) -> list[tuple[str, str]]:
        opens, due = task.opens, self.said.due(task.due)
        timed = opens.before is not None or opens.demand or opens.when is not None
        gates = [*task.requires, *(gate for one in task.outcomes.values() for gate in one.requires)]
        parties = [*task.parties, *(one for outcome in task.outcomes.values() for one in outcome.parties)]
        who = dict.fromkeys(self.names.role(one) for party in parties for one in party.who)
        cited = [task.clauses, task.due.clauses if task.due else ()]
        cited += [*(one.clauses for one in gates), *(one.clauses for one in parties)]
        clauses = dict.fromkeys(clause for one in cited for clause in one)
        return [
            ("state", self._state(task.id)),
            ("opens", _("appears: %(when)s") % {"when": self.said.opens(task)} if timed else ""),
            ("due", _("due: %(when)s") % {"when": due} if due else ""),
            ("party", _("word of: %(who)s") % {"who": listed(who)} if who else ""),
            ("gate", ngettext("◆ %(n)s gate", "◆ %(n)s gates", len(gates)) % {"n": len(gates)} if gates else ""),
            ("clause", " ".join(clauses)),
        ]

    # --- the way taken

    def held(self, task: str) -> list[tuple[str, Mapping[str, Json]]]:
        tasks: Mapping[str, Mapping[str, Json]] = self.state["tasks"] if self.state else {}
        return [(key, one) for key, one in tasks.items() if one["task"] == task]

    def tone(self, task: str) -> str:
        """done, late_done, open, late, planned, off; "ahead" where the case has not come, "plain" without a case."""
        if self.state is None:
            return "plain"
        found = [self._tone(key, one) for key, one in self.held(task)]
        return next((tone for tone in ("late", "open", "planned") if tone in found), found[-1] if found else "ahead")

    def _tone(self, key: str, held: Mapping[str, Json]) -> str:
        assert self.state is not None
        tone = _TONES.get(held.get("state", ""), "ahead")
        fired = self.state["deadlines"].get(f"{key}|due", {}).get("fired")
        if tone == "open" and fired:
            return "late"
        return "late_done" if tone == "done" and held.get("late") else tone

    def _state(self, task: str) -> str:
        tone = self.tone(task)
        if tone not in _SAID:
            return ""
        held = self.held(task)
        last = held[-1][1]
        day = f" {local(last['done_at']):%m-%d}" if tone in ("done", "late_done") and last.get("done_at") else ""
        times = f" ×{last['round']}" if last.get("round", 1) > 1 else ""
        several = f" {sum(one.get('state') == 'done' for _key, one in held)}/{len(held)}" if len(held) > 1 else ""
        return f"{text_in(_SAID[tone])}{day}{several}{times}"

    def taken(self, link: Link) -> bool:
        """Did the case go this way?"""
        came = any(one.get("state") in ("done", "open", "planned", "missed") for _key, one in self.held(link.target))
        left = any(
            (one.get("state") == "done" and link.outcome in ("", one.get("outcome")))
            or (one.get("state") == "skipped" and not link.outcome)
            for _key, one in self.held(link.source)
        )
        again = link.kind != "again" or any(one.get("round", 1) > 1 for _key, one in self.held(link.target))
        return came and left and again

    # --- shown

    @cached_property
    def steps(self) -> list[str]:
        """The way at a glance: tones by number; what may be done at any time only where it was done."""
        tones = [(task, self.tone(task.id)) for task in self.procedure.tasks.values()]
        return [tone for task, tone in tones if not task.opens.demand or tone != "ahead"]

    @property
    def counted(self) -> str:
        """3 done · 2 open · 12 to come."""
        tones = self.steps
        done, going = sum(one in ("done", "late_done") for one in tones), sum(one in ("open", "late") for one in tones)
        ahead = sum(one in ("ahead", "planned") for one in tones) if self.running else 0
        counts = ((done, _("%(n)s done")), (going, _("%(n)s open")), (ahead, _("%(n)s to come")))
        return " · ".join(said % {"n": n} for n, said in counts if n)

    @property
    def running(self) -> bool:
        return self.state is not None and self.state.get("status") in ("open", "paused")

    @property
    def svg(self) -> SafeString:
        return mark_safe(svg(self.drawing, self.look))  # every text in it is escaped there

    @property
    def look(self) -> Look:
        link = reverse("procedure", args=[self.names.handbook.id, self.procedure.id])
        return Look(
            title=_("Drawing: %(name)s") % {"name": text_in(self.procedure.name)},
            description=_("The same stands as a list below the drawing."),
            stage=stage_said,
            href=lambda task: f"{link}#task-{task}",
            tones={name: self.tone(name) for name in self.procedure.tasks},
            heard={one.id: one.heard for one in self.told},
            lit=[one.link for one in self.drawing.arrows if self.state is not None and self.taken(one.link)],
            id=f"draw-{self.procedure.id}",
        )  # fmt: skip

    @cached_property
    def told(self) -> list[Told]:
        """The drawing in words, in the order of its numbers."""
        links = [one.link for one in self.drawing.arrows]
        return [
            Told(
                task.id, self.drawing.boxes[task.id].number, self._words[task.id].name, self._words[task.id].lane,
                self._state(task.id), [self._onward(task.id, one) for one in links if one.source == task.id],
            )
            for task in self.procedure.tasks.values()
        ]  # fmt: skip

    def _onward(self, task: str, link: Link) -> tuple[str, str, str]:
        again = _("once more") if link.kind == "again" else ""
        box = self.drawing.boxes[link.target]
        return again, self.names.outcome(task, link.outcome), f"{box.number}. {self._words[link.target].name}"


def stage_said(band: Band) -> str:
    if band.loose:
        return _("At any time")
    return _("Stage %(n)s") % {"n": band.stage} if band.stage and not band.part else ""

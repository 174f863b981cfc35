"""What can be asked of a case. One class: a verb, its argument data, and when it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Verb = Literal[
    "open",
    "begin",
    "save",
    "complete",
    "correct",
    "sign",
    "accept",
    "hand",
    "reassign",
    "set",
    "pause",
    "resume",
    "waive",
    "note",
    "reopen",
    "cancel",
    "adopt",
    "migrate",
    "signal",
    "tick",
]


@dataclass(frozen=True, slots=True)
class Command:
    """`data` by verb (all JSON):

    open      {store, subject, customer, opener?, values?, number?}
    adopt     open's data + {opened_at, tasks: {key: {outcome, at, values}}, papers: {document: {copy: holder}}, charges: {id: received}}
    begin     {task}                                    a task that is opened by hand
    save      {task, values, marks?}                    a draft
    complete  {task, outcome, values, marks?, reasons?}
    correct   {task, values, reason}
    sign      {task, who, must, way?, name?, reason?, values?}   the mark of one party
    accept    {paper} | {task}                          a copy handed over, or a task offered
    hand      {things, to, receipt?}
    reassign  {task, person} | {from, to}
    set       {values}                                  case values, by those who manage
    pause     {reason} · resume {} · waive {task, reason} · note {text, internal} · reopen {tasks, reason}
    cancel    {reason} · migrate {version} · signal {name, ...} · tick {element, level, round}
    """

    verb: Verb
    data: Mapping[str, Any] = field(default_factory=dict)
    happened_at: datetime | None = None  # None: now

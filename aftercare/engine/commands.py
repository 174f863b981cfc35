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
    "find",
    "appeal",
    "answer_appeal",
    "signal",
    "tick",
]


@dataclass(frozen=True, slots=True)
class Command:
    """`data` by verb (all JSON):

    open      {store, subject, customer, opener?, values?, number?, parent?: {case, child}}
    adopt     open's data + {opened_at, tasks: {key: {outcome, at, values, actor}}, papers: {document: {copy: holder}},
              charges: {id: received}}
    begin     {task}                                    a task that is opened by hand
    save      {task, values, marks?}                    a draft
              {task, rows: {field: {key: {column: value}}}, seen?: {key: at}}   lines of a task worked line by line
    complete  {task, outcome, values, marks?, reasons?} `values.checks`: {id: kept | missed | not_applicable};
              reasons: {gate: reason}, where a fault's data name the gate
    correct   {task, values, reason}
    sign      {task, who, must, way?, name?, reason?, record?, values?}   the mark of one party
    accept    {paper} | {task}                          a copy or thing handed over, or a task offered
    hand      {things, to, receipt?, place?}
    reassign  {task, person} | {role, person | [person]} | {from, to}
    set       {values}                                  case values, by those who manage
    pause     {reason} · resume {} · waive {task, reason} · note {text, internal} · reopen {tasks, reason}
    cancel    {reason} · migrate {} · tick {element, level, round}
    find      {clause, person | people, rule?, amount?, kind?, item?, note?, photo?}   a breach noted by who manages
    appeal    {finding, reason}                         by the person concerned; `finding` is its `n` in the state
    answer_appeal {finding, decision: upheld | dropped, reason}   by who manages; dropped: also without an appeal
    signal    {name: money, charge, amount} | {name: child_linked, child, case} | {name: child_closed, child, outcome}
              | {name: joined, link, case, number} | {name: facts, facts} | {name: reissue, document} | {name, values?}
    """

    verb: Verb
    data: Mapping[str, Any] = field(default_factory=dict)
    happened_at: datetime | None = None  # None: now

"""What a simulated store leaves behind, as the rows that the live path would have written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from aftercare.cases import chain, projection, writing
from aftercare.cases.findings import rows_of as finding_rows
from aftercare.cases.marks import refused as refused_clauses
from aftercare.engine import Accepted, Command, Event, Refusal, Who, World
from aftercare.engine.types import moment
from aftercare.measures.promises import promises
from aftercare.simulation.copying import Array, Tables, js
from aftercare.simulation.figures import Counting

if TYPE_CHECKING:
    from aftercare.simulation.virtual import Case

Json = Any
COLUMNS: dict[str, tuple[str, ...]] = {
    "cases_case": (
        "id", "number", "handbook", "version", "procedure", "store_id", "subject_kind", "subject_id", "customer_id",
        "opener_id", "status", "opened_at", "closed_at", "adopted_at", "next_due", "overdue", "flags", "seq", "state",
        "head",
    ),
    "cases_event": ("case_id", "seq", "kind", "entered_at", "data", "digest", "hash"),
    "cases_event_personal": ("case_id", "seq", "salt", "data"),
    "cases_open_task": (
        "case_id", "procedure", "store_id", "customer_id", "key", "task", "state", "roles", "assignee_id", "waiting",
        "opens_at", "due_at", "provisional", "overdue", "round",
    ),
    "cases_deadline": ("case_id", "element", "level", "round", "kind", "at", "provisional", "fired_at"),
    "cases_mark": ("clause", "kind", "store_id", "person_id", "case_id", "seq", "procedure", "at", "day"),
    "cases_pending_copy": ("case_id", "document", "copy", "holder", "store_id", "at"),
    "cases_started": ("handbook", "procedure", "every", "store_id", "period", "case_id", "at"),
    "cases_number": ("series", "store_id", "period", "last"),
    "cases_refusal": ("case_id", "store_id", "person_id", "verb", "element", "code", "clauses", "faults", "at"),
    "records_record": (
        "form", "case_id", "number", "key", "outcome", "store_id", "customer_id", "person_id", "at", "values",
        "personal", "corrected_at", "round",
    ),
    "measures_promise": (
        "case_id", "element", "round", "store_id", "procedure", "person_id", "kind", "due_at", "at", "day",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Kept:
    """What is kept of a case until the end of the year."""

    about: writing.About
    world: World
    head: bytes = chain.START
    marks: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)  # seq -> rows
    promises: dict[tuple[str, int], dict[str, Json]] = field(default_factory=dict)
    records: dict[tuple[str, int], tuple[Any, ...]] = field(default_factory=dict)  # key, round -> row
    findings: list[tuple[int, Event]] = field(default_factory=list)
    fired: dict[tuple[str, str, int], str] = field(default_factory=dict)
    case: Case | None = None


Follower = Callable[["Case", "World", "Who", "Accepted", int, "datetime"], None]


class Rows:
    """Looks on and writes rows. `followers`: what further packages make of a batch of events."""

    def __init__(self, seed: int, place: int, followers: tuple[Follower, ...] = ()) -> None:
        self.tables = Tables(COLUMNS)
        self.counting = Counting()
        self.kept: dict[int, Kept] = {}
        self.followers = followers
        self.told_of: list[tuple[str, Mapping[str, Json], datetime]] = []
        self.finding_rows: list[Any] = []
        self.heads: dict[str, dict[int, bytes]] = {}  # day -> case -> head at its end
        self._salts = Random(f"{seed}|salts|{place}").randbytes

    # --- a sink

    def accepted(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None:
        kept = self.kept.get(case.id)
        if kept is None:
            store = (accepted.state.get("store") or {}).get("id") or 0
            kept = self.kept[case.id] = Kept(
                writing.About(case.id, case.number, store, case.customer, case.subject), world
            )
        kept.case, entered = case, moment(now)
        events, personal, kept.head = writing.chained(case.id, start, kept.head, accepted, entered, self._salts)
        self.heads.setdefault(writing.day_of(now), {})[case.id] = kept.head
        add = self.tables.add
        for one in events:
            digest = bytes.fromhex(one["digest"]) if one["digest"] else None
            add(
                "cases_event",
                case.id,
                one["seq"],
                one["kind"],
                entered,
                js(one["data"]),
                digest,
                bytes.fromhex(one["hash"]),
            )
        for one in personal:
            add("cases_event_personal", case.id, one["seq"], bytes.fromhex(one["salt"]), js(one["data"]))
        self._follow(case, kept, world, accepted, start, now)
        self.counting.accepted(case, world, who, accepted, start, now)
        for follower in self.followers:
            follower(case, world, who, accepted, start, now)

    def refused(self, case: Case, who: Who, command: Command, refusal: Refusal, now: datetime) -> None:
        self.counting.refused(case, who, command, refusal, now)
        element = str(command.data.get("task") or command.data.get("paper") or "")
        store = (case.state.get("store") or {}).get("id") if case.state else None
        clauses = refused_clauses([fault.clause for fault in refusal.faults])
        told = [fault.as_json() for fault in refusal.faults]
        self.tables.add(
            "cases_refusal", case.id if case.state else None, store, who.person, command.verb, element, refusal.code,
            Array(clauses), js(told), moment(now),
        )  # fmt: skip
        for clause in clauses:
            self.tables.add(
                "cases_mark", clause, "refused", store, who.person, case.id if case.state else None, None, "",
                moment(now), writing.day_of(now),
            )  # fmt: skip

    def told(self, what: str, facts: Mapping[str, Json], now: datetime) -> None:
        self.counting.told(what, facts, now)
        if what == "fired":
            self.kept[facts["case"]].fired[facts["element"], facts["level"], facts["round"]] = moment(now)
        else:
            self.told_of.append((what, facts, now))

    # --- what follows from events

    def _follow(self, case: Case, kept: Kept, world: World, accepted: Accepted, start: int, now: datetime) -> None:
        day, at = writing.day_of(now), moment(now)
        for row in writing.mark_rows(start, world, accepted):
            told = (
                row["clause"],
                row["kind"],
                kept.about.store,
                row["person_id"],
                case.id,
                row["seq"],
                case.procedure,
                at,
                day,
            )
            kept.marks.setdefault(row["seq"], []).append(told)
        for one in promises(accepted.events, accepted.state.get("adopted_at")):
            name = (one["element"], one["round"])
            if name not in kept.promises:
                kept.promises[name] = {**one, "at": at, "day": day}
            elif one["kind"] == "kept":
                kept.promises[name] |= one
        for seq, event in enumerate(accepted.events, start + 1):
            if event.kind == "task_done" and event.data.get("values") is not None:
                self._record(case, kept, world, accepted, event)
            elif event.kind == "miss_lifted":
                kept.marks[event.data["missed"]] = [
                    one for one in kept.marks.get(event.data["missed"], ()) if one[1] != "broken"
                ]
            elif event.kind.startswith("finding"):
                kept.findings.append((seq, event))

    def _record(self, case: Case, kept: Kept, world: World, accepted: Accepted, event: Event) -> None:
        key, data = event.data["key"], event.data
        held = accepted.state["tasks"][key]
        personal = (event.personal or {}).get("values", {})
        kept.records[key, held["round"]] = (
            world.procedure.tasks[held["task"]].form, case.id, case.number, key, data["outcome"],
            kept.about.store, case.customer, data.get("actor"), data["at"], js(data["values"]), js(personal), None,
            held["round"],
        )  # fmt: skip

    # --- the end of the year

    def finish(self) -> None:
        """The rows that only the last state tells."""
        for id_, kept in self.kept.items():
            assert kept.case is not None
            self._case(id_, kept, kept.case.state)

    def _case(self, id_: int, kept: Kept, state: Mapping[str, Json]) -> None:
        add, about, procedure = self.tables.add, kept.about, kept.world.procedure
        tasks = projection.tasks(state, procedure)
        row = writing.opening_row(about, kept.world, dict(state)) | projection.summary(state, tasks)
        add(
            "cases_case", id_, row["number"], row["handbook"], kept.world.handbook.hash, procedure.id, row["store"],
            row["subject_kind"], row["subject_id"], row["customer"], row["opener"], row["status"], row["opened_at"],
            row["closed_at"], row["adopted_at"], row["next_due"], row["overdue"], Array(row["flags"]), state["seq"],
            js(state), kept.head,
        )  # fmt: skip
        for one in tasks.values():
            add(
                "cases_open_task", id_, procedure.id, about.store, about.customer, one["key"], one["task"],
                one["state"], Array(one["roles"]), one["assignee_id"], Array(one["waiting"]), one["opens_at"],
                one["due_at"], one["provisional"], one["overdue"], one["round"],
            )  # fmt: skip
        for one in projection.deadlines(state).values():
            fired = one["fired_at"] or kept.fired.get((one["element"], one["level"], one["round"]))
            add(
                "cases_deadline",
                id_,
                one["element"],
                one["level"],
                one["round"],
                one["kind"],
                one["at"],
                one["provisional"],
                fired,
            )
        for one in projection.pending_copies(state).values():
            add("cases_pending_copy", id_, one["document"], one["copy"], one["holder"], about.store, one["at"])
        for record in kept.records.values():
            add("records_record", *record)
        for rows in kept.marks.values():
            for mark in rows:
                add("cases_mark", *mark)
        for (element, round_), one in kept.promises.items():
            add(
                "measures_promise", id_, element, round_, about.store, procedure.id, one["person"], one["kind"],
                one["due"], one["at"], one["day"],
            )  # fmt: skip
        if kept.findings:
            events, at = [event for _, event in kept.findings], [seq for seq, _ in kept.findings]
            rows_ = [row for n, event in enumerate(events) for row in finding_rows(id_, about.store, [event], at[n])]
            self.finding_rows += rows_

"""Two versions of a handbook side by side: elements added, changed and dropped, with their text line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Handbook, Procedure, Spot
from aftercare.texts import Text

Json = Any
PARTS = (
    "settings", "clauses", "procedures", "forms", "rules", "documents", "messages", "roles", "rates", "lists",
    "measures", "reports",
)  # fmt: skip
INSIDE = ("tasks", "charges", "flags", "people", "facts")  # of a procedure, compared one by one
CONTEXT = 2
Row = tuple[str | None, str | None, bool]  # old line, new line, are they the same


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that differs. `rows` side by side; None for a line that the other side has not; ("…", "…", True)
    where equal lines are left out."""

    part: str
    id: str  # task of a procedure: procedure/task
    name: Text | None
    how: Literal["added", "changed", "dropped"]
    rows: tuple[Row, ...]
    clauses: tuple[str, ...]
    old: Json = None
    new: Json = None


def compare(
    old: Handbook, new: Handbook, old_files: Mapping[str, str], new_files: Mapping[str, str]
) -> list[Difference]:
    """In the order of PARTS, each part in the order of the new version, dropped elements last."""
    found = []
    for part in PARTS:
        before, after = dict(_elements(old, part)), dict(_elements(new, part))
        for name in (*after, *(one for one in before if one not in after)):
            was, now = before.get(name), after.get(name)
            if was is None or now is None or bare(was) != bare(now):
                found.append(_difference(part, name, was, now, old_files, new_files))
    return found


def _elements(handbook: Handbook, part: str) -> Iterator[tuple[str, Json]]:
    for name, one in getattr(handbook, part).items():
        if not isinstance(one, Procedure):
            yield name, one
            continue
        for inside in INSIDE:
            yield from ((f"{name}/{own}", value) for own, value in getattr(one, inside).items())
        yield from ((f"{name}/{deadline.id}", deadline) for deadline in one.deadlines)
        yield name, replace(one, tasks={}, charges={}, flags={}, people={}, facts={}, deadlines=())


def _difference(
    part: str, name: str, was: Json, now: Json, old_files: Mapping[str, str], new_files: Mapping[str, str]
) -> Difference:
    how: Literal["added", "changed", "dropped"] = "added" if was is None else "dropped" if now is None else "changed"
    rows = side_by_side(written(was, old_files), written(now, new_files))
    named = getattr(now if now is not None else was, "name", None)
    clauses = sorted({*cited(was), *cited(now), *({name} if part == "clauses" else ())})
    return Difference(
        part, name, named if isinstance(named, Text) else None, how, tuple(rows), tuple(clauses), was, now
    )


def bare(value: Json) -> Json:
    """A definition without the spots where it was written, as something that compares."""
    if isinstance(value, Spot):
        return None
    if isinstance(value, Condition):
        return value.text
    if isinstance(value, Mapping):
        return {name: bare(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [bare(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: bare(getattr(value, one.name)) for one in fields(value)}
    return value


def cited(value: Json) -> set[str]:
    """The clauses that an element and what is in it name."""
    if isinstance(value, Condition | Spot | str):
        return set()
    if isinstance(value, Mapping):
        return {clause for one in value.values() for clause in cited(one)}
    if isinstance(value, list | tuple):
        return {clause for one in value for clause in cited(one)}
    if is_dataclass(value) and not isinstance(value, type):
        own = set(getattr(value, "clauses", ()) or ())
        return own | {clause for one in fields(value) for clause in cited(getattr(value, one.name))}
    return set()


def written(element: Json, files: Mapping[str, str]) -> list[str]:
    """The lines of the handbook that say an element, without the room at their left; of a procedure only its head."""
    spot = getattr(element, "spot", None)
    lines = files.get(spot.file, "").split("\n") if spot else []
    if spot is None or not 0 < spot.line <= len(lines):
        return []
    begin = spot.line - 1
    room = _room(lines[begin])
    end = begin + 1
    while end < len(lines) and (not lines[end].strip() or _room(lines[end]) > room):
        end += 1
    found = lines[begin:end]
    if isinstance(element, Procedure):
        found = list(_head(found, room))
    while found and not found[-1].strip():
        found.pop()
    return [line[room:] for line in found]


def _head(lines: list[str], room: int) -> Iterator[str]:
    """A procedure without what is compared one by one."""
    inside = False
    for n, line in enumerate(lines):
        if n and line.strip() and _room(line) <= room + 2:
            inside = line.strip().split(":")[0] in (*INSIDE, "deadlines")
        if not inside:
            yield line


def _room(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def side_by_side(old: list[str], new: list[str]) -> Iterator[Row]:
    """Lines paired as they belong together; long equal stretches shortened to the lines next to a difference."""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for n, (kind, a, b, c, d) in enumerate(steps):
        if kind != "equal":
            for i in range(max(b - a, d - c)):
                yield (old[a + i] if a + i < b else None, new[c + i] if c + i < d else None, False)
            continue
        first, last = n == 0, n == len(steps) - 1
        head, tail = 0 if first else CONTEXT, 0 if last else CONTEXT
        if b - a <= head + tail + 1:
            yield from ((line, line, True) for line in old[a:b])
            continue
        yield from ((line, line, True) for line in old[a : a + head])
        yield ("…", "…", True)
        yield from ((line, line, True) for line in (old[b - tail : b] if tail else []))

"""A procedure as a drawing: where each box stands and which way each arrow goes. Pure; the same in, the same out.

Boxes stand by lane (who does it) from top to bottom, and by order from left to right; after `columns` of them, and at
each stage, a new band begins below. Arrows run between the columns and above the rows, so none crosses a box. What
leads into another band is a short arrow with the number of the task it comes from, as on paper drawings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aftercare.handbook.links import Link, depths, gated_by, links
from aftercare.handbook.model import Procedure
from aftercare.handbook.wrapping import wrapped

COLUMNS = 5
BOX, GUTTER, SIDE, TITLE = 188, 76, 88, 30
FIRST = 38  # the gutter before the first column
LOOSE = 1_000_000  # stands after every stage: what neither follows nor leads
LINE_TITLE, LINE_NOTE, PAD, CHANNEL = 19, 17, 9, 24
WIDTH_TITLE, WIDTH_NOTE, WIDTH_LANE = 12.6, 14.4, 6.2  # what fits in a line, in widths of a Chinese character
_ENTRY = 58  # where arrows come down to a box, in its gutter
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a box. `notes`: (kind, text), kind is a class of the style sheet; `outcomes`: id -> name."""

    name: str
    lane: str
    notes: Sequence[tuple[str, str]] = ()
    outcomes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing in a box; `y` is its base line, from the top of the box. `id`: of an outcome."""

    kind: str
    text: str
    y: float
    id: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    id: str
    number: int
    lane: str
    band: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]

    def port(self, outcome: str = "") -> Point:
        """Where an arrow leaves: beside its outcome, or beside the name."""
        level = next((one.y - 4 for one in self.lines if one.id and one.id == outcome), PAD + LINE_TITLE / 2)
        return self.x + self.width, self.y + level

    @property
    def entry(self) -> Point:
        return self.x, self.y + PAD + LINE_TITLE / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """`far`: it comes from another band, as a short arrow with the number of its source."""

    link: Link
    points: tuple[Point, ...]
    far: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    name: tuple[str, ...]
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """`stage`: its place among the stages from 1, 0 where the procedure has none; `part`: a stage may need several;
    `loose`: its tasks neither follow nor lead, and each box says who does it."""

    stage: int
    part: int
    y: float
    height: float
    lanes: tuple[Lane, ...]
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    band: int
    column: int
    lane: str
    row: int


def draw(procedure: Procedure, words: Callable[[str], Words], columns: int = COLUMNS) -> Drawing:
    """The drawing of a procedure; `words` says what stands in the box of a task."""
    known = links(procedure)
    keys, cells = _cells(procedure, known, {name: words(name).lane for name in procedure.tasks}, columns)
    numbers = {name: n for n, name in enumerate(procedure.tasks, 1)}
    lines = {name: _lines(words(name), name, known, cells, numbers) for name in procedure.tasks}
    boxes: dict[str, Box] = {}
    bands: list[Band] = []
    top = 0.0
    for n, (stage, part) in enumerate(keys):
        band = _band(n, stage, part, top, {k: c for k, c in cells.items() if c.band == n}, lines, numbers, boxes)
        bands.append(band)
        top += band.height + 14
    used = max((cell.column for cell in cells.values()), default=0) + 1
    ordered = {name: boxes[name] for name in procedure.tasks}
    return Drawing(
        SIDE + FIRST + used * (BOX + GUTTER),
        max(top - 14, 0),
        ordered,
        _arrows(known, ordered, cells),
        tuple(bands),
    )


def _cells(
    procedure: Procedure, known: Sequence[Link], lanes: Mapping[str, str], columns: int
) -> tuple[list[tuple[int, int]], dict[str, _Cell]]:
    """The bands as (stage, part), and of each task its band, column, lane and row in it."""
    places: dict[str, tuple[int, int, int]] = {}
    order = {stage: n for n, stage in enumerate(procedure.stages, 1)}
    stages: dict[int, list[str]] = {}
    loose = _loose(procedure, known)
    for n, name in enumerate(loose):
        places[name] = (LOOSE, 0, n % columns)
    for task in procedure.tasks.values():
        if task.id in loose:
            continue
        stages.setdefault(order.get(task.stage, 0), []).append(task.id)
    for stage, names in stages.items():
        for name, depth in depths(procedure, names, known).items():
            places[name] = (stage, depth // columns, depth % columns)
    keys = sorted({place[:2] for place in places.values()})
    taken: dict[tuple[int, int, str], int] = {}
    cells = {}
    for name in procedure.tasks:
        stage, part, column = places[name]
        spot = (keys.index((stage, part)), column, "" if stage == LOOSE else lanes[name])
        cells[name] = _Cell(*spot, taken.get(spot, 0))
        taken[spot] = cells[name].row + 1
    return keys, cells


def _loose(procedure: Procedure, known: Sequence[Link]) -> list[str]:
    """Tasks that may be done at any time; a lone one stays among the others."""
    bound = {name for link in known for name in (link.source, link.target)}
    bound |= {name for task in procedure.tasks.values() for one in gated_by(task) for name in (one, task.id)}
    found = [name for name, task in procedure.tasks.items() if name not in bound and task.opens.demand]
    return found if 1 < len(found) < len(procedure.tasks) else []


# --- what is written in a box


def _lines(
    words: Words, name: str, known: Sequence[Link], cells: Mapping[str, _Cell], numbers: Mapping[str, int]
) -> tuple[Line, ...]:
    outcomes = words.outcomes or {}
    far = [one for one in known if cells[one.source].band != cells[one.target].band]
    entries: list[tuple[str, str, str]] = [("title", f"{numbers[name]}. {words.name}", "")]
    entries += [("who", words.lane, "")] if not cells[name].lane else []
    entries += [(kind, text, "") for kind, text in words.notes if text]
    into = dict.fromkeys(numbers[one.source] for one in far if one.target == name)
    entries += [("from", "◂ " + " ".join(map(str, into)), "")] if into else []
    onward = _onward(far, name, "", numbers)
    entries += [("goto", onward, "")] if onward else []
    for outcome, text in outcomes.items():
        onward = _onward(far, name, outcome, numbers)
        entries.append(("outcome", f"{text} {onward}".strip(), outcome))
    return _set(entries)


def _onward(far: Sequence[Link], name: str, outcome: str, numbers: Mapping[str, int]) -> str:
    onward = dict.fromkeys(numbers[one.target] for one in far if (one.source, one.outcome) == (name, outcome))
    return "▸ " + " ".join(map(str, onward)) if onward else ""


def _set(entries: Sequence[tuple[str, str, str]]) -> tuple[Line, ...]:
    lines, y = [], float(PAD)
    for kind, text, outcome in entries:
        title = kind == "title"
        parts = wrapped(text, WIDTH_TITLE if title else WIDTH_NOTE)
        for n, part in enumerate(parts):
            y += LINE_TITLE if title else LINE_NOTE
            lines.append(Line(kind, part, y - 5, outcome if n == 0 else ""))
    return tuple(lines)


# --- where boxes stand


def _band(
    n: int, stage: int, part: int, top: float, cells: Mapping[str, _Cell], lines: Mapping[str, tuple[Line, ...]],
    numbers: Mapping[str, int], boxes: dict[str, Box],
) -> Band:  # fmt: skip
    """One band from `top` down; its boxes are added to `boxes`."""
    lanes, y = [], top + (TITLE if stage else 0)
    for lane in dict.fromkeys(cell.lane for cell in cells.values()):
        own = {name: cell for name, cell in cells.items() if cell.lane == lane}
        begin = y
        for row in range(max(cell.row for cell in own.values()) + 1):
            y += CHANNEL
            tall = 0.0
            for name, cell in own.items():
                if cell.row == row:
                    height = lines[name][-1].y + 5 + PAD
                    x = SIDE + FIRST + cell.column * (BOX + GUTTER)
                    boxes[name] = Box(name, numbers[name], lane, n, x, y, BOX, height, lines[name])
                    tall = max(tall, height)
            y += tall
        y += 12
        lanes.append(Lane(wrapped(lane, WIDTH_LANE, 4), begin, y - begin))
    loose = stage == LOOSE
    return Band(0 if loose else stage, part, top, y - top, tuple(lanes), loose)


# --- which way arrows go


def _arrows(known: Sequence[Link], boxes: Mapping[str, Box], cells: Mapping[str, _Cell]) -> tuple[Arrow, ...]:
    tracks: dict[tuple[int, int], list[Point]] = {}
    rows: dict[tuple[int, str, int], list[tuple[str, bool]]] = {}
    found = []
    for link in known:
        source, target = boxes[link.source], boxes[link.target]
        if source.band != target.band:
            x, y = target.entry
            found.append(Arrow(link, ((x - 26, y), (x, y)), far=True))
            continue
        start, end = source.port(link.outcome), target.entry
        ports = tracks.setdefault((source.band, cells[link.source].column), [])
        if start not in ports:
            ports.append(start)
        out = start[0] + 8 + 6 * (ports.index(start) % 8)
        if cells[link.target].column == cells[link.source].column + 1:
            found.append(Arrow(link, _straight((start, (out, start[1]), (out, end[1]), end))))
            continue
        cell, again = cells[link.target], link.kind == "again"
        channel = rows.setdefault((cell.band, cell.lane, cell.row), [])
        if (link.target, again) not in channel:
            channel.append((link.target, again))
        above = target.y - 6 - 4 * (channel.index((link.target, again)) % 4)
        down = end[0] - GUTTER + _ENTRY + (6 if again else 0)
        way = (start, (out, start[1]), (out, above), (down, above), (down, end[1]), end)
        found.append(Arrow(link, _straight(way)))
    return tuple(found)


def _straight(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without points that change nothing."""
    return tuple(point for n, point in enumerate(points) if n == 0 or point != points[n - 1])

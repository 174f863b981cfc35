"""A drawing as SVG: for pages, coloured by the style sheet, and for paper, where it brings its own style."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from html import escape

from aftercare.handbook.drawing import Arrow, Band, Box, Drawing, Lane
from aftercare.handbook.links import Link

EM = 14  # pixels of a page's letter: the drawing grows with the letters of the page
LANE_LINE = 17
PAPER = """
text { font-family: "Noto Sans SC"; font-size: 12px; fill: #222 } .d-title { font-size: 13px; font-weight: 700 }
.d-lane { fill: #f6f7f8; stroke: #d5dade } .d-lane-odd { fill: #fff; stroke: #d5dade } .d-lane-name { font-weight: 700 }
.d-frame { fill: #fff; stroke: #444; stroke-width: 1.2 } .d-arrow { fill: none; stroke: #555; stroke-width: 1.3 }
.d-again { stroke-dasharray: 5 3 } .d-when { stroke-dasharray: 2 3 } .d-head { fill: #555 } .d-head-lit { fill: #555 }
.d-port { fill: #555 } .d-clause { fill: #555; font-size: 11px } .d-stage { font-weight: 700; font-size: 14px }
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What the drawing itself does not know. `tones`: task -> done, open, late ...; `heard`: task -> what a screen
    reader says of its box; `stage` names a band; `style` is written into the drawing (for paper)."""

    title: str
    description: str
    stage: Callable[[Band], str]
    href: Callable[[str], str] | None = None
    tones: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, str] = field(default_factory=dict)
    lit: Collection[Link] = ()
    style: str = ""
    id: str = "drawing"


def svg(drawing: Drawing, look: Look, band: int | None = None) -> str:
    """The whole drawing, or one band of it."""
    top = drawing.bands[band].y if band is not None else 0.0
    height = drawing.bands[band].height if band is not None else drawing.height
    bands = [one for n, one in enumerate(drawing.bands) if band in (None, n)]
    boxes = [one for one in drawing.boxes.values() if band in (None, one.band)]
    shown = {box.id for box in boxes}
    arrows = [one for one in drawing.arrows if one.link.target in shown]
    lit = [one for one in arrows if one.link in look.lit]
    size = f'width="{_n(drawing.width / EM)}em" height="{_n(height / EM)}em"'
    view = f'viewBox="0 {_n(top)} {_n(drawing.width)} {_n(height)}"'
    named = f'role="group" aria-labelledby="{look.id}-title" aria-describedby="{look.id}-desc"'
    title, description = escape(look.title), escape(look.description)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" {named} {size} {view}>',
        f'<title id="{look.id}-title">{title}</title><desc id="{look.id}-desc">{description}</desc>',
        f"<style>{look.style}</style>" if look.style else "",
        f"<defs>{_head(look.id, '')}{_head(look.id, '-lit')}</defs>",
        *(_band(one, drawing.width, look) for one in bands),
        *(_arrow(one, look, "") for one in arrows if one not in lit),
        *(_arrow(one, look, "-lit") for one in lit),
        *(_box(one, drawing, look) for one in boxes),
        "</svg>",
    ]
    return "".join(parts)


def _head(name: str, lit: str) -> str:
    return (
        f'<marker id="{name}-head{lit}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="d-head{lit}" d="M0 0.5L8 4L0 7.5Z"/></marker>'
    )


def _band(band: Band, width: float, look: Look) -> str:
    title = look.stage(band)
    said = f'<text class="d-stage" x="4" y="{_n(band.y + 20)}">{escape(title)}</text>' if title else ""
    return said + "".join(_lane(lane, width, n) for n, lane in enumerate(band.lanes))


def _lane(lane: Lane, width: float, n: int) -> str:
    odd = "-odd" if n % 2 else ""
    rect = (
        f'<rect class="d-lane{odd}" x="0.5" y="{_n(lane.y + 0.5)}" width="{_n(width - 1)}" height="{_n(lane.height)}"/>'
    )
    middle = lane.y + 30
    words = "".join(
        f'<text class="d-lane-name" x="10" y="{_n(middle + n * LANE_LINE)}">{escape(line)}</text>'
        for n, line in enumerate(lane.name)
    )
    return rect + words


def _arrow(arrow: Arrow, look: Look, lit: str) -> str:
    way = "L".join(f"{_n(x)} {_n(y)}" for x, y in arrow.points)
    return (
        f'<path class="d-arrow d-{arrow.link.kind}{" d-lit" if lit else ""}" d="M{way}" '
        f'marker-end="url(#{look.id}-head{lit})"/>'
    )


def _box(box: Box, drawing: Drawing, look: Look) -> str:
    tone = look.tones.get(box.id, "plain")
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    frame = f'<rect class="d-frame" {place} rx="8"/>'
    lines = "".join(
        f'<text class="d-{line.kind}" x="{_n(box.x + 10)}" y="{_n(box.y + line.y)}">{escape(line.text)}</text>'
        for line in box.lines
    )
    leaving = {one.link.outcome for one in drawing.arrows if one.link.source == box.id}
    ports = "".join(
        f'<circle class="d-port" cx="{_n(box.x + box.width)}" cy="{_n(box.port(line.id)[1])}" r="2.5"/>'
        for line in box.lines
        if line.id and line.id in leaving
    )
    content = f"{frame}{lines}{ports}"
    heard = escape(look.heard.get(box.id, ""), quote=True)
    if look.href is None:
        return f'<g class="d-box d-{tone}">{content}</g>'
    return f'<a class="d-box d-{tone}" href="{escape(look.href(box.id))}"><title>{heard}</title>{content}</a>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

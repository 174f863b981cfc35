"""A simulated year in words: a table of promises kept, and a chart of them, base against what-if."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from aftercare.handbook.model import Handbook
from aftercare.simulation.figures import Figures

HEAD = ("clause", "promise", "kept", "of", "what if: kept", "of", "points")


def table(handbook: Handbook, base: Figures, other: Figures | None, language: str = "en") -> list[tuple[str, ...]]:
    """Rows of text, one per clause and one for all: shares in percent, differences in points."""
    rows = []
    for clause in sorted({*base.clauses(), *(other.clauses() if other else ())}):
        known = handbook.clauses.get(clause)
        text = known.text.in_(language) if known else ""
        rows.append(_row(clause, text, base.share(clause), _whole(base, clause), other, clause))
    kept, broken = sum(base.kept.values()), sum(base.broken.values())
    rows.append(_row("", "全部" if language == "zh-hans" else "all", base.overall(), kept + broken, other, ""))
    return rows


def _row(clause: str, text: str, share: float | None, whole: int, other: Figures | None, name: str) -> tuple[str, ...]:
    first = (clause, text, _percent(share), str(whole))
    if other is None:
        return first
    then = other.share(name) if name else other.overall()
    count = _whole(other, name) if name else sum(other.kept.values()) + sum(other.broken.values())
    points = f"{then - share:+.1f}" if share is not None and then is not None else ""
    return (*first, _percent(then), str(count), points)


def _whole(figures: Figures, clause: str) -> int:
    return figures.kept[clause] + figures.broken[clause]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1f} %"


def plain(rows: Sequence[Sequence[str]], widest: int = 40) -> str:
    """The table for a terminal; long texts are cut."""
    cut = [[one if len(one) <= widest else f"{one[: widest - 1]}…" for one in row] for row in (HEAD, *rows)]
    count = len(cut[-1])
    widths = [max(_width(row[n]) for row in cut) for n in range(count)]
    lines = ["  ".join(one + " " * (widths[n] - _width(one)) for n, one in enumerate(row[:count])) for row in cut]
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    count = len(rows[-1])
    lines = ["| " + " | ".join(HEAD[:count]) + " |", "|" + "---|" * count]
    lines += ["| " + " | ".join(one.replace("|", "/") for one in row) + " |" for row in rows]
    return "\n".join(lines)


def late(base: Figures, other: Figures | None, most: int = 12) -> str:
    """The tasks most often late, as a table: how many were late of how many done."""
    names = [name for name, _ in (base.late + (other.late if other else base.late)).most_common(most)]
    head = "| late | of | task |" if other is None else "| late | of | what if: late | of | task |"
    lines = [head, "|" + "---|" * (head.count("|") - 1)]
    for name in names:
        cells = [str(base.late[name]), str(base.done[name])]
        cells += [str(other.late[name]), str(other.done[name])] if other else []
        lines.append("| " + " | ".join([*cells, ".".join(name)]) + " |")
    return "\n".join(lines)


# --- the chart


def chart(base: Figures, other: Figures | None, title: str) -> str:
    """Bars as SVG: promises kept in percent by clause, base above what-if."""
    clauses = sorted({*base.clauses(), *(other.clauses() if other else ())})
    height, left, width = 12, 70, 560
    step = height * (2 if other else 1) + 8
    parts = []
    for n, clause in enumerate(clauses):
        top = 56 + n * step
        parts.append(f'<text x="{left - 8}" y="{top + height}" text-anchor="end">{escape(clause)}</text>')
        parts += _bar(base.share(clause), left, top, width, height, "#7a8ca3")
        if other:
            parts += _bar(other.share(clause), left, top + height, width, height, "#c8642d")
    bottom = 64 + len(clauses) * step
    legend = '<rect x="70" y="32" width="10" height="10" fill="#7a8ca3"/><text x="86" y="41">base</text>'
    if other:
        legend += '<rect x="140" y="32" width="10" height="10" fill="#c8642d"/><text x="156" y="41">what if</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 70} {bottom}" '
        f'font-family="sans-serif" font-size="10" role="img" aria-label="{escape(title)}">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f'<text x="{left}" y="20" font-size="13">{escape(title)}</text>\n{legend}\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _bar(share: float | None, left: int, top: int, width: int, height: int, colour: str) -> list[str]:
    if share is None:
        return []
    long = round(width * share / 100, 1)
    return [
        f'<rect x="{left}" y="{top}" width="{long}" height="{height - 1}" fill="{colour}"/>',
        f'<text x="{left + long + 4}" y="{top + height - 3}" font-size="9">{share:.1f}</text>',
    ]

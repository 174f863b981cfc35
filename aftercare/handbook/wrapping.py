"""Breaking a text into lines of a drawing, where no browser does it. Widths in Chinese characters. Pure."""

from __future__ import annotations


def wrapped(text: str, width: float, most: int = 3) -> tuple[str, ...]:
    """Lines no wider than `width` Chinese characters, broken at spaces where there are any; a longer text ends in …"""
    found, line, used = [], "", 0.0
    for word in _words(text):
        wide = sum(map(_width, word))
        if line and used + wide > width:
            found.append(line.rstrip())
            line, used = "", 0.0
            word = word.lstrip()
        while sum(map(_width, word)) > width:
            head = _fitting(word, width)
            found.append(head)
            word = word[len(head) :]
        line, used = line + word, used + sum(map(_width, word))
    found.append(line.rstrip())
    return tuple(found) if len(found) <= most else (*found[: most - 1], _fitting(found[most - 1], width - 1) + "…")


def _words(text: str) -> list[str]:
    """Latin words with the space after them; each Chinese character, with the mark that may not begin a line."""
    found: list[str] = []
    for one in text:
        after = found and (
            one in " ，。、；：）％,.;:)%"
            or (_width(one) < 1 and found[-1][-1] not in " ，。、；：" and _width(found[-1][-1]) < 1)
        )
        if after:
            found[-1] += one
        else:
            found.append(one)
    return found


def _fitting(text: str, width: float) -> str:
    used = 0.0
    for n, one in enumerate(text):
        used += _width(one)
        if used > width:
            return text[: max(n, 1)]
    return text


def _width(one: str) -> float:
    return 1.0 if one > "\u2e7f" else 0.3 if one in " .,:;il1|" else 0.72 if one.isupper() else 0.58

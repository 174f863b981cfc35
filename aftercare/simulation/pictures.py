"""Drawings by invented hands."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw


def scribble() -> bytes:
    """PNG: what invented customers sign with."""
    drawn = Image.new("RGB", (240, 90), "white")
    points = [(20 + 5 * n, 45 + round(30 * math.sin(n * 0.7) * math.cos(n * 0.13))) for n in range(41)]
    ImageDraw.Draw(drawn).line(points, fill="black", width=3)
    kept = io.BytesIO()
    drawn.save(kept, "PNG")
    return kept.getvalue()

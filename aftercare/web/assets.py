"""Where scripts, styles and icons lie, and which version of them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from aftercare.config import paths

ICONS = (
    paths.ROOT / "frontend" / "dist" / "icons",
    paths.ROOT / "frontend" / "node_modules" / "@tabler" / "icons" / "icons" / "outline",
)


@lru_cache(maxsize=256)
def url(name: str) -> str:
    """The address of a file of the front end, with a mark that changes with its content."""
    found = finders.find(f"vendor/{name}")
    mark = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10] if isinstance(found, str) else "absent"
    return f"{static(f'vendor/{name}')}?v={mark}"


@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """An outline drawing to stand beside words; screen readers skip it."""
    for folder in ICONS:
        path = folder / f"{name}.svg"
        if path.is_file():
            return mark_safe(_inline(path.read_text(encoding="utf-8")))
    return mark_safe("")


def _inline(svg: str) -> str:
    drawing = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")].strip()
    attributes = (
        'class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"'
    )
    return f"<svg {attributes}>{' '.join(drawing.split())}</svg>"

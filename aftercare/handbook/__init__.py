"""Text of a handbook -> frozen definitions, every fault found. Pure: no database, no Django.

    loaded = load(Path("handbooks/showroom"))          # Loaded(handbook | None, faults, warnings, files)
    loaded = load_texts(loaded.files)                  # the same from what was stored

The loader is imported on first use: `handbook.duration` and `handbook.conditions` stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aftercare.handbook.checks.people import EyesConflict, four_eyes_conflicts
    from aftercare.handbook.folder import content_hash
    from aftercare.handbook.loading import Loaded, load, load_texts

_HOMES = {
    "EyesConflict": "checks.people",
    "four_eyes_conflicts": "checks.people",
    "content_hash": "folder",
    "Loaded": "loading",
    "load": "loading",
    "load_texts": "loading",
}

__all__ = ["EyesConflict", "Loaded", "content_hash", "four_eyes_conflicts", "load", "load_texts"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

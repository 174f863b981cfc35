"""How far the demo has been filled."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def filling() -> dict[str, Any] | None:
    """{done, of, failed} while the demo is being filled; None outside of the demo and when it is full."""
    if settings.MODE != "demo":
        return None
    from aftercare.simulation.filling import noted  # only a demo needs what invents it

    found = noted()
    return found if found and not found["ended"] else None

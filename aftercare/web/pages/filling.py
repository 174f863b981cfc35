"""How far the demo has been filled: a thin bar on every page until it is done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from aftercare.web import demo, frame
from aftercare.web.access import SIGNED_IN, route


def filling(request: Any) -> HttpResponse:
    """The bar alone, asked for every few seconds; empty when there is nothing to wait for any more."""
    return frame.page(request, "house/filling.html", {"filling": demo.filling()})


routes = [route("filling/", filling, access=SIGNED_IN, name="filling")]

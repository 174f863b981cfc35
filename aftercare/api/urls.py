"""Addresses under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from aftercare.api import openapi
from aftercare.api.root import api, unknown

_ninja, _, _ = api.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", require_safe(openapi.show), name="openapi"),
    *_ninja,
    re_path(r"", csrf_exempt(unknown), name="unknown"),
]

"""Addresses: health for machines, the API, and everything else a page."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from aftercare.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if find_spec("aftercare.api.urls"):
    urlpatterns.append(path("api/", include("aftercare.api.urls")))
if find_spec("aftercare.web.urls"):
    urlpatterns.append(path("", include("aftercare.web.urls")))

handler400 = "aftercare.web.errors.bad_request"
handler403 = "aftercare.web.errors.forbidden"
handler404 = "aftercare.web.errors.not_found"
handler500 = "aftercare.web.errors.broken"

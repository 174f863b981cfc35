"""All addresses of pages. Each room lists its own routes; every route names its access rule."""

from __future__ import annotations

from django.urls import URLPattern

from aftercare.web.pages import first_run, session

urlpatterns: list[URLPattern] = [
    *session.routes,
    *first_run.routes,
]

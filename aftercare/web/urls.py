"""All addresses of pages. Each file of pages lists its own routes; every route names its access rule."""

from __future__ import annotations

from django.urls import URLPattern

from aftercare.web import house_urls, work_urls
from aftercare.web.pages import (
    customers,
    customers_edit,
    customers_merge,
    desk,
    first_run,
    hours,
    moved,
    people,
    people_away,
    session,
    settings,
    views,
)

urlpatterns: list[URLPattern] = [
    *session.routes,
    *first_run.routes,
    *views.routes,
    *desk.routes,
    *customers_edit.routes,
    *customers_merge.routes,
    *customers.routes,
    *people_away.routes,
    *people.routes,
    *moved.routes,
    *settings.routes,
    *hours.routes,
    *work_urls.urlpatterns,
    *house_urls.urlpatterns,
]

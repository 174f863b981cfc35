"""Addresses of the rooms that run on cases."""

from __future__ import annotations

from django.urls import URLPattern

from aftercare.web.pages import (
    behind,
    bell,
    calendar,
    calendar_feed,
    case_acts,
    cases,
    day,
    figures,
    finding_acts,
    findings,
    handbook,
    handbook_load,
    handbook_try,
    handbook_versions,
    job,
    lists,
    money,
    new_order,
    numbers,
    orders,
    papers,
    pickers,
    registers,
    reports,
    start,
    worksheets,
)

# Fixed words before names: "handbook/figures/" is no handbook called figures.
urlpatterns: list[URLPattern] = [
    *day.routes,
    *job.routes,
    *bell.routes,
    *cases.routes,
    *worksheets.routes,
    *case_acts.routes,
    *papers.routes,
    *money.routes,
    *pickers.routes,
    *new_order.routes,
    *start.routes,
    *orders.routes,
    *calendar.routes,
    *calendar_feed.routes,
    *lists.routes,
    *registers.routes,
    *reports.routes,
    *behind.routes,
    *numbers.routes,
    *findings.routes,
    *finding_acts.routes,
    *figures.routes,
    *handbook_load.routes,
    *handbook_try.routes,
    *handbook_versions.routes,
    *handbook.routes,
]

"""Addresses of what belongs to the house: imports, catalogue, papers, money, keys, the trail."""

from __future__ import annotations

from django.urls import URLPattern

from aftercare.web.pages import account, catalogue, day_book, filling, imports, owed, paper_list, printers, trail

urlpatterns: list[URLPattern] = [
    *imports.routes,
    *catalogue.routes,
    *paper_list.routes,
    *printers.routes,
    *day_book.routes,
    *owed.routes,
    *account.routes,
    *trail.routes,
    *filling.routes,
]

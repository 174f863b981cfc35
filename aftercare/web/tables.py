"""A list page: columns, filters, order from an allowlist, keyset paging, saved views, export, and what stands empty.

    LIST = Listing("customers", columns=(...), filters=(...), row="customers/row.html", sorts=("changed",))
    page = ListPage(LIST, request, source, cursor=lambda row: [row["changed_at"].isoformat(), row["id"]])
    return page.answer(room="customers")

`source(asked)` returns at most `asked.limit` rows after `asked.after`; nothing from the address reaches it but known
filters, a known order and a cursor, all as plain texts.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as own
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import urlencode

from aftercare.web import frame
from aftercare.web.models import SavedView

PAGE = 50
LONGEST_FILTER = 200
Words = str | Promise
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column:
    """`sort` names the order of the listing that a press on the title asks for."""

    title: Words
    sort: str = ""
    number: bool = False
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """`kind`: search, select or date. `options` of a select: (value, label), without the "all" that is always there."""

    id: str
    title: Words
    kind: str = "select"
    options: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an empty list says: what would be here, and how it comes."""

    icon: str
    title: Words
    text: Words
    url: str = ""
    action: Words = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list is, whatever it shows today. `row` is a template of table cells that sees `row`."""

    id: str
    title: Words
    columns: Sequence[Column]
    row: str
    nothing: Nothing
    filters: Sequence[Filter] = ()
    sorts: Sequence[str] = ()
    default_sort: str = ""
    page_size: int = PAGE
    template: str = "web/list.html"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a source must bring. `sort` is one of the listing's, `-` before it turns it round; `after` a cursor."""

    filters: Mapping[str, str]
    sort: str
    after: Sequence[Any] | None
    limit: int
    store: int | None


Source = Callable[[Asked], Sequence[Any]]


@dataclass
class ListPage:
    """One visit to a list; attributes are read by web/parts/list.html."""

    listing: Listing
    request: Any
    source: Source
    cursor: Callable[[Any], Sequence[Any]]
    extra: Mapping[str, Any] = own(default_factory=dict)
    export: str = ""

    @cached_property
    def filters(self) -> list[tuple[Filter, str]]:
        """Each filter with what is asked of it; a select only takes its own options."""
        found = []
        for one in self.listing.filters:
            value = self.request.GET.get(one.id, "").strip().replace("\x00", "")[:LONGEST_FILTER]
            if one.kind == "select" and value not in {str(option) for option, _ in one.options}:
                value = ""
            found.append((one, value))
        return found

    @cached_property
    def sort(self) -> str:
        asked = self.request.GET.get("sort", "")
        return asked if asked.removeprefix("-") in self.listing.sorts else self.listing.default_sort

    @cached_property
    def asked(self) -> Asked:
        store = frame.Frame(self.request, "").store
        given = {one.id: value for one, value in self.filters if value}
        after = read_cursor(self.request.GET.get("after", ""))
        return Asked(given, self.sort, after, self.listing.page_size + 1, store.id if store else None)

    @cached_property
    def _found(self) -> Sequence[Any]:
        return self.source(self.asked)

    @property
    def rows(self) -> Sequence[Any]:
        return self._found[: self.listing.page_size]

    @property
    def next_url(self) -> str:
        if len(self._found) <= self.listing.page_size:
            return ""
        return self._address(after=write_cursor(self.cursor(self.rows[-1])))

    @property
    def first_url(self) -> str:
        """The way back from a later page."""
        return self._address() if self.asked.after is not None else ""

    @property
    def columns(self) -> list[dict[str, Any]]:
        return [{"column": one, **self._order(one)} for one in self.listing.columns]

    def _order(self, column: Column) -> dict[str, str]:
        if not column.sort:
            return {}
        now = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(self.sort, "none")
        turned = column.sort if now == "descending" else f"-{column.sort}" if now == "ascending" else column.sort
        return {"order": now, "url": self._address(sort=turned)}

    @property
    def is_filtered(self) -> bool:
        return bool(self.asked.filters)

    @property
    def query(self) -> str:
        """The address of this list without its page: what a saved view keeps and an export is asked with."""
        return urlencode(
            {**self.asked.filters, **({"sort": self.sort} if self.sort != self.listing.default_sort else {})}
        )

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        kept = SavedView.objects.filter(person=self.request.actor.person, page=self.listing.id).order_by("name")
        return [{"view": view, "here": bool(view.query) and view.query == self.query} for view in kept]

    def _address(self, **changes: str) -> str:
        sort = {"sort": self.sort} if self.sort != self.listing.default_sort else {}
        wanted = {**self.asked.filters, **sort, **changes}
        return f"{self.request.path}?{urlencode(wanted)}" if wanted else str(self.request.path)

    def answer(self, room: str) -> HttpResponse:
        """The page, or the list alone when a filter asks for it."""
        context = {"list": self, "listing": self.listing, **self.extra}
        return frame.part_or_page(self.request, "web/parts/list.html", self.listing.template, context, room=room)


def keyset(rows: QuerySet[Any, Row], order: Sequence[str], after: Sequence[Any] | None) -> QuerySet[Any, Row]:
    """Rows in this order (unique in all, none null) after the cursor; one of another order is ignored."""
    ordered = rows.order_by(*order)
    if after is None or len(after) != len(order):
        return ordered
    beyond = Q()
    same: dict[str, Any] = {}
    for name, value in zip(order, after, strict=True):
        field, way = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        beyond |= Q(**same, **{f"{field}__{way}": value})
        same[field] = value
    return ordered.filter(beyond)


def write_cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def read_cursor(text: str) -> list[Any] | None:
    """The values of a cursor, or None for none and for nonsense: then the list begins at its beginning."""
    if not text or len(text) > 500:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    plain = isinstance(values, list) and all(isinstance(one, str | int) and not isinstance(one, bool) for one in values)
    return values if plain and all("\x00" not in one for one in values if isinstance(one, str)) else None

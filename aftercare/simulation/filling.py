"""Fills the demo: the price list, and a year of work of three stores up to yesterday."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.config import paths
from aftercare.imports.actions import apply, plan
from aftercare.people.actor import SYSTEM
from aftercare.simulation.company import HANDBOOKS
from aftercare.simulation.figures import Figures
from aftercare.simulation.loading import fill as load
from aftercare.simulation.orderbook import order_book
from aftercare.simulation.plan import plan_for, read_plan
from aftercare.simulation.workbooks import files

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
YEAR = timedelta(days=365)
Progress = Callable[[int, int], None]


def fill(seed: int, now: datetime, orders: int = 5000, progress: Progress = lambda done, of: None) -> Figures:
    """Simulate the year that ends today and load it. `progress` hears parts of a thousand."""
    today = now.astimezone(ZONE).date()
    made, _ = files(order_book(seed, today, 60), seed)
    apply(plan(made["price-list.xlsx"], "price-list.xlsx", SYSTEM, today), SYSTEM, now - YEAR)
    book = handbook_of(live_version("showroom", epoch()))
    begin = today - YEAR
    year = plan_for(book, habits(), begin, seed=seed, orders=orders, stores=3, days=YEAR.days)
    return load(year, lambda share: progress(round(1000 * share), 1000))


def habits() -> Json:
    """How the people of the sample company work."""
    return read_plan(HANDBOOKS / "showroom")


# --- progress, for the terminal and the pages

FILE = "filling.json"


def note(done: int, of: int, ended: bool = False, failed: bool = False) -> None:
    told = {"done": done, "of": of, "ended": ended, "failed": failed}
    (paths.var() / FILE).write_text(json.dumps(told), encoding="utf-8")


def noted() -> dict[str, Json] | None:
    """{done, of, ended, failed} of a filling under way or over; None where there was none."""
    file = paths.var() / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

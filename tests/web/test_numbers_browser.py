"""Numbers and lists in a real browser: charts are drawn without a complaint, nothing is too wide, axe is content."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.people.models import Person
from tests.web import drive
from tests.web.floor import far_along, open_floor

PAGES = (
    "/numbers/", "/numbers/measures/showroom/contract_sum/", "/numbers/promises/", "/numbers/reports/", "/registers/",
    "/registers/lists/showroom/copies_outstanding/", "/registers/showroom/sales_contract/",
)  # fmt: skip


@pytest.mark.browser
def test_numbers_and_lists_stand_on_screen_and_phone(transactional_db: None, live_server: Any, visit: Any) -> None:
    floor = open_floor()
    far_along(floor)
    names = tuple(Person.objects.values_list("full_name", flat=True))
    wrong: dict[str, object] = {}
    for width, language in ((1280, "zh-hans"), (360, "en")):
        page = visit(floor.person("general_manager"), PAGES[0], width=width, language=language)
        page.set_default_timeout(20_000)
        said: list[str] = []
        page.on("console", lambda one, said=said: said.append(one.text))
        for address in PAGES:
            page.goto(f"{live_server.url}{address}", timeout=20_000)
            if address == PAGES[0]:
                page.wait_for_selector(".chart canvas")
            found = (
                said[:],
                drive.axe(page),
                drive.too_wide(page),
                drive.untranslated(page, language, (*names, "Excel")),
            )
            said.clear()
            if any(found):
                wrong[f"{address} {width}"] = found
    assert wrong == {}

"""The canonical dump: equal states give equal bytes, any difference shows."""

from __future__ import annotations

import json

from aftercare.config.dump import digests, lines, tables
from tests.showroom import Showroom


def test_equal_states_give_equal_bytes_and_a_change_shows(shop: Showroom) -> None:
    story = shop.open()
    first = list(lines())
    assert first == list(lines())
    assert [json.loads(line)["table"] for line in first] == sorted(json.loads(line)["table"] for line in first)
    before = list(digests())
    story.do("sales", "note", text="一条")
    now = {json.loads(line)["table"] for line in set(digests()) - set(before)}
    assert now == {"cases_case", "cases_event", "cases_event_personal"}
    assert "config_heartbeat" not in tables() and "cases_event" in tables()

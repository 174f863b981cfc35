"""The Handbook room: drawings, versions side by side, a change tried on the past, the printed manual."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aftercare.cases import trials
from aftercare.cases.candidates import try_handbook
from aftercare.cases.rule_queries import live
from aftercare.clock import now as clock_now
from aftercare.people.queries import actor_for
from tests.showroom import shipped
from tests.web.floor import Floor, far_along, open_floor

ClientFor = Callable[..., Client]


@pytest.fixture
def floor(db: None, tmp_path: Path, settings: Any) -> Floor:
    settings.FILES_ROOT = tmp_path / "files"
    found = open_floor()
    far_along(found)
    return found


def page(client: Client, address: str, **data: str) -> str:
    answer = client.get(address, data)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_answer_in_both_languages(floor: Floor, client_for: ClientFor, language: str) -> None:
    client = client_for(floor.person("general_manager"), language)
    for address in ("/handbook/try/", "/handbook/showroom/versions/", "/handbook/showroom/procedures/delivery/"):
        assert page(client, address)


def test_a_procedure_and_a_case_show_the_drawing(floor: Floor, client_for: ClientFor) -> None:
    client = client_for(floor.person("general_manager"), "zh-hans")
    drawn = page(client, "/handbook/showroom/procedures/order_promise/")
    assert drawn.count('class="d-frame"') == drawn.count('<article class="step"')
    assert ' d-lit"' not in drawn
    lit = page(client, f"/cases/{floor.story.id}/")
    assert "✓ 已完成" in lit and re.search(r"d-arrow d-after d-lit", lit)


def test_versions_side_by_side_before_one_goes_live(floor: Floor, client_for: ClientFor) -> None:
    boss = actor_for(floor.person("general_manager").pk, clock_now())
    files = dict(shipped())
    files["handbook.yaml"] = files["handbook.yaml"].replace("type: duration, value: 14d", "type: duration, value: 10d")
    candidate = try_handbook(boss, clock_now(), files)
    client = client_for(floor.person("general_manager"), "zh-hans")
    html = page(client, "/handbook/showroom/versions/", new=candidate.hash[:12])
    assert "<del>14 天</del>" in html and "<ins>10 天</ins>" in html and "DP-01" in html
    assert re.search(r"<del>- \{id: recheck_lead.*14d", html) and re.search(r"<ins>- \{id: recheck_lead.*10d", html)
    assert candidate.hash in html, "it can be tried on the past"
    assert client.get("/handbook/showroom/versions/", {"new": "f" * 12}).status_code == 404


def test_a_figure_is_tried_on_the_past(floor: Floor, client_for: ClientFor) -> None:
    client = client_for(floor.person("general_manager"), "zh-hans")
    form = page(client, "/handbook/try/")
    values = dict(re.findall(r'name="(f\.\w+)" value="([^"]*)"', form))
    name = re.search(r'<input type="hidden" name="(\w+)" value="([^"]+)" autocomplete="off">', form)
    assert name and values["f.hand_over_time"] == "1wd"
    data = {**values, "f.hand_over_time": "1min", "handbook": "showroom", name[1]: name[2]}
    answer = client.post("/handbook/try/", data)
    address = answer.headers["Location"]
    assert "hx-get" in page(client, address)
    assert trials.run_waiting(clock_now()) == 1
    shown = page(client, address)
    assert "各联交接时限 → 1 分钟" in shown and "已完成" in shown
    asked = trials.trials(actor_for(floor.person("general_manager").pk, clock_now()))[0]
    assert asked["asked"]["figures"] == {"hand_over_time": "1min"}
    for kind, begin in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        taken = client.get(f"{address}export/", {"format": kind})
        assert taken.status_code == 200 and taken.content.startswith(begin)
    stranger = client_for(floor.person("finance"), "zh-hans")
    assert stranger.get(address).status_code == 404


def test_a_figure_that_does_not_fit_is_said_on_the_page(floor: Floor, client_for: ClientFor) -> None:
    client = client_for(floor.person("general_manager"), "zh-hans")
    form = page(client, "/handbook/try/")
    name = re.search(r'<input type="hidden" name="(\w+)" value="([^"]+)" autocomplete="off">', form)
    assert name
    data = {"handbook": "showroom", "f.recheck_lead": "soon", name[1]: name[2]}
    answer = client.post("/handbook/try/", data)
    assert answer.status_code == 422 and 'value="soon"' in answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_printed_manual(floor: Floor, client_for: ClientFor, language: str) -> None:
    """Every clause, procedure, task and form stands in it."""
    import pypdf

    answer = client_for(floor.person("sales"), language).get("/handbook/showroom/manual.pdf")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    handbook = next(iter(live()))
    named = [*handbook.procedures.values(), *handbook.forms.values()]
    named += [task for one in handbook.procedures.values() for task in one.tasks.values()]
    wanted = [*handbook.clauses, *(getattr(one.name, language[:2]) for one in named)]
    assert [one for one in wanted if "".join(one.split()) not in text] == []

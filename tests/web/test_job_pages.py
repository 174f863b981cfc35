"""The job page without a browser: an action sent twice is done once and happened when it was done; who may call;
what a trip may take along; whom a field offers; and how a trip is begun."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from aftercare.audit.models import Trace
from aftercare.cases.models import Case, Event, OpenTask, RefusalRow
from aftercare.documents.models import File
from tests.clauses.road import Going, van
from tests.clauses.surface import House, in_days
from tests.showroom import open_showroom
from tests.web.van import Yard, on_the_road, promise_of, ready

ClientFor = Callable[..., Client]


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: made.now)
    return made


@pytest.fixture
def yard(house: House) -> Yard:
    return on_the_road(house, 1)


def photo(name: str = "door.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "#7a4").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def action(
    do: str, now: datetime, ago: timedelta = timedelta(), values: dict[str, Any] | None = None
) -> dict[str, Any]:
    sent = now + timedelta(hours=3)  # the phone's clock is three hours fast
    moments = {"happened_at": (sent - ago).isoformat(), "sent_at": sent.isoformat()}
    return {"do": do, "client_id": str(uuid.uuid4()), **moments, **(values or {})}


def row(case: Going, task: str) -> OpenTask:
    return OpenTask.objects.get(case_id=case.case, task=task)


def press(client: Client, case: Going, task: str, data: dict[str, Any]) -> Any:
    return client.post(f"/jobs/{case.case}/do/{task}/", data, headers={"HX-Request": "true"})


def test_an_action_sent_again_is_done_once_and_answers_as_before(yard: Yard, client_for: ClientFor) -> None:
    lead, stop = client_for(yard.person("delivery_lead")), yard.stops[0]
    name = f"f{row(stop, 'arrive').pk}.note"
    data = action("finish:arrived", yard.house.now, values={name: "电梯口"})
    first = press(lead, stop, "arrive", data)
    events, files = Event.objects.count(), File.objects.count()
    again = press(lead, stop, "arrive", data)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "进门" in again.content.decode(), "the answer is the page with the next task"
    assert (Event.objects.count(), File.objects.count()) == (events, files)
    other = press(lead, stop, "arrive", {**data, "client_id": str(uuid.uuid4())})
    assert other.status_code == 409, "another action on what is done is told so"
    assert Event.objects.count() == events


def test_an_action_without_an_id_is_refused(yard: Yard, client_for: ClientFor) -> None:
    lead = client_for(yard.person("delivery_lead"))
    assert press(lead, yard.stops[0], "arrive", {"do": "finish:arrived"}).status_code == 422


def test_what_arrives_late_happened_when_it_was_done(yard: Yard, client_for: ClientFor) -> None:
    lead, stop = client_for(yard.person("delivery_lead")), yard.stops[0]
    yard.house.now += timedelta(hours=1)
    data = action("finish:arrived", yard.house.now, timedelta(minutes=25))
    assert press(lead, stop, "arrive", data).status_code == 200
    done = Event.objects.get(case_id=stop.case, kind="task_done", data__key="arrive")
    assert datetime.fromisoformat(done.data["at"]) == yard.house.now - timedelta(minutes=25)
    assert done.entered_at == yard.house.now


@pytest.mark.parametrize("text", ["gestern", "2026-11-26T10:00:00"])
def test_a_moment_that_cannot_be_read_is_told(yard: Yard, client_for: ClientFor, text: str) -> None:
    lead = client_for(yard.person("delivery_lead"))
    data = {**action("finish:arrived", yard.house.now), "happened_at": text}
    answer = press(lead, yard.stops[0], "arrive", data)
    assert answer.status_code == 422 and "发生时间" in answer.content.decode()


def test_a_refusal_keeps_the_photo_and_its_trace_and_is_repeated(yard: Yard, client_for: ClientFor) -> None:
    lead, stop = client_for(yard.person("delivery_lead")), yard.stops[0]
    stop.arrive()
    stop.enter()
    place = row(stop, "place").pk
    pieces = {f"f{place}.pieces.{n}.fate": "damaged" for n in range(2)}
    keys = dict(re.findall(rf'name="(f{place}\.pieces\.\d+\.(?:key|code))" value="([^"]*)"', shown(lead, stop)))
    before = RefusalRow.objects.count()
    data = action("finish:complete", yard.house.now, values={**pieces, **keys})
    answer = press(lead, stop, "place", {**data, f"f{place}.photo": photo()})
    html = answer.content.decode()
    kept = File.objects.latest("pk").pk
    assert answer.status_code == 422 and "部分收下" in html
    assert re.search(rf'name="f{place}\.photo\.kept" value="{kept}" checked', html), "nobody takes the photo twice"
    assert RefusalRow.objects.count() == before + 1
    again = press(lead, stop, "place", data)
    assert again.status_code == 422 and f'value="{kept}" checked' in again.content.decode()
    assert RefusalRow.objects.count() == before + 1


def shown(client: Client, case: Going) -> str:
    return client.get(f"/jobs/{case.case}/").content.decode()


def test_who_may_call_leaves_a_trace_and_the_crew_sees_the_number_masked(yard: Yard, client_for: ClientFor) -> None:
    stop = yard.stops[0]
    lead, crew = client_for(yard.person("delivery_lead")), client_for(yard.person("delivery_crew"))
    html = shown(lead, stop)
    assert "13800138000" not in html and "138****8000" in html and "geo:0,0?q=" in html
    phone = re.search(r'name="phone" value="(\d+)"', html)
    assert phone
    answer = lead.post(f"/jobs/{stop.case}/call/", {"phone": phone[1]})
    assert 'href="tel:13800138000"' in answer.content.decode()
    assert Trace.objects.filter(action="customers.reveal", result="done").count() == 1
    assert "138****8000" in shown(crew, stop) and "data-call" not in shown(crew, stop)
    assert crew.post(f"/jobs/{stop.case}/call/", {"phone": phone[1]}).status_code == 403


def test_another_store_sees_nothing_of_a_job(yard: Yard, client_for: ClientFor) -> None:
    from aftercare.people.models import Person

    other = client_for(Person.objects.get(pk=yard.house.shop.other_sales))
    assert other.get(f"/jobs/{yard.stops[0].case}/").status_code == 404


def test_on_demand_work_is_begun_once_and_stands_unfolded(yard: Yard, client_for: ClientFor) -> None:
    lead, stop = client_for(yard.person("delivery_lead")), yard.stops[0]
    data = action("", yard.house.now, values={"task": "report_damage"})
    for _ in range(2):
        answer = lead.post(f"/jobs/{stop.case}/begin/", data, headers={"HX-Request": "true"})
        assert answer.status_code == 200
    assert OpenTask.objects.filter(case_id=stop.case, task="report_damage").count() == 1
    html = answer.content.decode()
    assert html.index("job-now") < html.index("登记磕碰损坏")
    assert "promised_amount" in html
    assert "改送货日期" not in html, "what the handbook ends with the departure is not offered any more"


def test_a_trip_takes_along_only_what_is_free(house: House, client_for: ClientFor) -> None:
    first, second = ready(house, 2)
    one, two = van(house), van(house)
    client = client_for(Yard(house, [], one).person("delivery_lead"))

    def offered(trip: Any, q: str = "") -> list[int]:
        query = {"of": "delivery", "for": trip.case, "many": "1", "q": q}
        html = client.get("/pick/case/", query).content.decode()
        return [int(number) for number in re.findall(r'value="(\d+)"', html)]

    assert offered(two) == [first.case, second.case]
    assert offered(two, "张丽华") == [second.case]
    one.plan(first)
    assert offered(two) == [second.case]
    assert offered(one) == [first.case, second.case], "its own are not taken from it"
    assert client.get("/pick/case/", {"of": "delivery", "for": "999999"}).status_code == 404


def test_fields_of_persons_offer_whom_the_handbook_means(house: House, client_for: ClientFor) -> None:
    trip = van(house)
    client = client_for(Yard(house, [], trip).person("delivery_lead"))
    html = client.get(f"/jobs/{trip.case}/").content.decode()
    lead = re.search(r'<select[^>]*\.lead".*?</select>', html, re.S)
    member = re.search(r'<select[^>]*\.crew\.0\.member".*?</select>', html, re.S)
    assert lead and member
    assert "周军" in lead[0] and "马林" not in lead[0] and "陈晓梅" not in lead[0]
    assert "马林" in member[0] and "周军" not in member[0]
    assert "一号车" in html, "what the shop lists in its settings can be chosen"


def test_a_trip_begins_at_the_desk(house: House, client_for: ClientFor) -> None:
    lead, seller = (client_for(Yard(house, [], None).person(role)) for role in ("delivery_lead", "sales"))  # type: ignore[arg-type]
    html = lead.get("/desk/").content.decode()
    token = re.search(r'name="form_token" value="(\w+)"', html)
    assert token and 'value="showroom/van_trip"' in html
    assert "showroom/van_trip" not in seller.get("/desk/").content.decode()
    data = {"what": "showroom/van_trip", "store": house.shop.store, "form_token": token[1]}
    assert seller.post("/start/", data).status_code == 403
    answers = [lead.post("/start/", data) for _ in range(2)]
    trip = Case.objects.get(procedure="van_trip")
    assert {answer.headers["Location"] for answer in answers} == {f"/cases/{trip.pk}/?open=task-{trip.pk}-plan"}


def test_my_day_gathers_a_trip_with_its_stops_in_order(house: House, client_for: ClientFor) -> None:
    stops, trip = ready(house, 2), van(house)
    trip.plan(stops[1], stops[0])
    client = client_for(Yard(house, stops, trip).person("delivery_lead"))
    html = client.get("/day/").content.decode()
    part = html[html.index("day-trip") :]
    assert part.index("张丽华") < part.index("王建国"), "as they were planned, not as they were opened"
    assert "已完成 0 / 2" in part


def test_every_promise_of_another_day_is_there(house: House) -> None:
    """The stage itself: a delivery has its own customer."""
    made = promise_of(house, "林晓东", "13612345678")
    assert made.seen()["values"]["delivery_date"] == in_days(5)

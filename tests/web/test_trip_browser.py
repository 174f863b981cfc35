"""A trip with three deliveries on a phone: one perfect, one refused for damage, one in part; every tap counted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from aftercare.cases.models import Case, Event, OpenTask
from aftercare.documents import files
from aftercare.documents.models import File
from tests.clauses.road import Going
from tests.clauses.surface import House
from tests.showroom import open_showroom
from tests.web import drive
from tests.web.test_work_browser import NAMES
from tests.web.thumb import Hand, camera
from tests.web.van import CUSTOMERS, Yard, on_the_road, promise_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RED, GREEN = (196, 20, 40), (20, 160, 60)
DATA = (*NAMES, *(name for name, _ in CUSTOMERS), "马林", "高强", "王芳", "一号车", "二号车", "城东店")


@pytest.fixture
def yard(transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    house = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: house.now)
    yield on_the_road(house)


def go_in(hand: Hand, pieces: int = 2) -> None:
    hand.tick("shoe_covers")
    for n in range(pieces):
        hand.tick(f"{n}.inspected")
    hand.done("已进门", "交付安装")


def take_leave(hand: Hand, opinion: str = "") -> None:
    hand.sign()
    hand.tick("second_signed")
    hand.tick("third", "signed")
    hand.done("已签收", "客户意见征询单")
    if opinion:
        hand.tick("rating", "5")
        hand.write("comments", opinion)
    else:
        hand.tick("declined")
    hand.done("已征询", "收拾告别离开")
    for name in ("packed", "rubbish", "farewell", "one_spot", "film_folded", "no_litter"):
        hand.tap(f"#job label:has([name='check:{name}'][value=kept])")
    hand.done("离开客户家", "向客服主管汇报送货情况")


def test_arrival_with_photo_and_note_takes_six_taps(yard: Yard, visit: drive.Visits, tmp_path: Path) -> None:
    page = visit(yard.person("delivery_crew"), "/day/", width=390)
    hand = Hand(page)
    hand.tap(".day-trip .stop-line:has-text('王建国')")
    page.wait_for_selector("#job .job-now h2:has-text('到达')")
    hand.photo(camera(tmp_path, "door", RED))
    hand.write("note", "楼下停车，走货梯")
    hand.done("已到达", "进门")
    assert hand.taps <= 6, hand.taps
    sheet = yard.stops[0].seen()["sheets"]["arrive"]
    assert sheet["note"] == "楼下停车，走货梯"
    kept = File.objects.get(pk=sheet["photo"][0]["id"])
    with Image.open(io.BytesIO(files.read_bytes(kept.sha256))) as seen:
        assert max(seen.size) == 1600, "made smaller on the phone"


def test_a_trip_with_one_perfect_one_refused_and_one_part_delivered(
    yard: Yard, visit: drive.Visits, tmp_path: Path
) -> None:
    page = visit(yard.person("delivery_lead"), "/day/", width=390)
    drive.shoot(page, "trip-day-390")
    hand = Hand(page)
    perfect, damaged, part = yard.stops
    go_perfectly(hand, tmp_path)
    go_damaged(hand, yard, damaged, tmp_path)
    go_in_part(hand, yard, part)
    assert [one.seen()["tasks"]["leave"]["outcome"] for one in yard.stops] == ["left"] * 3
    assert perfect.flags() == set() and "part_delivered" in damaged.flags() and "part_delivered" in part.flags()
    proven_on_paper(perfect)
    registered(damaged)
    assert {row["fate"] for row in part.seen()["sheets"]["place"]["pieces"]} == {"accepted", "not_here"}
    page.goto(f"{visit.base}/day/")
    page.wait_for_selector(".day-trip")
    drive.shoot(page, "trip-day-after-390")


def go_perfectly(hand: Hand, folder: Path) -> None:
    page = hand.page
    hand.tap(".day-trip .stop-line:has-text('王建国')")
    drive.shoot(page, "trip-job-390")
    hand.done("已到达", "进门")
    go_in(hand)
    hand.photo(camera(folder, "placed", GREEN))
    hand.done("全部收下", "收尾款")
    hand.done("已收", "客户签收")
    take_leave(hand, "师傅很细心")
    assert hand.taps <= 33, hand.taps


def go_damaged(hand: Hand, yard: Yard, stop: Going, folder: Path) -> None:
    """Knocked on the way in: registered on the spot with the amount promised; the customer takes nothing."""
    page = hand.page
    hand.tap(".job-trip .stop:has-text('张丽华')")
    page.wait_for_selector("#job h1:has-text('张丽华')")
    hand.done("已到达", "进门")
    go_in(hand)
    hand.tap("[data-open='#job-more']")
    hand.tap("#job-more button:has-text('登记磕碰损坏')")
    page.wait_for_selector("#job .job-now h2:has-text('登记磕碰损坏')")
    hand.tick("what", "furniture")
    hand.write("piece", "三人位布艺沙发")
    page.locator("#job [name$='.member']").select_option(label="马林")
    hand.photo(camera(folder, "damage", RED))
    hand.tap("#job [data-outcome]:has-text('登记')")
    page.wait_for_selector("#job .refusal")
    assert "DL-44" in page.inner_text("#job .refusal"), "the amount promised is missing"
    drive.shoot(page, "trip-damage-refused-390")
    hand.write("promised_amount", "300")
    page.locator("#job [name$='.promised_at']").fill("2026-11-26T09:40")
    hand.done("登记", "交付安装")
    for n in range(2):
        hand.tick(f"{n}.fate", "damaged")
    hand.done("部分收下", "收尾款")
    charge(yard, stop, 0)
    page.reload()
    hand.write("received", "0")
    hand.done("已收", "客户签收")
    take_leave(hand)


def go_in_part(hand: Hand, yard: Yard, stop: Going) -> None:
    page = hand.page
    hand.tap(".job-trip .stop:has-text('林晓东')")
    page.wait_for_selector("#job h1:has-text('林晓东')")
    hand.done("已到达", "进门")
    go_in(hand)
    hand.tick("1.fate", "not_here")
    drive.shoot(page, "trip-place-390")
    hand.done("部分收下", "收尾款")
    charge(yard, stop, 300000)
    page.reload()
    hand.write("received", "3000")
    hand.done("已收", "客户签收")
    take_leave(hand, "等剩下的餐椅")


def charge(yard: Yard, stop: Going, fen: int) -> None:
    """The office agrees to collect less."""
    stop.send("service_manager", "begin", task="change_collect")
    key = next(row.key for row in OpenTask.objects.filter(case_id=stop.case, task="change_collect"))
    stop.complete("service_manager", key, "changed", {"collect": fen, "reason": "商品没有全部收下"})


def proven_on_paper(stop: Going) -> None:
    """The customer's hand and the photo stand in the receipt."""
    paper = stop.papers()["delivery_receipt"]["id"]
    pdf = PdfReader(io.BytesIO(stop.house.get("service_manager", f"/documents/{paper}/file")))
    pictures = [one.image.convert("RGBA") for page in pdf.pages for one in page.images if one.image]
    assert any(near(picture, GREEN) for picture in pictures), "the photo of the goods in their place"
    assert any(inked(picture) for picture in pictures), "the signature as it was drawn"
    words = "".join("".join(page.extract_text() for page in pdf.pages).split())
    assert "王建国" in words and "收下" in words and "2026-11-26" in words


def near(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    seen = picture.resize((1, 1)).getpixel((0, 0))
    return all(abs(a - b) < 12 for a, b in zip(seen[:3], colour, strict=True))  # type: ignore[index]


def inked(picture: Image.Image) -> bool:
    """Few dark strokes over the width of the pad, nothing else."""
    dark = picture.getchannel("A").point(lambda alpha: 255 if alpha > 128 else 0)
    box, share = dark.getbbox(), dark.histogram()[255] / (dark.width * dark.height)
    return bool(box and box[2] - box[0] > dark.width / 3 and 0.001 < share < 0.2)


def registered(stop: Going) -> None:
    case = Case.objects.get(pk=stop.case)
    assert "incident" in case.state["children"]
    damage = next(values for key, values in case.state["sheets"].items() if key.startswith("report_damage"))
    assert damage["promised_amount"] == 30000 and damage["photo"]


def test_what_could_not_be_sent_stays_and_goes_out_once(yard: Yard, visit: drive.Visits) -> None:
    page = visit(yard.person("delivery_lead"), f"/jobs/{yard.stops[0].case}/", width=390)
    page.fill("#job [name$='.note']", "地下室没有信号")
    page.route("**/do/arrive/", lambda route: route.abort())
    page.click("#job [data-outcome]:has-text('已到达')")
    page.wait_for_selector("#job [data-again]:has-text('未发送，点此重试')")
    drive.shoot(page, "trip-unsent-390")
    assert page.input_value("#job [name$='.note']") == "地下室没有信号"
    page.unroute("**/do/arrive/")

    def lost(route: Any) -> None:
        route.fetch()  # it reaches the server, but the answer does not come back
        route.abort()

    page.route("**/do/arrive/", lost)
    page.click("#job [data-again]")
    page.wait_for_selector("#job [data-again]")
    assert yard.stops[0].seen()["tasks"]["arrive"]["state"] == "done"
    page.unroute("**/do/arrive/")
    page.click("#job [data-again]")
    page.wait_for_selector("#job .job-now h2:has-text('进门')")
    done = Event.objects.filter(case_id=yard.stops[0].case, kind="task_done", data__key="arrive")
    assert done.count() == 1


@pytest.mark.parametrize(
    ("width", "language", "theme"), [(390, "zh-hans", "dark"), (390, "en", "light"), (1440, "zh-hans", "light")]
)
def test_nobody_is_hindered(yard: Yard, visit: drive.Visits, width: int, language: str, theme: str) -> None:
    first = yard.stops[0]
    first.arrive()
    first.enter()
    page = visit(yard.person("delivery_lead"), "/day/", width=width, language=language, theme=theme)
    places = ["/day/", "/desk/", f"/jobs/{yard.trip.case}/", *(f"/jobs/{one.case}/" for one in yard.stops)]
    wrong = look(visit, page, places, width, language, theme)
    first.place()
    opened = [f"/jobs/{first.case}/?open={task}" for task in ("collect", "sign", "opinion", "leave")]
    wrong += look(visit, page, opened, width, language, theme)
    assert not wrong, "\n".join(map(str, wrong))


def look(visit: drive.Visits, page: Any, places: list[str], width: int, language: str, theme: str) -> list[Any]:
    wrong: list[Any] = []
    for path in places:
        visit.errors.clear()
        page.goto(visit.base + path)
        wrong += [(path, error) for error in visit.errors]
        name = path.strip("/").replace("/", "-").replace("?open=", "-")
        drive.shoot(page, f"trip-{name}-{width}-{language}-{theme}")
        wrong += [(path, "too wide")] if drive.too_wide(page) else []
        wrong += [(path, text) for text in drive.untranslated(page, language, DATA)]
        wrong += [(path, one) for one in drive.axe(page)]
        wrong += [(path, "too small", one) for one in page.evaluate(SMALL)]
    return wrong


# What a thumb cannot hit: buttons and choices of the job page lower than 48 pixels; a link within a line is read.
SMALL = """() => [...document.querySelectorAll('#job .btn, #job label.tick, #job .stop, #job .job-later a')]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 47.5)
  .map((one) => one.outerHTML.slice(0, 120))"""


def test_a_trip_is_planned_from_the_desk_with_what_is_free(
    transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch, visit: drive.Visits
) -> None:
    house = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: house.now)
    stops = [promise_of(house, *one) for one in CUSTOMERS[:2]]
    lead = Yard(house, stops, None).person("delivery_lead")  # type: ignore[arg-type]
    page = visit(lead, "/desk/", width=1440)
    page.click(".desk-top summary:has-text('开始')")
    page.click(".desk-top button:has-text('出车')")
    page.wait_for_url("**/cases/*/?open=*")
    form = ".card-open form"
    page.locator(f"{form} [name$='.van']").first.check(force=True)
    page.locator(f"{form} [name$='.lead']").select_option(label="周军")
    page.locator(f"{form} [name$='.crew.0.member']").select_option(label="马林")
    page.click(f"{form} [data-many]")
    page.wait_for_selector("dialog.many[open] label.tick")
    drive.shoot(page, "trip-choose-1440")
    assert drive.axe(page) == []
    for name in ("张丽华", "王建国"):
        page.click(f"dialog.many[open] label:has-text('{name}')")
    page.click("dialog.many[open] [data-many-add]")
    assert page.locator(f"{form} [name$='.delivery'][data-picked]").count() == 2
    drive.shoot(page, "trip-plan-1440")
    page.click(f"{form} [data-outcome]:has-text('排好')")
    page.wait_for_selector(".done-list")
    trip = Case.objects.get(procedure="van_trip")
    chosen = [row["delivery"]["id"] for row in trip.state["sheets"]["plan"]["deliveries"]]
    assert sorted(chosen) == sorted(one.case for one in stops)
    assert {Case.objects.get(pk=one).state["links"]["trip"]["case"] for one in chosen} == {trip.pk}

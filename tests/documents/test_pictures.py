"""Photos and signatures of a sheet stand in its paper: small, of the same store only, and never in the frozen data."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from aftercare.documents import files, pictures, press
from aftercare.documents.of_cases import with_names
from aftercare.people.models import Person
from tests.documents.papers import NOW, SALES, issue, pdf

pytestmark = pytest.mark.django_db


def kept(colour: str, store: int = 1, kind: str = "JPEG", size: tuple[int, int] = (2000, 1500)) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    row = files.accept(out.getvalue(), "photo.jpg", SALES, NOW, store, 31)
    return {"kind": "file", "id": row.pk}


def receipt(**data: Any) -> Any:
    pieces = [{"code": "SF-101", "name": "三人位布艺沙发", "spec": "米灰", "qty": 1, "fate": "accepted"}]
    more = {"template": "delivery-receipt.typ", "kind": "delivery_receipt"}
    return issue(data={"pieces": pieces, **data}, **more)


def colours(document: Any, paper: str = "") -> list[tuple[int, ...]]:
    wanted = press.Wanted(copy=1, paper=paper)
    pages = pdf(press.render_document(document.pk, wanted, SALES, NOW)).pages
    seen = [one.image.convert("RGB").resize((1, 1)).getpixel((0, 0)) for page in pages for one in page.images]
    return sorted(tuple(round(part / 32) for part in one) for one in seen)


def test_photos_and_the_signature_stand_in_the_receipt() -> None:
    photos, hand = [kept("#ff0000"), kept("#00ff00")], kept("#0000ff", kind="PNG", size=(600, 200))
    document = receipt(photo=photos, signature=hand)
    assert colours(document) == [(0, 0, 8), (0, 8, 0), (8, 0, 0)]
    assert document.data["photo"] == photos, "what is frozen is the reference; the file cannot change"


def test_carbon_paper_shows_the_signature_and_no_photo() -> None:
    document = receipt(photo=[kept("#ff0000")], signature=kept("#0000ff", kind="PNG", size=(600, 200)))
    assert colours(document, "continuous_241") == [(0, 0, 8)]


def test_a_picture_of_another_store_and_one_that_is_gone_are_left_out() -> None:
    document = receipt(photo=[kept("#ff0000", store=2), {"kind": "file", "id": 999_999}], signature=None)
    assert colours(document) == []


def test_a_photo_is_made_small_and_a_drawing_keeps_its_lines() -> None:
    data = pictures.shown({"photo": [kept("#ff0000")], "note": "no picture"}, 1)
    assert data["note"] == "no picture" and len(data["photo"][0]["png"]) < 40_000
    assert pictures.shown({"note": "none"}, 1) == {"note": "none"}


def test_people_on_a_paper_have_the_name_they_had_then() -> None:
    person = Person.objects.create(full_name="高强", sign_in="gaoqiang")
    work = [{"need": "打蜡", "worker": {"kind": "person", "id": person.pk}}, {"need": "清洗", "worker": None}]
    assert with_names({"work": work})["work"][0]["worker"]["name"] == "高强"

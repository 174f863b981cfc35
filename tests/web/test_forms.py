"""What is drawn and posted back is what was there; what cannot be read is named and stays as typed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from aftercare.errors import Fault
from aftercare.handbook.model import Field, Option
from aftercare.texts import Text
from aftercare.web import forms_parse
from aftercare.web.forms_render import Drawn, Known
from aftercare.web.forms_shape import flatten


def field(name: str, kind: str, **more: Any) -> Field:
    return Field(name, Text(f"{name}的名称", f"name of {name}"), kind, **more)


def options(*ids: str) -> tuple[Option, ...]:
    return tuple(Option(id, Text(f"选{id}", f"option {id}")) for id in ids)


LINES = (
    field("code", "product"),
    field("name", "text"),
    field("qty", "number"),
    field("price", "money"),
    field("ok", "check"),
)
FIELDS = (
    field("name", "name"), field("note", "long_text"), field("phone", "phone"), field("total", "money"),
    field("km", "number", unit="km"), field("day", "date"), field("at", "time"), field("when", "moment"),
    field("pay", "choice", options=options("cash", "card")), field("list", "choice", options=options(*"abcdefgh")),
    field("many", "choices", options=options("x", "y", "z")), field("sure", "check"), field("who", "person"),
    field("shop", "store"), field("buyer", "customer"), field("place", "place"), field("photo", "photo"),
    field("sign", "signature"), field("items", "lines", columns=LINES),
    field("birthday", "text", instead=("declined",)),
)  # fmt: skip
PLACE = {"city": "杭州市", "street": "文三路", "building": "18号", "door": "501室", "text": "杭州市文三路18号501室"}
VALUES: dict[str, Any] = {
    "name": '王"建<国>', "note": "第一行\n第二行 &amp; 完", "phone": "138 0013 8000", "total": 1234505, "km": 12.5,
    "day": "2026-02-28", "at": "09:05", "when": "2026-11-21T09:30:00Z", "pay": "card", "list": "g", "many": ["x", "z"],
    "sure": True, "who": {"kind": "person", "id": 7}, "shop": {"kind": "store", "id": 2},
    "buyer": {"kind": "customer", "id": 41},
    "place": PLACE,
    "photo": [{"kind": "file", "id": 3}, {"kind": "file", "id": 4}], "sign": {"kind": "file", "id": 9},
    "items": [
        {"code": "SF-1", "name": "沙发", "qty": 2, "price": 250000, "ok": True, "key": "l1"},
        {"code": "CJ-2", "name": "茶几", "qty": 1.5, "price": -100, "ok": False},
    ],
    "birthday": {"instead": "declined"},
}  # fmt: skip
KNOWN = Known(people={7: "李小满", 8: "王建国"}, stores={2: "城东店"}, labels={("customer", 41): "张丽华"})


class Reader(HTMLParser):
    """Collects what a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.data = QueryDict(mutable=True)
        self.asleep, self.name, self.chosen, self.text = False, "", "", ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        at = dict(attrs)
        if tag == "template":
            self.asleep = True
        if self.asleep or "disabled" in at:
            return
        if tag in ("select", "textarea"):
            self.name, self.chosen, self.text = at["name"], "", ""
        elif tag == "option" and "selected" in at:
            self.chosen = at["value"]
        elif tag == "input" and "name" in at and _is_sent(at):
            self.data.appendlist(at["name"], at["value"] if at.get("value") is not None else "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.asleep = False
        elif tag == "select" and not self.asleep:
            self.data.appendlist(self.name, self.chosen)
        elif tag == "textarea" and not self.asleep:
            self.data.appendlist(self.name, self.text.removeprefix("\n").replace("\n", "\r\n"))


def _is_sent(at: dict[str, Any]) -> bool:
    return at["type"] != "file" and (at["type"] not in ("checkbox", "radio") or "checked" in at)


def posted(html: str) -> QueryDict:
    """What a browser would send for this HTML, nothing typed."""
    reader = Reader()
    reader.feed(html)
    return reader.data


def test_drawn_and_posted_back_is_the_same() -> None:
    parsed = forms_parse.parse(FIELDS, posted(str(Drawn(FIELDS, VALUES, known=KNOWN))))
    assert parsed.faults == []
    assert parsed.values == VALUES


def test_an_empty_form_posts_nothing_but_unticked_boxes() -> None:
    parsed = forms_parse.parse(FIELDS, posted(str(Drawn(FIELDS, {}, known=KNOWN))))
    assert parsed.values == {"sure": False}


def test_what_was_typed_stays_even_when_it_cannot_be_read() -> None:
    typed = {"f.total": ["一千"], "f.items.0.qty": ["两个"], "f.items.0.name": ["沙发"], "f.day": ["2026-02-30"]}
    parsed = forms_parse.parse(FIELDS, typed)
    assert {(one.field, one.row) for one in parsed.faults} == {("total", None), ("items.1.qty", 1), ("day", None)}
    with translation.override("zh-hans"):
        html = str(Drawn(FIELDS, VALUES, typed=parsed.typed, faults=parsed.faults, known=KNOWN))
    assert 'value="一千"' in html and 'value="两个"' in html and "第 1 行" in html
    assert html.count('aria-invalid="true"') == 3


def test_faults_stand_beside_their_fields_and_in_the_list_above() -> None:
    fault = Fault("x", "第 2 行：数量不对", "Line 2: wrong", field="items.2.qty", row=2)
    drawn = Drawn(FIELDS, VALUES, faults=[fault], known=KNOWN)
    assert [dom for dom, _ in drawn.summary] == ["f-items-1-qty"]
    assert 'id="f-items-1-qty-fault"' in str(drawn)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("money", "￥１，２３４．５", 123450),
        ("money", "99.999", None), ("money", "1e9", None), ("money", "-0.01", -1),
        ("money", "9" * 40, None), ("money", "12元", 1200), ("number", "٣", None), ("number", "1_000", None),
        ("number", "NaN", None), ("number", "3.0", 3), ("date", "2026年2月8日", "2026-02-08"),
        ("date", "0000-00-00", None),
        ("time", "25:00", None), ("moment", "2026-11-21T17:30", "2026-11-21T09:30:00Z"), ("moment", "tomorrow", None),
        ("person", "7 or 1=1", None), ("person", "٧", None), ("person", "9" * 30, None), ("text", "a\x00b", None),
        ("text", "\ud800", None), ("long_text", "长" * 20_001, None), ("long_text", "a\r\nb", "a\nb"),
    ],
)  # fmt: skip
def test_what_people_and_attackers_type(kind: str, typed: str, value: Any) -> None:
    parsed = forms_parse.parse([field("x", kind)], {"f.x": [typed]})
    assert parsed.values.get("x") == value
    assert bool(parsed.faults) == (value is None)


def test_a_pasted_address_is_split_and_a_changed_part_rewrites_the_whole() -> None:
    place = [field("place", "place")]
    pasted = forms_parse.parse(place, {"f.place.text": ["浙江省杭州市西湖区文三路18号2幢501室"]}).values["place"]
    assert pasted["city"] == "杭州市" and pasted["door"] == "501室"  # type: ignore[index,call-overload]
    flat = flatten(place, {"place": pasted}) | {"f.place.door": ["502室"]}
    changed = forms_parse.parse(place, flat).values["place"]
    assert changed["text"].endswith("502室")  # type: ignore[index,call-overload,union-attr]


def test_locked_and_computed_fields_are_shown_and_never_read() -> None:
    locked = (field("price", "money", locked=True),)
    html = str(Drawn(locked, {"price": 500}, typed={"f.price": ["0.01"]}))
    assert 'value="5.00"' in html and "readonly" in html
    assert forms_parse.parse(locked, {"f.price": ["0.01"]}).values == {}


def test_unknown_inputs_are_ignored() -> None:
    parsed = forms_parse.parse(FIELDS, {"f.is_admin": ["1"], "f.items.0.price_approved": ["1"], "id": ["3"]})
    assert parsed.values == {"sure": False}


def test_lines_keep_their_order_and_drop_blank_ones() -> None:
    typed = {"f.items.7.name": ["乙"], "f.items.2.name": ["甲"], "f.items.3.name": [" "], "f.items.x.name": ["丙"]}
    rows = forms_parse.parse(FIELDS, typed).values["items"]
    assert [row["name"] for row in rows] == ["甲", "乙"]  # type: ignore[index,union-attr,call-overload]


def test_a_flood_of_lines_ends_somewhere() -> None:
    typed = {f"f.items.{n}.name": ["x"] for n in range(5000)}
    assert len(forms_parse.parse(FIELDS, typed).values["items"]) <= 1001  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from([f"f.{one.id}" for one in FIELDS]), st.lists(st.text(max_size=30), max_size=3)))
def test_nothing_posted_breaks_the_reader(typed: dict[str, list[str]]) -> None:
    parsed = forms_parse.parse(FIELDS, typed)
    str(Drawn(FIELDS, {}, typed=parsed.typed, faults=parsed.faults, known=KNOWN))

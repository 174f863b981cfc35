"""Search: what people type at the desk, and the index against a slow reference on random data."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.customers import search as finding
from aftercare.customers.actions import NewAddress, NewCustomer, NewPhone, add_phone, change_customer, create_customers
from aftercare.customers.models import Customer
from aftercare.customers.queries import search
from aftercare.errors import NotAllowed
from aftercare.people.actor import SYSTEM, Actor
from aftercare.values.pinyin import readings
from tests.people.shop import Shop, hire, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(now: datetime) -> Shop:
    return open_shop(now)


def add(now: datetime, name: str, phone: str = "", address: str = "", store: int | None = None) -> int:
    phones = (NewPhone(phone),) if phone else ()
    addresses = (NewAddress(address),) if address else ()
    new = NewCustomer(name, store=store, phones=phones, addresses=addresses)
    return create_customers([new], SYSTEM, now)[0].id


def found(text: str, actor: Actor = SYSTEM) -> list[str]:
    return sorted(row["name"] for row in search(text, actor, 100))


@pytest.fixture
def town(now: datetime) -> None:
    add(now, "王小翠", "13800138000", "深圳市南山区科苑路15号3栋501")
    add(now, "王建国", "13912348000", "广州市天河区体育西路8号2栋1203室")
    add(now, "单雄信", "0755-23456789")
    add(now, "𠮷田花", "+81 3-1234-5678")
    add(now, "John Smith", "+1 202-456-1111", "123 Main St")
    add(now, "阿依古丽·买买提", "13700001111")
    add(now, "张伟_%", "13600002222")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王小", ["王小翠"]), ("小翠", ["王小翠"]), ("建国", ["王建国"]),
        ("王", ["王小翠", "王建国"]), ("翠", ["王小翠"]),
        ("wxc", ["王小翠"]), ("WXC", ["王小翠"]), ("xc", ["王小翠"]), ("wang", ["王小翠", "王建国"]), ("wangjg", []),
        ("wangjian", ["王建国"]), ("jianguo", ["王建国"]), ("ang", []), ("wang jian", ["王建国"]),
        ("w", ["张伟_%", "王小翠", "王建国"]),
        ("shanxiongxin", ["单雄信"]), ("danxiong", ["单雄信"]), ("sxx", ["单雄信"]), ("8000", ["王小翠", "王建国"]),
        ("0013800", ["王小翠"]), ("138 0013 8000", ["王小翠"]), ("+86 138-0013-8000", ["王小翠"]),
        ("１３８００１３８０００", ["王小翠"]), ("0755", ["单雄信"]), ("23456789", ["单雄信"]), ("80", []),
        ("科苑路15号", ["王小翠"]), ("天河", ["王建国"]), ("3栋501", ["王小翠"]), ("南山 科苑", ["王小翠"]),
        ("王8000", ["王小翠", "王建国"]), ("王 1380", ["王小翠"]), ("王xc", ["王小翠"]),
        ("王 天河", ["王建国"]), ("小翠 天河", []),
        ("𠮷田", ["𠮷田花"]), ("𠮷", ["𠮷田花"]), ("john", ["John Smith"]), ("JOHN SMITH", ["John Smith"]),
        ("johnsm", ["John Smith"]), ("古丽•买", ["阿依古丽·买买提"]),
        ("aygl", ["阿依古丽·买买提"]), ("_%", ["张伟_%"]), ("%", ["张伟_%"]), ("伟_", ["张伟_%"]),
        ("", []), ("   ", []), ("-", []), ("+", []), ("\\", []), ("'", []), ("王\u200b小", ["王小翠"]), ("没有", []),
    ],
)  # fmt: skip
def test_what_people_type(text: str, names: list[str]) -> None:
    assert found(text) == sorted(names)


def test_the_name_itself_comes_first_then_the_end_of_a_number(now: datetime) -> None:
    add(now, "王建", "13811112222")
    for number in range(5):
        add(now, f"王建{'一二三四五'[number]}", f"1391234567{number}")
    assert search("王建", SYSTEM)[0]["name"] == "王建"
    assert search("王建", SYSTEM)[0]["exact"] is True
    add(now, "前者", "13822223333")
    add(now, "后者", "13533332222")
    assert [row["name"] for row in search("2222", SYSTEM)][:2] == ["后者", "王建"]


def test_phones_come_masked_and_addresses_as_district(now: datetime) -> None:
    add(now, "王小翠", "13800138000", "深圳市南山区科苑路15号3栋501")
    (row,) = search("wxc", SYSTEM)
    assert [phone["masked"] for phone in row["phones"]] == ["138****8000"]
    assert row["place"] == "深圳市南山区"
    assert "13800138000" not in str(row) and "科苑路" not in str(row)


def test_nobody_finds_customers_of_another_store(shop: Shop, now: datetime) -> None:
    from aftercare.people.queries import actor_for

    add(now, "王小翠", "13800138000", store=shop.nanshan)
    add(now, "王建国", "13800138001", store=shop.north)
    add(now, "王无店", "13800138002")
    clerk = actor_for(hire("店员", now, ("clerk", shop.nanshan)), now)
    assert found("王", clerk) == ["王小翠"]
    assert found("13800138001", clerk) == []
    with pytest.raises(NotAllowed):
        search("王", actor_for(hire("无权", now), now))


def test_changes_are_found_at_once(now: datetime) -> None:
    number = add(now, "王小翠")
    change_customer(number, {"full_name": "李小翠"}, 1, SYSTEM, now)
    add_phone(number, NewPhone("13800138000"), SYSTEM, now)
    assert found("lxc") == ["李小翠"] and found("wxc") == [] and found("8000") == ["李小翠"]


@pytest.mark.parametrize("text", ["王\x00小", "\ud800", "a" * 100_000, "王 " * 5000, "\u202e王", "😀😀"])
def test_no_text_breaks_the_search(now: datetime, text: str) -> None:
    add(now, "王小翠")
    search(text, SYSTEM)


def test_a_search_is_one_statement(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        add(now, f"王小{number}", f"138001380{number:02}")
    runs: list[str] = []
    plain = finding._unprepared
    monkeypatch.setattr(finding, "_unprepared", lambda sql, values: runs.append(sql) or plain(sql, values))
    with CaptureQueriesContext(connection) as others:
        assert len(search("王小", SYSTEM, 25)) == 25
    assert len(runs) == 1 and len(others) == 0


FAMILY, GIVEN = "王李张单曾欧", "建国小翠伟芳明华丽静𠮷雄信"
ROADS = ["科苑路", "人民路", "体育西路", "文三路"]


def invented(dice: random.Random) -> NewCustomer:
    name = dice.choice(FAMILY) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2, 3))))
    if dice.random() < 0.1:
        name = dice.choice(["Anna Wang", "Bo Li", "买买提·艾力", "Wang 建国"])
    phone = "1" + dice.choice("3589") + "".join(dice.choice("0138") for _ in range(9))
    district = dice.choice(["深圳市南山区", "广州市天河区", ""])
    place = f"{district}{dice.choice(ROADS)}{dice.randint(1, 30)}号{dice.randint(1, 9)}栋"
    return NewCustomer(name, phones=(NewPhone(phone),), addresses=(NewAddress(place),) if dice.random() < 0.8 else ())


def reference(word: str, new: NewCustomer) -> bool:
    """The meaning of a search, said a second time and slowly."""
    clean = re.sub(r"\s", "", unicodedata.normalize("NFKC", new.full_name).lower())
    places = [re.sub(r"\s", "", address.text.lower()) for address in new.addresses]
    letters = bool(re.fullmatch("[a-z]+", word))
    has_han = any(ord(sign) > 0x3000 for sign in clean)
    spoken = [[s for s in reading if re.fullmatch("[a-z]+", s)] for reading in readings(clean)] if has_han else []
    if len(word) == 1:
        return word in clean or (letters and any(word in "".join(s[0] for s in syllables) for syllables in spoken))
    if word in clean or any(word in place for place in places):
        return True
    if word.isdecimal() and len(word) >= 3 and any(word in phone.typed for phone in new.phones):
        return True
    if letters and any(
        "".join(syllables[at:]).startswith(word) or word in "".join(s[0] for s in syllables)
        for syllables in spoken
        for at in range(len(syllables))
    ):
        return True
    runs = re.findall(r"[a-z]+|\d+|[^a-z\d]+", word)
    return len(runs) > 1 and all(reference(run, new) for run in runs)


def questions(dice: random.Random, news: list[NewCustomer]) -> list[str]:
    asked: list[str] = ["w", "王", "8", "3栋", "南山", "ou", "zeng", "ceng", "0138", "wjg"]
    for new in dice.sample(news, 60):
        texts: list[Any] = [new.full_name, new.phones[0].typed, *(a.text for a in new.addresses)]
        text = dice.choice([*texts, "".join(readings(new.full_name)[0])]).lower()
        start = dice.randrange(len(text))
        piece = text[start : start + dice.choice((1, 2, 3, 4, 7))]
        other = dice.choice(["", "", " " + new.phones[0].typed[-4:], new.phones[0].typed[-3:]])
        asked.append(piece + other)
    return [text for text in asked if text.strip()]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_index_answers_as_a_slow_reference_does(now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    news = [invented(dice) for _ in range(250)]
    ids = [created.id for created in create_customers(news, SYSTEM, now)]
    assert Customer.objects.count() == 250
    for text in questions(dice, news):
        words = [word for word in text.lower().split() if word]
        if re.fullmatch(r"[\d\s]+", text):
            words = ["".join(words)]
        wanted = {n for n, new in zip(ids, news, strict=True) if all(reference(word, new) for word in words)}
        answered = {row["id"] for row in search(text, SYSTEM, 200)}
        if len(wanted) <= 200:
            assert answered == wanted, text
        else:
            assert answered <= wanted and len(answered) == 200, text


def test_a_bulk_entry_leaves_nothing_for_searches_to_walk(db: None, now: datetime) -> None:
    """New rows of the index wait in a list that every search reads as well; after a bulk entry it is empty."""
    from aftercare.customers.bulk import MANY

    create_customers([NewCustomer("王建国", phones=(NewPhone(f"138{n:08d}"),)) for n in range(MANY)], SYSTEM, now)
    with connection.cursor() as cursor:
        cursor.execute("select gin_clean_pending_list('customers_grams')")
        assert cursor.fetchone()[0] == 0
        cursor.execute("show gin_pending_list_limit")
        assert cursor.fetchone()[0] == "64kB"

"""What is on the paper is what was frozen: text, copies, sizes, marks; and data never runs."""

from __future__ import annotations

import random
from typing import Any

import pytest

from aftercare.documents import actions, amounts, glyphs, press, render, templates
from aftercare.documents.actions_printers import save_printer
from aftercare.documents.models import Rendering, Template
from aftercare.people.actor import SYSTEM
from tests.documents.papers import (
    NOW,
    SALES,
    contract,
    issue,
    line,
    millimetres,
    pdf,
    signature,
    words,
)

pytestmark = pytest.mark.django_db


def printed(document: Any, **wanted: Any) -> Any:
    return pdf(press.render_document(document.pk, press.Wanted(**wanted), SALES, NOW))


def test_the_contract_shows_every_fact_of_its_order() -> None:
    document = issue()
    text = words(printed(document, copy=3).pages[0].extract_text())
    for fact in (
        "云杉家居销售合同清单",
        document.number,
        "王建国",
        "13800138000",
        "文澜路88号12幢502室",
        "YS-0001",
        "三人位布艺沙发",
        "雾灰",
        "2套",
        "6,899.00",
        "¥13,798.00",
        "壹万叁仟柒佰玖拾捌元整",
        "¥5,000.00",
        "伍仟元整",
        "¥8,798.00",
        "捌仟柒佰玖拾捌元整",
        "刷卡",
        "2026年12月20日",
        "周明",
        "2026-11-2110:31",
        "余款送货前一日付清。",
        "陈小雨",
        "第1页共1页",
        document.check_code[:5],
    ):
        assert fact in text, fact


def test_three_copies_differ_in_nothing_but_their_mark() -> None:
    pages = [words(page.extract_text()) for page in printed(issue()).pages]
    assert len(pages) == 3
    holders = ["财务", "客服", "客户"]
    for page, title, holder in zip(pages, ("第一联", "第二联", "第三联"), holders, strict=True):
        assert f"{title}{holder}" in page.replace("：", ""), page[:200]
    heads = {
        page[: page.index("客户姓名")].replace(title, "").replace(holder, "")
        for page, title, holder in zip(pages, ("第一联", "第二联", "第三联"), holders, strict=True)
    }
    assert len(heads) == 1


def test_a_single_copy_is_printed_alone() -> None:
    pages = printed(issue(), copy=2).pages
    assert len(pages) == 1 and "第二联客服" in words(pages[0].extract_text())


@pytest.mark.parametrize(
    ("paper", "size", "pages"),
    [("a4", (210.0, 297.0), 3), ("continuous_241", (241.0, 140.0), 1), ("continuous_241_tall", (241.0, 280.0), 1)],
)
def test_page_sizes_are_exact_and_carbon_paper_needs_one_print(paper: str, size: Any, pages: int) -> None:
    made = printed(issue(), paper=paper).pages
    assert [millimetres(page) for page in made] == [size] * pages
    if pages == 1:
        assert all(name in words(made[0].extract_text()) for name in ("第一联：财务", "第二联：客服", "第三联：客户"))


def test_a_long_contract_repeats_its_head_and_counts_pages_in_each_copy() -> None:
    data = contract(lines=[line(place) for place in range(1, 61)])
    pages = [words(page.extract_text()) for page in printed(issue(data=data)).pages]
    assert len(pages) % 3 == 0 and len(pages) >= 6
    each = len(pages) // 3
    for place, page in enumerate(pages):
        assert f"第{place % each + 1}页共{each}页" in page
    assert all("品名" in page for page in pages[: each - 1])
    copy = "".join(pages[:each])
    assert all(f"YS-{place:04}" in copy for place in range(1, 61))


@pytest.mark.parametrize(
    "trick",
    [
        '#import "base.typ": *',
        '#read("/etc/passwd")',
        "#sys.inputs",
        "$x^2$ *bold* _it_ `code`",
        '#image("http://127.0.0.1:1/x")',
        '"; #panic("out") //',
        "\\u{0041} #v(99cm) ~ @preview/x:1.0.0 <label>",
        "= 标题",
        "{{7*7}} ${7*7}",
    ],
)
def test_what_customers_write_is_shown_and_never_run(trick: str) -> None:
    data = contract(customer={"name": trick, "phones": [trick], "address": trick}, terms=[trick])
    reader = printed(issue(data=data), copy=1)
    text = words(reader.pages[0].extract_text())
    assert text.count(words(trick)) >= 3
    assert "root:" not in text and len(reader.pages) == 1


def test_a_name_no_font_can_show_is_marked_and_noted() -> None:
    known = glyphs.covered(render.fonts_folder())
    rare = next(chr(code) for code in range(0x20000, 0x2A6DF) if code not in known)
    document = issue(data=contract(customer={"name": f"王{rare}喆", "phones": [], "address": "😀"}))
    assert document.missing_glyphs == [rare, "😀"] or document.missing_glyphs == ["😀", rare]
    assert document.data["customer"]["name"] == f"王{rare}喆"
    assert "王〓喆" in words(printed(document, copy=1).pages[0].extract_text())


def test_rare_characters_that_fonts_have_print_as_themselves() -> None:
    document = issue(data=contract(customer={"name": "䶮𬭎㛃𪨰堃", "phones": [], "address": ""}))
    assert document.missing_glyphs == []
    assert "䶮𬭎㛃𪨰堃" in words(printed(document, copy=1).pages[0].extract_text())


def test_invisible_and_turning_marks_do_not_reach_the_paper() -> None:
    document = issue(data=contract(customer={"name": "王\u202e建\u200b国\ufeff", "phones": [], "address": ""}))
    assert "王建国" in printed(document, copy=1).pages[0].extract_text().replace(" ", "")


def test_words_of_money_on_paper_are_those_of_the_program() -> None:
    chance = random.Random(20261121)
    cases = [0, 5, 40, 100, 110, 10010, 10000100000, -500, 10**17 + 1, *(10**n for n in range(18))]
    cases += [chance.randrange(10 ** chance.randint(1, 17)) for _ in range(300)]
    source = '#import "base.typ": *\n#framed({ set page(height: auto); for fen in data.fen [#in-words(fen)|] })'
    bundle = templates.gather("words.typ", {"words.typ": source})
    template = Template(hash=bundle.hash, name=bundle.name, source=bundle.files)
    meta = {"number": "", "title": "", "copies": [], "only": 0, "issued_by": "", "issued_at": "", "code": ""}
    text = words(pdf(render.typeset(render.Job(template, {"fen": cases}, meta))).pages[0].extract_text())
    assert text == "".join(amounts.in_words(fen) + "|" for fen in cases)


def test_a_void_paper_says_so_and_its_old_bytes_stay() -> None:
    document = issue()
    printed(document, copy=1)
    kept = set(Rendering.objects.values_list("sha256", flat=True))
    actions.void(document.pk, "客户姓名写错", SALES, NOW)
    assert "作废" in words(printed(document, copy=1).pages[0].extract_text())
    assert kept < set(Rendering.objects.values_list("sha256", flat=True))


def test_the_worker_renders_once_and_bytes_are_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [issue(), issue()]
    assert press.render_due(NOW) == 2 and press.render_due(NOW) == 0
    monkeypatch.setattr(render, "typeset", lambda *_: pytest.fail("rendered twice"))
    first = press.render_document(documents[0].pk, press.Wanted(), SALES, NOW)
    assert first == press.render_document(documents[0].pk, press.Wanted(), SALES, NOW)
    assert first[0].startswith(b"%PDF-")


def test_a_paper_reads_only_a_fixed_number_of_rows(django_assert_max_num_queries: Any) -> None:
    document = issue()
    press.render_document(document.pk, press.Wanted(), SALES, NOW)
    with django_assert_max_num_queries(3):
        press.render_document(document.pk, press.Wanted(), SALES, NOW)


def test_png_and_svg_come_page_by_page() -> None:
    document = issue()
    pictures = press.render_document(document.pk, press.Wanted(format="png"), SALES, NOW)
    drawings = press.render_document(document.pk, press.Wanted(format="svg", copy=1), SALES, NOW)
    assert [page[:4] for page in pictures] == [b"\x89PNG"] * 3
    assert len(drawings) == 1 and drawings[0].startswith(b"<svg") and b"<script" not in drawings[0]


def test_english_papers_have_english_labels() -> None:
    text = printed(issue(), copy=1, language="en").pages[0].extract_text()
    assert all(label in text for label in ("Customer", "Delivery", "Copy 1", "Page 1 of 1"))


def test_a_printers_offset_moves_the_print_by_millimetres() -> None:
    boss = SYSTEM
    values = {"store_id": 1, "name": "前台", "paper": "a4", "offset_x_mm": "3.0", "offset_y_mm": "-2.0"}
    printer = save_printer(values, boss, NOW)
    document = issue()

    def corner(reader: Any) -> tuple[float, float]:
        found: list[tuple[float, float]] = []
        reader.pages[0].extract_text(
            visitor_text=lambda text, cm, tm, *_: (
                found.append((cm[4] + tm[4], cm[5] + tm[5])) if "云杉" in text else None
            )
        )
        return found[0]

    straight, moved = corner(printed(document, copy=1)), corner(printed(document, copy=1, printer=printer.pk))
    millimetre = 72 / 25.4
    assert abs(abs(moved[0] - straight[0]) - 3 * millimetre) < 0.5
    assert abs(abs(moved[1] - straight[1]) - 2 * millimetre) < 0.5
    assert len(pdf(press.printer_test_page(printer.pk, boss)).pages) == 1


def test_a_paper_that_cannot_be_set_is_tried_a_few_times_and_then_told() -> None:
    bundle = templates.Bundle("broken.typ", {"broken.typ": '#panic("no")'})
    document = issue(bundle=bundle)
    for _ in range(press.MAX_TRIES + 2):
        press.render_pending(1, NOW)
    document.refresh_from_db()
    assert document.render_tries == press.MAX_TRIES and document.rendered_at is None and document.render_error


def test_issuing_renders_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "typeset", lambda *_: pytest.fail("rendered inside the transaction"))
    assert issue().rendered_at is None


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("demand-sheet.typ", "a4"),
        ("demand-sheet.typ", "continuous_241"),
        ("receipt.typ", "a4"),
        ("receipt.typ", "a5"),
        ("receipt.typ", "continuous_241"),
        ("receipt.typ", "80mm"),
        ("receipt.typ", "58mm"),
    ],
)
def test_the_other_papers_print_on_their_sheets(name: str, paper: str) -> None:
    data = {
        "company": {"name": "云杉家居"},
        "customer": {"name": "王建国"},
        "amount": 1640902,
        "way": "cash",
        "form": {"needs": [{"item": "餐桌", "need": "桌脚补漆", "remark": "当日"}]},
        "signatures": {"sales": {"image": signature()}},
    }
    text = words(printed(issue(template=name, data=data, paper=paper), copy=1).pages[0].extract_text())
    expected = ["桌脚补漆"] if name.startswith("demand") else ["¥16,409.02", "壹万陆仟肆佰零玖元零贰分", "现金"]
    assert all(fact in text for fact in ["王建国", *expected])


def test_the_sheet_of_a_task_fills_the_contract_as_it_is() -> None:
    form = {
        "customer_name": "李清照",
        "customer_phone": "13900139000",
        "address": "柳树巷 3 号",
        "items": [{"code": "A1", "name": "书柜", "spec": "胡桃", "qty": 3, "price": 10000, "amount": 30000}],
        "total": 30000,
        "deposit": 5000,
        "payment": "mobile",
    }
    data = {"company": {"name": "云杉家居"}, "form": form, "delivery_date": "2027-01-05"}
    text = words(printed(issue(data=data), copy=1).pages[0].extract_text())
    for fact in ("李清照", "13900139000", "书柜", "¥300.00", "¥250.00", "贰佰伍拾元整", "微信/支付宝", "2027年1月5日"):
        assert fact in text, fact

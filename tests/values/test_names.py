"""王先生 is nobody's full name; rare characters, minority and foreign names are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.values.names import full_name_fault, is_full_name

FULL = [
    "王建国", "欧阳娜娜", "阿依古丽・买买提", "买买提·艾力", "𠮷田", "𬱖国", "𪚥𪚥", "\ue000建国", "李总兵",
    "王工程", "王李氏", "于于", "阿里", "老舍", "John Smith", "Nguyễn Văn A",
    "O'Neil Shaun", "Jean-Luc Picard", "Иван Петров", "María José",
    "محمد علي", "김철수", "山田太郎", "J. R. Smith", "Sukarno", "李\U0002ebf0",
]  # fmt: skip
NOT_FULL = [
    "王先生", "李女士", "某先生", "王总", "先生", "王", "王某", "王某某", "老王", "小李", "阿陈", "欧阳先生",
    "欧阳总", "王建国先生", "王**",
    "王××", "王XX",
    "Mr.Wang", "Mr Wang", "Ms. Li", "王5", "客户", "测试", "业主",
    "王工", "陈董", "王太太", "李老师", "张师傅", "王 先 生", "王\u200b先生", "王先生", "王建国1", "未知",
    "N/A", "", "  ", "？？", "王奶奶", "王小🐷", "·", "=1+1",
]  # fmt: skip
TITLES = ["先生", "女士", "小姐", "太太", "师傅", "老师", "经理", "老板"]
SURNAMES = list("王李张刘陈杨黄赵吴周")
GIVEN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=2)


@pytest.mark.parametrize("name", FULL)
def test_a_full_name(name: str) -> None:
    assert full_name_fault(name) is None


@pytest.mark.parametrize("name", NOT_FULL)
def test_not_a_full_name_and_why(name: str) -> None:
    fault = full_name_fault(name, "buyer")
    assert fault and fault.field == "buyer"
    assert fault.code.startswith("name.") and "王建国" in fault.zh and fault.en


@pytest.mark.parametrize(("name", "word"), [("王\x00国", "NUL"), ("王\ud800国", "surrogate")])
def test_what_cannot_be_kept_is_named(name: str, word: str) -> None:
    fault = full_name_fault(name, "buyer")
    assert fault and fault.code == "text.unkeepable" and word in fault.en and "buyer" in fault.zh


@given(st.sampled_from(SURNAMES), GIVEN, st.sampled_from(TITLES), st.sampled_from(["", " ", "\u200b", "　"]))
def test_a_title_is_seen_behind_any_name_and_any_invisible_sign(
    surname: str, given_name: str, title: str, gap: str
) -> None:
    assert not is_full_name(surname + gap + title)
    assert not is_full_name(surname + given_name + gap + title)


@given(st.text(max_size=40))
def test_any_text_is_judged_without_an_error_and_blanks_around_change_nothing(text: str) -> None:
    assert is_full_name(text) == is_full_name(f" {text}\u3000")

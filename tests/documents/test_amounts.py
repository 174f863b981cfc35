"""Amounts in words: known bank-slip answers, and a reader that takes any answer back to its figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.documents.amounts import DIGITS, LIMIT, figures, in_words
from aftercare.errors import Refused

UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (100, "壹元整"),
        (1000, "壹拾元整"),
        (1234560, "壹万贰仟叁佰肆拾伍元陆角整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (10000100000, "壹亿零壹仟元整"),
        (1000000000000, "壹佰亿元整"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (10000000001, "壹亿元零壹分"),
        (-500, "负伍元整"),
        (100000000000000, "壹万亿元整"),
        (1001000, "壹万零壹拾元整"),
    ],
)
def test_known_answers(fen: int, words: str) -> None:
    assert in_words(fen) == words


def read(words: str) -> int:
    """Slow reference: reads words back, knowing nothing of how they are made."""
    yuan, _, small = words.rpartition("元") if "元" in words else ("", "", words)
    fen = 0
    for sign, value in (("角", 10), ("分", 1)):
        if sign in small:
            fen += DIGITS.index(small[small.index(sign) - 1]) * value
    return whole(yuan) * 100 + fen


def whole(words: str) -> int:
    for sign, value in (("亿", 10**8), ("万", 10**4)):
        if sign in words:
            high, _, low = words.rpartition(sign)
            return whole(high) * value + whole(low)
    total, digit = 0, 0
    for sign in words:
        if sign in UNITS:
            total, digit = total + digit * UNITS[sign], 0
        else:
            digit = DIGITS.index(sign)
    return total + digit


@given(st.one_of(st.integers(0, LIMIT - 1), st.integers(0, 10**7), st.sampled_from([10**n for n in range(18)])))
def test_words_read_back_to_their_figure_and_are_well_formed(fen: int) -> None:
    words = in_words(fen)
    assert read(words) == fen
    assert "零零" not in words and "零元" not in words.replace("零元整", "") if fen else words == "零元整"
    assert words.endswith("整") == (fen % 10 == 0)


@given(st.integers(1, 9), st.integers(1, 15))
def test_a_hole_is_told_by_one_zero(digit: int, zeros: int) -> None:
    yuan = digit * 10 ** (zeros + 1) + 1
    if yuan < LIMIT // 100:
        assert in_words(yuan * 100).count("零") == 1


def test_an_amount_beyond_words_is_refused_in_both_languages() -> None:
    with pytest.raises(Refused) as refused:
        in_words(LIMIT)
    assert refused.value.faults[0].zh and refused.value.faults[0].en


def test_figures_have_thousands_and_two_places() -> None:
    assert [figures(fen) for fen in (0, 5, 1234560, -100)] == ["0.00", "0.05", "12,345.60", "-1.00"]

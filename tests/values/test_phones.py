"""Numbers as people and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.errors import Refused
from aftercare.values.phones import mask, normalise, phone_fault

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "e164", "digits"),
    [
        ("13800138000", "+8613800138000", "13800138000"),
        ("１３８００１３８０００", "+8613800138000", "13800138000"),
        ("+86 138 0013 8000", "+8613800138000", "13800138000"),
        ("008613800138000", "+8613800138000", "13800138000"),
        ("138-0013-8000", "+8613800138000", "13800138000"),
        ("'13800138000", "+8613800138000", "13800138000"),
        ("13800138000.0", "+8613800138000", "13800138000"),
        ("0755-23456789", "+8675523456789", "075523456789"),
        ("（0755）2345 6789", "+8675523456789", "075523456789"),
        ("0755-23456789转801", "+8675523456789;801", "075523456789801"),
        ("400-800-1234", "+864008001234", "4008001234"),
        ("+852 2345 6789", "+85223456789", "85223456789"),
        ("+1 202-456-1111", "+12024561111", "12024561111"),
    ],
)
def test_a_number_is_kept_as_typed_and_compared_as_one(typed: str, e164: str, digits: str) -> None:
    number = normalise(typed)
    assert (number.typed, number.e164, number.digits, number.tail4) == (typed, e164, digits, digits[-4:])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "none"), ("无", "none"), ("1380013", "short"), ("1380013800", "short"), ("1.38E+10", "exponent"),
        ("１.38Ｅ+10", "exponent"), ("138001380001", "long"), ("23456789", "area"), ("13800138000 王", "signs"),
        ("1380013800O", "signs"), ("110", "short"), ("12345678901", "unknown"), ("0000000", "unknown"),
        ("13800138000/13900139000", "long"), ("١٢٣٤٥٦٧٨٩٠١", "signs"), ("1" * 5000, "signs"),
    ],
)  # fmt: skip
def test_why_a_number_cannot_be_called(typed: str, code: str) -> None:
    fault = phone_fault(typed, "phone2")
    assert fault and (fault.code, fault.field) == (f"phone.{code}", "phone2")
    assert len(fault.zh) < 250


def test_a_nul_is_named() -> None:
    with pytest.raises(Refused) as refusal:
        normalise("138\x0000138000")
    assert refusal.value.faults[0].code == "text.unkeepable"


@given(MOBILE, st.sampled_from(["", "+86", "0086", "86 ", "+86-"]), st.booleans(), st.sampled_from(["", " ", "-"]))
def test_every_way_to_write_a_mobile_number_is_the_same_number(
    number: str, prefix: str, is_wide: bool, gap: str
) -> None:
    written = prefix + gap.join((number[:3], number[3:7], number[7:]))
    found = normalise(written.translate(WIDE) if is_wide else written)
    assert (found.e164, found.digits) == (f"+86{number}", number)


@given(MOBILE)
def test_a_digit_lost_is_refused(number: str) -> None:
    assert phone_fault(number[:-1])
    assert phone_fault(number + "0")


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    fault = phone_fault(text)
    assert fault is None or fault.zh


@given(MOBILE)
def test_a_masked_number_shows_seven_digits_at_most(number: str) -> None:
    assert mask(number) == f"{number[:3]}****{number[-4:]}"


def test_short_numbers_are_masked_too() -> None:
    assert mask("4008001234") == "******1234"
    assert mask("95588") == "*****"
    assert mask("") == ""

"""Sums are shared out to the fen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.money.split import split

TOTALS = st.integers(-(10**13), 10**13)
SHARES = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(TOTALS, SHARES)
def test_shares_add_up_and_nobody_is_a_fen_off(total: int, shares: list[int]) -> None:
    parts = split(total, shares)
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - Fraction(total * share, sum(shares))) < 1


@given(TOTALS, SHARES)
def test_who_has_no_share_gets_nothing(total: int, shares: list[int]) -> None:
    assert all(part == 0 for part, share in zip(split(total, shares), shares, strict=True) if share == 0)


@given(st.integers(0, 10**9), SHARES)
def test_a_bigger_share_never_gets_less(total: int, shares: list[int]) -> None:
    pairs = sorted(zip(shares, split(total, shares), strict=True))
    assert all(low[1] <= high[1] for low, high in pairwise(pairs) if low[0] < high[0])


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (1, [1, 1], [1, 0]), (-100, [1, 1, 1], [-34, -33, -33]), (0, [5], [0]),
     (10001, [Decimal("0.65"), Decimal("0.35")], [6501, 3500]), (5, [0, 1], [0, 5])],
)  # fmt: skip
def test_by_hand(total: int, shares: list[int], parts: list[int]) -> None:
    assert split(total, shares) == parts


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
def test_senseless_shares_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError):
        split(100, shares)

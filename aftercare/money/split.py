"""Sums shared out to the fen. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

Share = int | Decimal | Fraction


def split(total: int, shares: Sequence[Share]) -> list[int]:
    """`total` fen in the ratio of `shares`, adding up to `total` exactly.

    Nobody is more than one fen off the exact share; left-over fen go to the largest remainders, the first of equals
    first. Shares must not be negative and not all zero (ValueError). A negative total splits like its positive.
    """
    if not shares or any(share < 0 for share in shares) or not any(shares):
        raise ValueError("shares must not be negative, and not all zero")
    if total < 0:
        return [-part for part in split(-total, shares)]
    weights = [Fraction(share) for share in shares]
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts

"""Money as a handbook writes it: yuan with at most two decimals, kept as whole fen."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any


def fen(value: Any) -> int | None:
    """`500` or `"12.50"` yuan -> fen; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value)) * 100
        return (
            int(amount)
            if amount.is_finite() and amount == amount.to_integral_value() and abs(amount) < 10**15
            else None
        )
    except (InvalidOperation, ValueError):
        return None

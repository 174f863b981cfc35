"""Money in words (大写金额), as cheques, contracts and receipts want it.

The rules are those of bank slips: one 零 for any run of zeros inside the number, 整 when no fen follow.
Ready-made converters leave out the 零 after an empty 万 group (100,001,000), hence our own.
"""

from aftercare.errors import Refused

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
LIMIT = 10**18  # fen, ten thousand 万亿 yuan


def _group(value: int) -> str:
    """Words of 1..9999; zeros inside become one 零, zeros in front and behind are left to the caller."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words


def integer_words(value: int) -> str:
    """Words of a whole number 0 ≤ value < 10^16, without a unit."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if value >= size:
            high, low = divmod(value, size)
            gap = "零" if 0 < low < size // 10 else ""
            return integer_words(high) + unit + gap + (integer_words(low) if low else "")
    return _group(value) if value else DIGITS[0]


def in_words(fen: int) -> str:
    """Chinese capital words of an amount in fen, e.g. 1234560 -> 壹万贰仟叁佰肆拾伍元陆角整.

    Negative amounts begin with 负. Raises Refused beyond ±10^18 fen.
    """
    if abs(fen) >= LIMIT:
        raise Refused.because(
            "amount_too_big", "金额过大，无法写成大写", "The amount is too big to be written in words"
        )
    if fen < 0:
        return "负" + in_words(-fen)
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    words = integer_words(yuan) + "元" if yuan or not fen else ""
    if not jiao and not rest:
        return words + "整"
    if jiao:
        words += ("零" if yuan and yuan % 10 == 0 else "") + DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (DIGITS[rest] + "分" if rest else "整")


def figures(fen: int) -> str:
    """1234560 -> 12,345.60"""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"

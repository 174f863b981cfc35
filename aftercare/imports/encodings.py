"""Which encoding is this text in? Right, or asked: never garbled."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from aftercare.errors import Refused

KNOWN = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, chosen: str, looks_right: Callable[[str], bool]) -> tuple[str, str]:
    """(text, encoding). `looks_right` recognises the header of a table in the first lines of a text.

    Raises Refused "import.encoding" with `data.options` [{encoding, sample}] when a person has to choose.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if chosen:
        if chosen not in KNOWN:
            raise Refused.because(
                "import.encoding_unknown", f"不认识的编码：{chosen[:40]}", f"Unknown encoding {chosen[:40]}.",
                field="encoding",
            )  # fmt: skip
        return _strict(data, chosen)
    if b"\0" in data[:4096]:
        head = data[:4096]
        return _strict(data, "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be")
    return _guessed(data, looks_right)


def _guessed(data: bytes, looks_right: Callable[[str], bool]) -> tuple[str, str]:
    found = [(text, encoding) for encoding in ("utf-8", "gb18030") if (text := _tried(data, encoding)) is not None]
    if data.isascii():
        return found[0]
    plausible = [(text, encoding) for text, encoding in found if looks_right(text[:5000])]
    if len(plausible) == 1:
        return plausible[0]
    # Bytes of GBK that happen to be good UTF-8 are rare but real; a text of any length is decided by UTF-8 itself.
    if found and found[0][1] == "utf-8" and sum(byte > 127 for byte in data[:2000]) > 30:
        return found[0]
    raise _ask(data)


def _strict(data: bytes, encoding: str) -> tuple[str, str]:
    text = _tried(data, encoding)
    if text is None:
        raise _ask(data)
    return text, encoding


def _tried(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _ask(data: bytes) -> Refused:
    head = data[:400]
    options = [{"encoding": name, "sample": head.decode(name, "replace")[:100].replace("\0", "")} for name in KNOWN]
    return Refused.because(
        "import.encoding", "看不出文件的文字编码，请选出文字显示正常的一项。",
        "The encoding of the file is not clear; choose the sample that reads well.", field="encoding",
        data={"options": options},
    )  # fmt: skip

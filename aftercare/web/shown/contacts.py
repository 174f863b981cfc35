"""A talk with a customer in words: what it was, by which way, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.texts import Text

KINDS = {"greeting": Text("问候", "Greeting"), "visit": Text("回访", "Return visit")}
CHANNELS = {"sms": Text("短信", "SMS"), "wechat": Text("微信", "WeChat"), "phone": Text("电话", "Phone")}
ANSWERS = {
    "none": Text("未回应", "No response"), "thanks": Text("致谢", "Thanks"), "wants": Text("有需求", "Wants something"),
}  # fmt: skip


def contact_said(one: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a handbook where they are known, else what was typed."""
    return {
        **one,
        "kind_said": KINDS.get(one["kind"], one["kind"]),
        "channel_said": CHANNELS.get(one["channel"], one["channel"]),
        "answer_said": ANSWERS.get(one["answer"], one["answer"]),
    }

"""A database just brought back may hold messages that left already, and timers will write them anew: all wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aftercare.messages.actions import hold_all
from aftercare.texts import Text


def hold(now: datetime) -> Iterator[Text]:
    waiting = hold_all(now)
    yield Text(
        f"对外消息已暂停（待发 {waiting} 条）。核对后运行 aftercare outbox --release 恢复发送。",
        f"Outgoing messages are held ({waiting} wait). Look at them, then run `aftercare outbox --release`.",
    )

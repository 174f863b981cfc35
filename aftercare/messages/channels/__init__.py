"""Ways out of the house. Each takes (id, recipient, body) and raises OutsideFailure."""

from __future__ import annotations

from collections.abc import Callable

from aftercare.messages.channels import by_apprise, file_sink

Send = Callable[[str, str, str], None]
CHANNELS: dict[str, Send] = {"file": file_sink.send, "apprise": by_apprise.send}


def channel(name: str) -> Send:
    """The way of that name; the file sink where none is configured."""
    return CHANNELS.get(name, file_sink.send)

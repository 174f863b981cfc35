"""The default way out: one JSON line per message in var/outbox, so that the product works without any account."""

from __future__ import annotations

import json
import os

from aftercare.config import paths


def send(message: str, recipient: str, body: str) -> None:
    folder = paths.var() / "outbox"
    folder.mkdir(exist_ok=True, mode=0o700)
    line = json.dumps({"id": message, "to": recipient, "body": body}, ensure_ascii=False)
    with (folder / "messages.jsonl").open("a", encoding="utf-8") as sink:
        sink.write(line + "\n")
        sink.flush()
        os.fsync(sink.fileno())

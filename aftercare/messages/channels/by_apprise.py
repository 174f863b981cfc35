"""WeCom, DingTalk, Feishu, mail and more by apprise; the address of the service is the recipient."""

from __future__ import annotations

from aftercare.errors import OutsideFailure


def send(message: str, recipient: str, body: str) -> None:
    import apprise

    service = apprise.Apprise()
    if not service.add(recipient):
        raise OutsideFailure(f"no such service address for message {message}", retry=False)
    if not service.notify(body=f"{body}\n[{message}]"):
        raise OutsideFailure(f"message {message} was not taken", retry=True)

"""What commands need started before they work."""

from __future__ import annotations


def database() -> bool:
    """Starts the embedded server when it is the one in use. True when this call started it."""
    from django.conf import settings

    from aftercare.config import embedded

    if not settings.EMBEDDED:
        return False
    server = embedded.server()
    started = server.start()
    server.ensure_database()
    return started


def django() -> None:
    """The database up and Django ready; call it before importing models."""
    import django as framework

    database()
    framework.setup()

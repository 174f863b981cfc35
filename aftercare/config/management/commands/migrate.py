"""Django's migrate, on a connection that does not prepare statements.

A migration may hold several statements in one text, and PostgreSQL cannot prepare those.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        wrapper = connections[options["database"]]
        wrapper.ensure_connection()
        usual = wrapper.connection.prepare_threshold
        wrapper.connection.prepare_threshold = None
        try:
            return super().handle(*args, **options)
        finally:
            if wrapper.connection is not None:
                wrapper.connection.prepare_threshold = usual

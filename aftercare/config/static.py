"""Which files of the front end are served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder

# Five thousand drawings that pages carry inline; looking at each would slow every start.
NOT_SERVED = ("icons",)


class PageFiles(FileSystemFinder):
    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        yield from super().list([*(ignore_patterns or ()), *NOT_SERVED])

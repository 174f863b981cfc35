"""A text a person sees, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

Language = Literal["zh-hans", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """JSON shape: {"zh": ..., "en": ...}."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in "zh-hans" or "en"; any other Chinese tag reads Chinese, the rest English."""
        return self.zh if language.lower().startswith("zh") else self.en

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> Self:
        return cls(zh=value["zh"], en=value["en"])

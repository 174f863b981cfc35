"""Texts of pages: English in code and templates, Chinese in locale/zh_Hans/LC_MESSAGES/django.po.

`python -m aftercare.web.translations` compiles the catalogue; with `missing` it lists what has no Chinese yet.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog

WEB = Path(__file__).resolve().parent
PO = WEB / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
Key = tuple[str, str]  # context, English
_KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}


def catalogue() -> Catalog:
    with PO.open("rb") as handle:
        return pofile.read_po(handle, locale="zh_Hans")


def compile_all() -> bool:
    """Writes the compiled catalogue beside the text when it is older; True when it did."""
    target = PO.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= PO.stat().st_mtime:
        return False
    buffer = io.BytesIO()
    mofile.write_mo(buffer, catalogue())
    fresh = target.with_suffix(".mo.new")
    fresh.write_bytes(buffer.getvalue())
    fresh.replace(target)
    return True


def wanted() -> dict[Key, str]:
    """Every text of code and templates with the first place it stands at."""
    found: dict[Key, str] = {}
    for path in sorted(WEB.rglob("*")):
        if path.suffix in (".py", ".html"):
            for context, text, line in _texts(path):
                found.setdefault((context, text), f"{path.relative_to(WEB)}:{line}")
    return found


def missing() -> dict[Key, str]:
    """The texts without Chinese."""
    known = catalogue()
    return {
        key: place
        for key, place in wanted().items()
        if (entry := known.get(key[1], key[0] or None)) is None or not entry.string or entry.fuzzy
    }


def unused() -> list[Key]:
    """Chinese that no page asks for any more."""
    asked = wanted()
    entries = [(entry.context or "", _single(entry.id)) for entry in catalogue() if entry.id]
    return [key for key in entries if key not in asked]


def _texts(path: Path) -> Iterator[tuple[str, str, int]]:
    from django.utils.translation.template import templatize

    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        source = templatize(source)
    keywords = {**_KEYWORDS, "_": None}
    for line, function, texts, _comments in extract.extract_python(io.BytesIO(source.encode()), keywords, [], {}):
        parts = list(texts) if isinstance(texts, tuple) else [texts]
        context = str(parts.pop(0)) if "pgettext" in function else ""
        if parts and isinstance(parts[0], str) and parts[0]:
            yield context, parts[0], line


def _single(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


if __name__ == "__main__":
    import django
    from django.conf import settings

    if sys.argv[1:] == ["missing"]:
        settings.configure()
        django.setup()
        for (context, text), place in missing().items():
            print(f'# {place}\n{f"msgctxt {context!r}" if context else ""}\nmsgid {text!r}\nmsgstr ""\n')
    elif compile_all():
        print("texts compiled")

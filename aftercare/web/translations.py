"""Texts of pages: English in code and templates, Chinese in the files locale/zh_Hans/LC_MESSAGES/*.po.

`django.po` holds the frame, customers and people; a room may bring a file of its own. All are compiled to one.
`python -m aftercare.web.translations` compiles them; with `missing` it lists what has no Chinese yet.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog

WEB = Path(__file__).resolve().parent
FOLDER = WEB / "locale" / "zh_Hans" / "LC_MESSAGES"
Key = tuple[str, str]  # context, English
_KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}


def catalogue() -> Catalog:
    """All files as one; a text in two of them must say the same, else the later file wins."""
    whole = Catalog(locale="zh_Hans")
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as handle:
            for entry in pofile.read_po(handle, locale="zh_Hans"):
                if entry.id:
                    whole.add(entry.id, entry.string, context=entry.context, flags=entry.flags)
    return whole


def compile_all() -> bool:
    """Writes the compiled catalogue beside the texts when one of them is newer; True when it did."""
    target = FOLDER / "django.mo"
    newest = max(path.stat().st_mtime for path in FOLDER.glob("*.po"))
    if target.exists() and target.stat().st_mtime >= newest:
        return False
    buffer = io.BytesIO()
    mofile.write_mo(buffer, catalogue())
    fresh = target.with_suffix(f".{os.getpid()}")
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
            print(f"# {place}")
            print(f"msgctxt {json.dumps(context)}\n" * bool(context) + f'msgid {json.dumps(text)}\nmsgstr ""\n')
    elif compile_all():
        print("texts compiled")

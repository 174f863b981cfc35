"""Driving Chromium: signed-in pages, screenshots into var/screens, accessibility, and texts in the wrong language."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from aftercare.people.models import Person

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "var" / "screens"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{3,}(?:[ ,'’-]+[A-Za-z]+)+|^[A-Z][a-z]{2,}$")
_NAMES_KEPT = {"English", "中文", "Aftercare"}


@contextmanager
def launched() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("AFTERCARE_BROWSER") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def session_of(person: Person) -> str:
    """A signed-in session without the form: its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["since"] = "2100-01-01T00:00:00+00:00"
    session.create()
    return str(session.session_key)


class Visits:
    """Opens pages and closes them all at the end; errors of scripts and refusals of the content policy are kept."""

    def __init__(self, browser: Any, base: str) -> None:
        self.browser, self.base = browser, base
        self.contexts: list[Any] = []
        self.errors: list[str] = []

    def __call__(
        self, person: Person | None, path: str, *, width: int = 1280, language: str = "zh-hans", theme: str = "light"
    ) -> Any:
        context = self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 720 else 860}, locale="zh-CN", reduced_motion="reduce"
        )
        self.contexts.append(context)
        cookies = {"aftercare_language": language, "aftercare_theme": theme}
        if person is not None:
            cookies["session"] = session_of(person)
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(5000)
        page.goto(self.base + path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def shoot(page: Any, name: str) -> Path:
    """A picture of the whole page in var/screens."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENS / f"{name}.png"), full_page=True)
    return SCREENS / f"{name}.png"


def axe(page: Any) -> list[str]:
    """What hinders people with other eyes and hands, one line each; [] is right."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found]


def too_wide(page: Any) -> bool:
    """True when the page itself scrolls sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))


_TEXTS = """() => {
  const out = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const data = (el) => el.closest("[data-data], [lang]:not(html), script, style, template, noscript, code, kbd");
  while (walk.nextNode()) { const n = walk.currentNode; if (!data(n.parentElement)) out.push(n.textContent); }
  for (const el of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]"))
    if (!data(el)) for (const a of ["title", "aria-label", "placeholder", "alt"]) out.push(el.getAttribute(a) || "");
  return out.map((t) => t.trim()).filter(Boolean);
}"""


def untranslated(page: Any, language: str, data: tuple[str, ...] = ()) -> list[str]:
    """Texts of the page in the other language. `data`: what people entered; elements marked data-data are skipped."""
    wrong = []
    for text in page.evaluate(_TEXTS):
        rest = text
        for known in (*data, *_NAMES_KEPT):
            rest = rest.replace(known, "")
        if (HAN if language == "en" else LATIN).search(rest.strip()):
            wrong.append(text)
    return wrong

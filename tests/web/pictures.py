"""The pictures of the documentation, taken from a running demo: every room at desktop and at phone width.

bin/demo                                      # in one window
.venv/bin/python -m tests.web.pictures        # in another: writes docs/pictures
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTHS = {"desk": (1280, 860), "phone": (390, 844)}
PASSWORD = "anju-2026-demo"  # of the demo, printed by it with the names
SIGN_INS = {
    "service_manager": "service", "general_manager": "boss", "sales": "chenxiaomei", "finance": "finance",
    "delivery_lead": "delivery-cd", "delivery_crew": "delivery-crew-cd1", "service": "calls",
    "workshop_manager": "workshop",
}  # fmt: skip
ROOMS = (  # an address, or a link to follow from it
    ("day", "service_manager", "/day/", ""),
    ("desk", "sales", "/desk/", ""),
    ("cases", "service_manager", "/cases/", ""),
    ("case", "service_manager", "/cases/?procedure=delivery", "main tbody a[href^='/cases/']"),
    ("job", "delivery_lead", "/day/", "a[href^='/jobs/']"),
    ("customers", "service_manager", "/customers/", ""),
    ("calendar", "service_manager", "/calendar/", ""),
    ("registers", "service_manager", "/registers/", ""),
    ("findings", "general_manager", "/findings/", ""),
    ("numbers", "general_manager", "/numbers/", ""),
    ("handbook", "general_manager", "/handbook/", ""),
    ("procedure", "general_manager", "/handbook/", "a[href*='/procedures/delivery']"),
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--url", default="http://127.0.0.1:8000")
    asked.add_argument("--only", default="", help="names of rooms, with commas")
    options = asked.parse_args()
    wanted = set(filter(None, options.only.split(",")))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width, size in WIDTHS.items():
            for name, role, address, link in ROOMS:
                if not wanted or name in wanted:
                    page = _signed_in(browser, options.url, SIGN_INS[role], size)
                    page.goto(options.url + address, wait_until="networkidle")
                    if link and (found := page.get_attribute(link, "href")):
                        page.goto(options.url + found, wait_until="networkidle")
                    _keep(page, FOLDER / f"{name}-{width}.png")
                    page.context.close()
                    print(f"{name}-{width}.png", flush=True)
        browser.close()


def _signed_in(browser: Browser, url: str, name: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai",
        is_mobile=size[0] < 600, has_touch=size[0] < 600,
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{url}/sign-in/")
    page.fill("input[name=name]", name)
    page.fill("input[type=password]", PASSWORD)
    page.press("input[type=password]", "Enter")
    page.wait_for_url(lambda where: "sign-in" not in where)
    return page


def _keep(page: Page, path: Path) -> None:
    """As a small picture: 128 colours are enough for pages."""
    whole = Image.open(io.BytesIO(page.screenshot()))
    whole.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main()

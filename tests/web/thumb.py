"""One thumb on a phone, for stories that count its taps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

CAMERA = 2  # taps in the camera itself: the shutter, and "use it"


class Hand:
    """One thumb on a phone: what it presses is counted, typing is not, but reaching for the field is."""

    def __init__(self, page: Any) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).first.click()

    def write(self, name: str, text: str) -> None:
        self.tap(f"#job [name$='.{name}']")
        self.page.locator(f"#job [name$='.{name}']").first.fill(text)

    def tick(self, name: str, value: str = "") -> None:
        field = f"[name$='.{name}'][value='{value}']" if value else f"[name$='.{name}'][type=checkbox]"
        self.taps += 1
        self.page.locator(f"#job label:has({field})").first.click()

    def photo(self, path: Path) -> None:
        self.taps += CAMERA
        with self.page.expect_file_chooser() as chosen:
            self.tap("#job [data-shoot]")
        chosen.value.set_files(path)
        self.page.wait_for_selector("#job .shot img")

    def sign(self) -> None:
        self.taps += 1
        box = self.page.locator("#job canvas.signature")
        box.scroll_into_view_if_needed()
        at = box.bounding_box()
        mouse = self.page.mouse
        mouse.move(at["x"] + 30, at["y"] + 60)
        mouse.down()
        for step in range(1, 12):
            mouse.move(at["x"] + 30 + step * 20, at["y"] + 60 + (40 if step % 2 else -20))
        mouse.up()

    def done(self, outcome: str, then: str) -> None:
        """Press an outcome; the next task comes by itself."""
        self.tap(f"#job [data-outcome]:has-text('{outcome}')")
        try:
            self.page.wait_for_selector(f"#job .job-now h2:has-text('{then}'), #job .job-none:has-text('{then}')")
        except Exception as error:
            refusal = self.page.locator("#job .refusal, #job .job-unsent:not([hidden])").all_inner_texts()
            raise AssertionError(f"{outcome}: {refusal}") from error


def camera(folder: Path, name: str, colour: tuple[int, int, int]) -> Path:
    """A photo as a phone takes it: far more pixels than a paper needs."""
    Image.new("RGB", (2400, 1800), colour).save(folder / f"{name}.jpg", "JPEG", quality=95)
    return folder / f"{name}.jpg"

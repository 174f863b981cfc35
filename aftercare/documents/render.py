"""From a template and data to pages: exact paper sizes, a warm compositor, a time limit."""

import atexit
import base64
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings

from aftercare.documents import glyphs, templates
from aftercare.documents.models import Template
from aftercare.errors import OutsideFailure, Refused

FORMATS = ("pdf", "png", "svg")
TIME_LIMIT = 10.0  # seconds for one paper
MAX_BYTES = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper size in millimetres; `parts` > 1 means that one print goes through all copies at once."""

    width: float
    height: float
    parts: int = 1


PAPERS = {
    "a4": Paper(210, 297),
    "a5": Paper(210, 148),
    "continuous_241": Paper(241, 140, parts=3),
    "continuous_241_tall": Paper(241, 280, parts=3),
    "80mm": Paper(80, 297),
    "58mm": Paper(58, 297),
}


@dataclass(frozen=True, slots=True)
class Job:
    """What the compositor needs. `data` is JSON; pictures in it are {"png": base64}."""

    template: Template
    data: dict[str, Any]
    meta: dict[str, Any]
    paper: str = "a4"
    offset_mm: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    format: str = "pdf"
    ppi: float = 144.0
    timestamp: int = 0


def fonts_folder() -> Path:
    """Where set-up puts the fonts of papers."""
    return Path(getattr(settings, "PAPER_FONTS", settings.BASE_DIR / "frontend" / "dist" / "fonts"))


def paper_named(name: str) -> Paper:
    """Raises Refused for a size we do not know."""
    if name not in PAPERS:
        known = "、".join(PAPERS)
        raise Refused.because(
            "unknown_paper",
            f"没有“{name}”这种纸张，可选：{known}",
            f"Unknown paper “{name}”; choose one of {', '.join(PAPERS)}",
            field="paper",
        )
    return PAPERS[name]


def qr_svg(text: str) -> str:
    """A QR code as SVG, black on nothing, without quiet zone (the template leaves it)."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(border=0, dark="#000", omitsize=True))


def _apart(value: Any, pictures: list[list[int]]) -> Any:
    """Pictures travel beside the data, as lists of bytes: typst has no base64 and hashes what a function sees."""
    if isinstance(value, dict):
        if set(value) == {"png"}:
            pictures.append(list(base64.b64decode(value["png"])))
            return {"picture": len(pictures) - 1}
        return {key: _apart(item, pictures) for key, item in value.items()}
    return [_apart(item, pictures) for item in value] if isinstance(value, list) else value


def _inputs(job: Job) -> dict[str, str]:
    folder = fonts_folder()
    known, size = glyphs.covered(folder), paper_named(job.paper)
    frame = {
        "width": size.width,
        "height": size.height,
        "parts": size.parts,
        "name": job.paper,
        "dx": job.offset_mm[0],
        "dy": job.offset_mm[1],
        "scale": job.scale,
        "fonts": list(glyphs.families(folder)),
    }
    pictures: list[list[int]] = []
    meta = {key: value for key, value in job.meta.items() if key != "qr"}
    paper = {
        "data": _apart(glyphs.shown_in(job.data, known), pictures),
        "meta": glyphs.shown_in(meta, known),
        "paper": frame,
        "pictures": pictures,
        "qr": job.meta.get("qr", ""),
    }
    return {"data": json.dumps(paper, ensure_ascii=False)}


def typeset(job: Job, limit: float = TIME_LIMIT) -> list[bytes]:
    """Pages of a paper: PDF as one item, PNG and SVG one per page.

    Raises OutsideFailure: retry=True when it ran out of time or memory, retry=False when the template is wrong.
    """
    if job.format not in FORMATS:
        raise Refused.because("unknown_format", f"不支持的格式“{job.format}”", f"Unknown format “{job.format}”")
    root = templates.laid_out(_workshop() / "templates", job.template)
    order = {
        "main": str(root / job.template.name),
        "root": str(root),
        "format": job.format,
        "ppi": job.ppi,
        "inputs": _inputs(job),
        "timestamp": job.timestamp,
    }
    return compositor().run(order, limit)


@lru_cache(maxsize=1)
def _workshop() -> Path:
    """A private folder of this process: templates laid out, and an empty place for packages."""
    made = tempfile.TemporaryDirectory(prefix="aftercare-papers-")
    atexit.register(made.cleanup)
    (Path(made.name) / "nowhere").mkdir()
    return Path(made.name)


class Compositor:
    """The parent's end of the compositor process: one job at a time, killed and started again when it hangs."""

    def __init__(self, fonts: tuple[str, ...], nowhere: str) -> None:
        self._command = [sys.executable, "-m", "aftercare.documents.compositor", nowhere, *fonts]
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, order: dict[str, Any], limit: float) -> list[bytes]:
        with self._lock:
            child = self._started()
            late = threading.Timer(limit, child.kill)
            late.daemon = True
            late.start()
            try:
                return self._ask(child, order)
            except (OSError, EOFError, ValueError) as error:
                self.stop()
                raise OutsideFailure(
                    f"typesetting stopped (time limit {limit:g} s or out of memory): {error}", retry=True
                ) from error
            finally:
                late.cancel()

    def _ask(self, child: subprocess.Popen[bytes], order: dict[str, Any]) -> list[bytes]:
        assert child.stdin and child.stdout
        child.stdin.write(json.dumps(order, ensure_ascii=False).encode() + b"\n")
        child.stdin.flush()
        line = child.stdout.readline()
        if not line:
            raise EOFError("no answer")
        answer = json.loads(line)
        if "error" in answer:
            raise OutsideFailure(f"template cannot be set: {answer['error']}", retry=False)
        pages = [child.stdout.read(size) for size in answer["sizes"]]
        if [len(page) for page in pages] != answer["sizes"]:
            raise EOFError("answer cut short")
        return pages

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.stop()
            root = Path(__file__).resolve().parents[2]
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=root,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(root)},
            )
        return self._child

    def stop(self) -> None:
        """Kill the child and close its pipes."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()


@lru_cache(maxsize=1)
def compositor() -> Compositor:
    """The one compositor of this process."""
    folder = fonts_folder()
    if not glyphs.fonts_in(folder):
        raise OutsideFailure(f"no fonts in {folder}: run bin/setup", retry=True)
    made = Compositor((str(folder),), str(_workshop() / "nowhere"))
    atexit.register(made.stop)
    return made

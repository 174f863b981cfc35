"""The compositor: a child process that holds one warm typst compiler. Started by render.py as `python -m`.

It is given jobs line by line on stdin (JSON) and answers with one JSON line and the bytes of the pages. It has no
network, a ceiling on memory, and reads nothing outside the folder of a job's template. No Django here: it starts in
a fraction of a second and can be killed at any moment.
"""

import contextlib
import ctypes
import json
import os
import resource
import sys
from typing import Any, BinaryIO

import typst

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
MEMORY = 2 * 1024**3


def shut_in() -> None:
    """Give up network (where the system lets us), core dumps and more memory than a paper can need."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER | CLONE_NEWNET)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ[name] = "http://127.0.0.1:9"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def run(compiler: typst.Compiler, job: dict[str, Any]) -> list[bytes]:
    """Pages of a job: PDF gives one item, PNG and SVG one per page."""
    made = compiler.compile(
        job["main"],
        root=job["root"],
        format=job["format"],
        ppi=job["ppi"],
        sys_inputs=job["inputs"],
        timestamp=job["timestamp"],
        pdf_tags=False,
    )
    if made is None:
        return []
    return made if isinstance(made, list) else [made]


def serve(fonts: list[str], nowhere: str, jobs: BinaryIO, out: BinaryIO) -> None:
    """Answer jobs until stdin ends."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(fonts))
    compiler = typst.Compiler(font_paths=found, package_path=nowhere, package_cache_path=nowhere)
    for line in jobs:
        try:
            pages = run(compiler, json.loads(line))
            answer: dict[str, Any] = {"sizes": [len(page) for page in pages]}
        except typst.TypstError as error:
            pages, answer = [], {"error": f"{error.message}\n{error.diagnostic}"[:2000]}
        out.write(json.dumps(answer).encode() + b"\n")
        for page in pages:
            out.write(page)
        out.flush()


if __name__ == "__main__":
    shut_in()
    serve(sys.argv[2:], sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)

"""Nothing in the repository points at a package registry or at a folder of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from aftercare.config import paths

# Written in pieces, so that this file passes its own check.
REGISTRIES = [
    "registry." + r"npm",
    "py" + r"pi\.org",
    "files\\.python" + "hosted",
    "npm" + r"mirror",
    "tuna\\.tsing" + "hua",
    "mirrors\\.ali" + "yun",
    "--(extra-)?index" + "-url",
    "--find" + "-links",
    '"resol' + 'ved":',
]
MACHINE_PATHS = [r"(?<![\w.$}])/(work|root|home|Users)" + r"/[\w.]", "/opt/(py" + "pi|wheels)"]
FOUND = re.compile("|".join(REGISTRIES + MACHINE_PATHS))


def faults(text: str) -> list[str]:
    return [line.strip()[:120] for line in text.splitlines() if FOUND.search(line)]


@pytest.mark.parametrize(
    "line",
    [
        "https://registry." + "npmjs.org/htmx.org",
        "--index" + "-url https://example.com",
        "see /wo" + "rk/main/README.md",
        'DATA = "/ro' + 'ot/data"',
        "/ho" + "me/li/aftercare",
        "--find" + "-links ../wheels",
        '      "resol' + 'ved": "x",',
    ],
)
def test_a_line_that_must_be_found(line: str) -> None:
    assert faults(line)


@pytest.mark.parametrize(
    "line", ["a task of work/life", "/tasks/homework/", "$home/.venv/bin", "the root of a chain", "/rooms/"]
)
def test_a_line_that_is_no_fault(line: str) -> None:
    assert not faults(line)


def test_no_tracked_file_holds_one() -> None:
    found = []
    for name in tracked():
        try:
            text = (paths.ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [f"{name}: {line}" for line in faults(text)]
    assert not found, "\n".join(found)


def tracked() -> list[str]:
    """Files under version control; all files of the tree where there is no git, as in an unpacked archive."""
    if (paths.ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
        return [name for name in listed.stdout.split("\0") if name]
    skipped = {".venv", "node_modules", "var", "dist"}
    every = (path.relative_to(paths.ROOT) for path in Path(paths.ROOT).rglob("*") if path.is_file())
    return [str(path) for path in every if not skipped & set(path.parts)]

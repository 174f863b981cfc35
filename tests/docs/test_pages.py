"""README and docs: every command, file and link they name is there; nothing they count has changed since."""

from __future__ import annotations

import re
import shlex

import pytest

from aftercare.cli import registry
from aftercare.cli.worker import JOBS, LONG_JOBS
from aftercare.config import paths
from aftercare.people.rights import ACTIONS
from aftercare.web.visit import CONTENT_SECURITY

PAGES = sorted([paths.ROOT / "README.md", paths.ROOT / "CHANGELOG.md", *(paths.ROOT / "docs").glob("*.md")])
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
COMMAND = re.compile(r"bin/aftercare\s+([a-z][a-z-]*)([^\n`|#()]*)")
# Made by set-up, by running, or by whoever paints the pictures.
MADE = ("var/", "frontend/dist", "docs/pictures/", ".venv/")


def commands() -> list[tuple[str, str, str]]:
    return [(name, verb, rest) for name, text in TEXTS.items() for verb, rest in COMMAND.findall(text)]


@pytest.mark.parametrize(("page", "verb", "rest"), commands())
def test_every_command_and_its_options_are_there(page: str, verb: str, rest: str) -> None:
    known = registry.load()
    assert verb in known, f"{page}: bin/aftercare {verb}"
    source = _source(verb)
    for word in shlex.split(rest, posix=False):
        if word.startswith("--"):
            assert f'"{word.split("=")[0]}"' in source, f"{page}: bin/aftercare {verb} {word}"


def _source(verb: str) -> str:
    """The module of a command; demo and serve take the options of web."""
    file = paths.ROOT / "aftercare/cli" / f"{verb.replace('-', '_')}.py"
    return file.read_text() + (paths.ROOT / "aftercare/cli/web.py").read_text()


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_every_program_in_bin_is_there(page: str) -> None:
    assert [
        name
        for name in re.findall(r"(?<![/.\w])bin/([a-z-]+)", TEXTS[page])
        if not (paths.ROOT / "bin" / name).is_file()
    ] == []


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_links_lead_somewhere(page: str) -> None:
    here = paths.ROOT if page in ("README.md", "CHANGELOG.md") else paths.ROOT / "docs"
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXTS[page]):
        if "pictures/" not in target:
            assert (here / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_links_into_a_page_meet_a_heading(page: str) -> None:
    for target in re.findall(r"\]\(#([^)]+)\)", TEXTS[page]):
        titles = re.findall(r"^#+ (.+)$", TEXTS[page], re.M)
        assert target in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, target


def test_modules_named_in_the_architecture_are_there() -> None:
    text = TEXTS["architecture.md"]
    for name in re.findall(r"`((?:[a-z_]+/)+[a-z_]+(?:\.[a-z]+)?)`", text):
        places = [paths.ROOT / name, paths.ROOT / "aftercare" / name]
        assert name.startswith(MADE) or any(place.exists() for place in places), name
    engine = text.split("## The engine")[1].split("**The fold")[0]
    for name in re.findall(r"`([a-z]+\.py)`", engine):
        assert (paths.ROOT / "aftercare/engine" / name).is_file(), name


def test_the_engine_is_described_whole() -> None:
    engine = TEXTS["architecture.md"].split("## The engine")[1]
    named = set(re.findall(r"`([a-z]+\.py)`", engine))
    small = {"__init__.py", "types.py", "env.py", "known.py", "access.py"}
    assert {path.name for path in (paths.ROOT / "aftercare/engine").glob("*.py")} - small <= named


def test_the_packages_are_those_of_the_contract() -> None:
    picture = TEXTS["architecture.md"].split("```")[1]
    packages = {path.parent.name for path in (paths.ROOT / "aftercare").glob("*/__init__.py")}
    assert {name for name in packages if f"{name}/" not in picture} == set()


def test_the_jobs_of_the_worker_are_listed() -> None:
    table = TEXTS["operations.md"].split("## The worker")[1]
    assert [name for name, *_ in (*JOBS, *LONG_JOBS) if f"| {name} |" not in table] == []


def test_what_a_page_may_run_is_told_word_by_word() -> None:
    assert CONTENT_SECURITY in TEXTS["security.md"]


def test_every_right_is_listed() -> None:
    assert [action for action in ACTIONS if f"`{action}`" not in TEXTS["security.md"]] == []


def test_every_setting_of_the_environment_is_listed() -> None:
    sources = (paths.ROOT / "aftercare").rglob("*.py")
    read = {name for path in sources for name in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text())}
    ours = {name for name in read if name.startswith("AFTERCARE_") or name in ("SECRET_KEY", "DATABASE_URL")}
    seams = {"AFTERCARE_TEST", "AFTERCARE_CLOCK_FILE", "AFTERCARE_FAULT"}
    assert [name for name in ours - seams if f"`{name}" not in TEXTS["operations.md"]] == []

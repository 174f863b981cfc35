"""Every dependency is locked with a hash and has a line with its reason."""

from __future__ import annotations

import json
import re

import pytest

from aftercare.config import paths

LOCKS = ("base", "dev", "node")


def wanted(lock: str) -> list[str]:
    lines = (paths.ROOT / "requirements" / f"{lock}.in").read_text().splitlines()
    return [re.split(r"[\[~=<>]", line)[0].strip() for line in lines if line and line[0] not in "#-"]


def explained() -> set[str]:
    text = (paths.ROOT / "docs" / "dependencies.md").read_text()
    return {name.lower() for name, reason in re.findall(r"^\| (\S+) \| (.+) \|$", text, re.M) if len(reason) >= 5}


@pytest.mark.parametrize("lock", LOCKS)
def test_each_package_has_a_reason_and_a_hash(lock: str) -> None:
    text = (paths.ROOT / "requirements" / f"{lock}.txt").read_text()
    locked = re.findall(r"^(\S+)==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    assert len(locked) == len(re.findall(r"^\S+==", text, re.M)), "a package without a hash"
    assert not [name for name in wanted(lock) if name.lower() not in explained()]
    assert not [name for name in wanted(lock) if re.sub("[._]", "-", name.lower()) not in locked]


def test_each_page_package_has_a_reason_and_a_hash() -> None:
    package = json.loads((paths.ROOT / "frontend" / "package.json").read_text())
    lock = json.loads((paths.ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    for name in [*package["dependencies"], *package["devDependencies"]]:
        assert name.lower() in explained(), name
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-"), name

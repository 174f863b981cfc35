"""Templates of papers: gathered with what they import, checked, stored once, laid out for the press.

A template sees its own bundle and nothing else: no other file, no package from outside.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aftercare.documents.models import Template
from aftercare.errors import Refused

_IMPORT = re.compile(r"#?\b(?:import|include)\s+\"([^\"]+)\"")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.typ\Z")
# Words by which typst reaches files or packages; papers get everything from their data instead.
_FORBIDDEN = re.compile(r"@(?:preview|local)\b|\b(?:read|plugin|csv|toml|yaml|xml|cbor|bibliography|eval)\s*\(")
MAX_SOURCE = 200_000
LIBRARY = Path(__file__).parent / "library"  # what every handbook may import without bringing it


@dataclass(frozen=True)
class Bundle:
    """A template and the files it imports, named by the hash of them all."""

    name: str
    files: dict[str, str]

    @cached_property
    def hash(self) -> str:
        text = json.dumps([self.name, self.files], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def gather(name: str, sources: Mapping[str, str]) -> Bundle:
    """The template `name` with all it imports, from `sources` ({file name: text}) and else from the library.

    Raises Refused naming file and line.
    """
    files: dict[str, str] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in files:
            files[current] = _checked(current, sources.get(current) or _library(current))
            waiting += _IMPORT.findall(files[current])
    return Bundle(name, files)


def folder_sources(folder: Path) -> dict[str, str]:
    """All typst files of a folder as {file name: text}; links are not followed."""
    found = sorted(path for path in folder.glob("*.typ") if path.is_file() and not path.is_symlink())
    return {path.name: path.read_text(encoding="utf-8") for path in found}


def _library(name: str) -> str:
    path = LIBRARY / name
    if not _NAME.match(name) or not path.is_file():
        raise Refused.because(
            "documents.template_missing",
            f"模板文件“{name}”不存在或名称不合规",
            f"Template file “{name}” does not exist or is misnamed",
        )
    return path.read_text(encoding="utf-8")


def _checked(name: str, source: str) -> str:
    if not _NAME.match(name) or len(source) > MAX_SOURCE:
        raise Refused.because(
            "documents.template_unfit", f"模板“{name}”名称不合规或过大", f"Template “{name}” is misnamed or too big"
        )
    for number, line in enumerate(source.splitlines(), start=1):
        if found := _FORBIDDEN.search(line):
            word = found[0].rstrip("( ")
            raise Refused.because(
                "documents.template_reaches_out",
                f"模板“{name}”第 {number} 行用了“{word}”，模板不能读文件或外部包",
                f"Template “{name}” line {number} uses “{word}”: templates may not read files or outside packages",
                line=number,
            )
    return source


def keep(bundle: Bundle) -> Template:
    """The stored row of a bundle; written once."""
    row, _ = Template.objects.get_or_create(hash=bundle.hash, defaults={"name": bundle.name, "source": bundle.files})
    return row


def laid_out(root: Path, template: Template) -> Path:
    """The folder that holds exactly this template's files, made when first needed (rename is atomic)."""
    target = root / template.hash
    if target.is_dir():
        return target
    root.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=root))
    for name, source in template.source.items():
        if not _NAME.match(name):
            raise ValueError(f"template file name {name!r}")
        (making / name).write_text(source, encoding="utf-8")
    try:
        making.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    return target

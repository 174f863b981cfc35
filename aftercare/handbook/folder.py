"""The files of a handbook: read from a folder within limits, hashed, kept as a mapping file -> text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from aftercare.handbook.faults import Faults
from aftercare.handbook.model import Spot
from aftercare.handbook.reader import MAX_FILE

MAX_FILES = 200
MAX_TOTAL = 5_000_000
SUFFIXES = (".yaml", ".typ")


def read_folder(folder: Path, faults: Faults) -> dict[str, str]:
    """`forms/sales.yaml` -> its text. Too large or no UTF-8 is a fault; other kinds of files are passed over."""
    files: dict[str, str] = {}
    total = 0
    if not folder.is_dir():
        faults.add("no_folder", Spot(), f"没有这个文件夹：{folder.name}", f"there is no folder {folder.name!r}")
        return files
    root = folder.resolve()
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".yml":
            faults.add(
                "suffix", Spot(name), "文件名要以 .yaml 结尾", "the file name must end in .yaml", name[:-4] + ".yaml"
            )
            continue
        if path.suffix not in SUFFIXES or not path.resolve().is_relative_to(root):
            continue
        if len(files) >= MAX_FILES:
            faults.add("too_many_files", Spot(name), f"文件超过 {MAX_FILES} 个", f"more than {MAX_FILES} files")
            break
        text = _text(path, name, faults)
        total += len(text)
        if total > MAX_TOTAL:
            faults.add("too_large", Spot(name), "手册合计超过 5 MB", "the handbook is larger than 5 MB")
            break
        files[name] = text
    return files


def _paths(folder: Path) -> Iterator[Path]:
    """Files at most one folder deep, in order of name."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (inner for inner in sorted(path.iterdir()) if inner.is_file() and not inner.name.startswith("."))


def _text(path: Path, name: str, faults: Faults) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            faults.add("file_size", Spot(name, 1, 1), "文件超过 1 MB", "the file is larger than 1 MB")
            return ""
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        faults.add(
            "encoding", Spot(name, 1, 1), "文件不是 UTF-8 编码", f"the file is not UTF-8 (byte {error.start + 1})"
        )
    except OSError:
        faults.add("unreadable", Spot(name, 1, 1), "文件无法读取", "the file cannot be read")
    return ""


def content_hash(files: Mapping[str, str]) -> str:
    """SHA-256 over names and texts; the same for the same content in any order."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name].encode("utf-8", "replace")):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()

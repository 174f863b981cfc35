"""The one way from a handbook's text to its definitions. Never raises for anything a handbook may hold."""

from __future__ import annotations

import dataclasses
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aftercare.errors import Fault
from aftercare.handbook.build.handbook import build_handbook
from aftercare.handbook.checks import check_all
from aftercare.handbook.faults import Faults, TooMany
from aftercare.handbook.folder import content_hash, read_folder
from aftercare.handbook.gather import Raw, gather, read_all, read_head, unread
from aftercare.handbook.model import Handbook
from aftercare.handbook.nodes import Scalar
from aftercare.handbook.reader import MAX_NODES
from aftercare.handbook.source.others import HandbookSource

MAX_BASES = 5
KEPT = 8  # loads remembered by content hash
BASE = "@"  # files of a handbook built upon are kept as "@ID/forms/x.yaml"

Files = Mapping[str, str]
_FOLDER = re.compile(r"(?:\.\./)?([A-Za-z0-9_-]{1,60})/?")


@dataclass(frozen=True, slots=True)
class Loaded:
    """`handbook` is None when there are faults. `files` is everything that was read, bases included: what to store."""

    handbook: Handbook | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    files: Files = field(default_factory=dict, repr=False)


_known: OrderedDict[str, Loaded] = OrderedDict()


def load(folder: Path, library: Mapping[str, Path] | None = None) -> Loaded:
    """The handbook in `folder`; `library` maps ids of handbooks it may build on to their folders."""
    faults = Faults()
    try:
        files = read_folder(folder, faults)
        files |= _bases(files, folder, library or {}, faults, {folder.resolve()})
    except TooMany:
        return Loaded(None, faults.wrong, faults.warnings)
    if faults.wrong:
        rest = load_texts(files)
        return Loaded(None, tuple([*faults.wrong, *rest.faults][: faults.limit]), rest.warnings, files)
    return load_texts(files)


def load_texts(files: Files, library: Mapping[str, Files] | None = None) -> Loaded:
    """A stored handbook: file -> text. Bases stand among the files ("@ID/...") or else in `library` (id -> files)."""
    everything = {**_from_library(files, library or {}, ()), **files}
    key = content_hash(everything)
    if key in _known:
        _known.move_to_end(key)
        return _known[key]
    made = _load(everything, key)
    _known[key] = made
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return made


def _from_library(files: Files, library: Mapping[str, Files], above: tuple[str, ...]) -> dict[str, str]:
    """The files of every base that is not already among `files`."""
    found: dict[str, str] = {}
    head = _quiet_head(gather({"handbook.yaml": files.get("handbook.yaml", "")}, Faults())) if library else None
    for base in (head.builds_on if head else None) or ():
        name = Path(base).name
        if name in library and name not in above and name not in _base_names(files):
            inner = library[name]
            found.update({f"{BASE}{name}/{file}": text for file, text in inner.items() if not file.startswith(BASE)})
            found.update({file: text for file, text in inner.items() if file.startswith(BASE)})
            found.update(_from_library(inner, library, (*above, name)))
    return found


def _load(files: Files, key: str) -> Loaded:
    faults = Faults()
    handbook: Handbook | None = None
    try:
        raw = _layered("", files, faults, [MAX_NODES], ())
        head = read_head(raw, faults)
        sources = read_all(raw, faults)
        complete = not faults.wrong
        if head is not None:
            templates = _templates(files, head)
            handbook, build = build_handbook(head, sources, templates, faults, unread(raw, sources))
            check_all(handbook, build, complete)
    except TooMany:
        handbook = None
    except RecursionError:
        faults.limit += 1
        faults.add("too_deep", Scalar("").spot, "手册嵌套太深", "the handbook is nested too deeply")
    if handbook is not None:
        handbook = dataclasses.replace(handbook, hash=key)
    return Loaded(None if faults.wrong else handbook, faults.wrong, faults.warnings, files)


def _layered(name: str, files: Files, faults: Faults, budget: list[int], above: tuple[str, ...]) -> Raw:
    """The elements of a handbook over those it builds on."""
    own = gather(_part(files, name), faults, budget, f"{BASE}{name}/" if name else "")
    head = _quiet_head(own)
    above = (*above, name or str(head.id if head else ""))
    made = Raw(head=own.head)
    for base in (head.builds_on if head else None) or ():
        known = _base_names(files)
        wanted = Path(base).name
        if wanted in above or len(above) > MAX_BASES:
            faults.add(
                "base_circle",
                base.spot,
                f"手册 {base} 互相建立在对方之上",
                f"the handbooks build on each other: {str(base)!r}",
            )
        elif wanted not in known:
            faults.unknown("unknown_base", base.spot, "手册", "handbook", str(base), known)
        else:
            made.lay_over(_layered(wanted, files, faults, budget, above))
    if head and head.drop:
        made.drop(head.drop, faults)
    made.lay_over(own)
    return made


def _quiet_head(raw: Raw) -> HandbookSource | None:
    """The head, its faults told elsewhere."""
    return read_head(raw, Faults()) if raw.head is not None else None


def _part(files: Files, name: str) -> dict[str, str]:
    """The files of one handbook among those of all."""
    if not name:
        return {file: text for file, text in files.items() if not file.startswith(BASE)}
    prefix = f"{BASE}{name}/"
    return {file.removeprefix(prefix): text for file, text in files.items() if file.startswith(prefix)}


def _base_names(files: Files) -> list[str]:
    return sorted({file[1:].partition("/")[0] for file in files if file.startswith(BASE)})


def _templates(files: Files, head: HandbookSource) -> dict[str, str]:
    """Templates of the bases first, so that the handbook's own replace them."""
    made: dict[str, str] = {}
    for name in [*_base_names(files), ""]:
        made.update({file: text for file, text in _part(files, name).items() if file.endswith(".typ")})
    return made


def _bases(files: Files, folder: Path, library: Mapping[str, Path], faults: Faults, seen: set[Path]) -> dict[str, str]:
    """The files of every handbook that this one builds on, by id or by a folder beside it."""
    head = _quiet_head(gather({"handbook.yaml": files.get("handbook.yaml", "")}, Faults()))
    found: dict[str, str] = {}
    for base in (head.builds_on if head else None) or ():
        path = library.get(str(base)) or _beside(folder, str(base))
        if path is None or path.resolve() in seen or len(seen) > MAX_BASES:
            continue  # told while the layers are laid
        seen.add(path.resolve())
        inner = read_folder(path, faults)
        found.update({f"{BASE}{Path(base).name}/{file}": text for file, text in inner.items()})
        found.update(_bases(inner, path, library, faults, seen))
    return found


def _beside(folder: Path, name: str) -> Path | None:
    """`../other` or `other`: a folder beside the handbook."""
    found = _FOLDER.fullmatch(name)
    path = folder.resolve().parent / (found[1] if found else "")
    return path if found and path.is_dir() else None

"""A handbook before it is put in force: checked, compared with what is live, kept until somebody confirms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.cases.handbooks import load_handbook
from aftercare.cases.models import HandbookVersion
from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.errors import Fault, NotFound, Refused
from aftercare.handbook import content_hash, load_texts
from aftercare.handbook.comparing import bare
from aftercare.handbook.model import Handbook
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.texts import Text

Json = Any
_EDGE_WORD = re.compile(r"^([a-z_]+):", re.MULTILINE)
PARTS: Mapping[str, Text] = {
    "clauses": Text("条款", "Clauses"),
    "procedures": Text("流程", "Procedures"),
    "forms": Text("表单", "Forms"),
    "settings": Text("数值", "Figures"),
    "roles": Text("岗位", "Roles"),
    "rules": Text("规则", "Rules"),
    "documents": Text("单据", "Papers"),
    "messages": Text("消息", "Messages"),
    "measures": Text("指标", "Measures"),
    "rates": Text("价目", "Price list"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What loading would do. `changes`: part -> (added, changed, dropped) ids."""

    hash: str
    handbook: Handbook
    warnings: tuple[Fault, ...]
    changes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]
    first: bool
    same: bool


def try_handbook(actor: Actor, now: datetime, files: Mapping[str, str]) -> Candidate:
    """Check the files and keep them, not in force. Raises Refused with every fault (file, line, column)."""
    require(actor, "handbook.load")
    library = {row.handbook: row.files for row in HandbookVersion.objects.filter(live=True)}
    files = over_live(files, library)
    loaded = load_texts(files, library)
    if loaded.handbook is None or loaded.faults:
        raise Refused(loaded.faults)
    handbook, kept = loaded.handbook, content_hash(files)
    defaults = {
        "handbook": handbook.id, "version": handbook.version, "files": dict(files), "loaded_at": now,
        "loaded_by": actor.person,
    }  # fmt: skip
    row, _made = HandbookVersion.objects.get_or_create(hash=kept, defaults=defaults)
    old = _live(handbook.id)
    return Candidate(kept, handbook, loaded.warnings, changes(old, handbook), old is None, row.live)


def over_live(files: Mapping[str, str], library: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Single changed files, laid over the handbook in force that has files of these names; a whole folder as it is.
    Where two files there share a name, the one that says the same kind of thing (forms, procedures ...) is meant."""
    if any("/" in name and not name.startswith("documents/") for name in files):
        return files  # a folder tells where its files stand
    for live in library.values():
        found = {name: _places(name, text, live) for name, text in files.items()}
        if files and all(len(one) == 1 for one in found.values()):
            return {**live, **{found[name][0]: text for name, text in files.items()}}
    return files


def _places(name: str, text: str, live: Mapping[str, str]) -> list[str]:
    last = name.rpartition("/")[2]
    same = [one for one in live if one.rpartition("/")[2] == last]
    return same if len(same) < 2 else [one for one in same if _says(live[one]) == _says(text)]


def _says(text: str) -> frozenset[str]:
    """The words at the edge of a file: {"forms"}."""
    return frozenset(_EDGE_WORD.findall(text))


def put_in_force(actor: Actor, now: datetime, kept: str) -> Handbook:
    """Load what was tried before. Raises NotFound when nothing is kept under that hash."""
    row = HandbookVersion.objects.filter(hash=kept).first()
    if row is None:
        raise NotFound.because("no_handbook", "没有这个版本的手册。", "There is no such version of a handbook.")
    return load_handbook(actor, now, row.files)


def _live(handbook: str) -> Handbook | None:
    try:
        return handbook_of(live_version(handbook, epoch()))
    except NotFound:
        return None


def changes(old: Handbook | None, new: Handbook) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Whole elements that are new, differ, or are gone; where they stand in a file does not count."""
    found = {}
    for part in PARTS:
        before: Mapping[str, Json] = getattr(old, part) if old else {}
        after: Mapping[str, Json] = getattr(new, part)
        added = tuple(name for name in after if name not in before)
        changed = tuple(name for name in after if name in before and bare(after[name]) != bare(before[name]))
        dropped = tuple(name for name in before if name not in after)
        if added or changed or dropped:
            found[part] = (added, changed, dropped)
    return found

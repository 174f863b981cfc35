"""Files -> elements by kind and id; a handbook that builds on others replaces or drops whole elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aftercare.handbook.build.context import ALL
from aftercare.handbook.build.sugar import expand
from aftercare.handbook.faults import Faults
from aftercare.handbook.model import Spot
from aftercare.handbook.nodes import Map, Scalar, Seq, is_null, spot_of
from aftercare.handbook.reader import MAX_NODES, read
from aftercare.handbook.source.base import Element, elements, read_element
from aftercare.handbook.source.files import KINDS, PLACES, SHORT_VALUE, keys_of
from aftercare.handbook.source.others import HandbookSource


@dataclass(slots=True)
class Raw:
    """The elements of one handbook as nodes."""

    head: Any = None
    lost: set[str] = field(default_factory=set)  # kinds of which a file could not be read
    kinds: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def lay_over(self, other: Raw) -> None:
        """`other` replaces whole elements of the same kind and id."""
        for kind, own in other.kinds.items():
            self.kinds[kind].update(own)
        self.lost |= other.lost

    def drop(self, names: Iterable[Scalar], faults: Faults) -> None:
        """`id` in every kind, or `kind.id` in one."""
        for name in names:
            kind, dot, own = name.partition(".")
            places = [kind] if dot and kind in KINDS else list(KINDS)
            wanted = own if dot and kind in KINDS else str(name)
            hit = [self.kinds[place].pop(wanted) for place in places if wanted in self.kinds[place]]
            if not hit:
                known = [one for place in KINDS for one in self.kinds[place]]
                faults.unknown("unknown_drop", name.spot, "可去掉的元素", "element to drop", str(name), known)


def gather(files: Mapping[str, str], faults: Faults, budget: list[int] | None = None, prefix: str = "") -> Raw:
    """Every element of the YAML files; duplicates and misplaced keys are faults, their files told with `prefix`."""
    raw = Raw()
    budget = budget if budget is not None else [MAX_NODES]
    for file in sorted(name for name in files if name.endswith(".yaml")):
        allowed = keys_of(file)
        if allowed is None:
            faults.unknown(
                "misplaced_file", Spot(file, 1, 1), "手册文件位置", "place for a handbook file", file, PLACES
            )
            continue
        if budget[0] < 0:
            break
        before = len(faults.wrong)
        root = read(files[file], prefix + file, faults, budget)
        if root is None and len(faults.wrong) > before:
            raw.lost.update(allowed)
        _take(raw, root, file, allowed, faults)
    return raw


def _take(raw: Raw, root: Any, file: str, allowed: tuple[str, ...], faults: Faults) -> None:
    if root is None:
        return
    if not isinstance(root, Map):
        faults.add("not_a_map", spot_of(root), f"文件应从 {allowed[0]}: 开始", f"the file starts with `{allowed[0]}:`")
        return
    for key, node in root.items():
        spot = root.key_spots[key]
        if key not in allowed:
            faults.unknown(
                "unknown_key", spot, f"键（{file} 里可用 {'、'.join(allowed)}）", f"key for {file}", key, allowed
            )
        elif key == "handbook":
            raw.head = node
        elif not is_null(node):
            _take_kind(raw, key, node, faults)


def _take_kind(raw: Raw, kind: str, node: Any, faults: Faults) -> None:
    if isinstance(node, Map):
        node = elements("id", SHORT_VALUE.get(kind, ""))(node)
    if not isinstance(node, Seq):
        faults.add("not_a_list", spot_of(node), f"{kind} 下面要写一个列表", f"a list belongs under {kind}")
        return
    for number, item in enumerate(node):
        name = item.get("id") if isinstance(item, Map) else None
        if kind == "contradictions" and isinstance(item, Map) and name is None:
            name = Scalar(f"{spot_of(item).file}_{number}", spot_of(item))
        if not isinstance(item, Map):
            faults.add("not_a_map", spot_of(item), "这里要写 键: 值", "`key: value` pairs belong here")
        elif not isinstance(name, Scalar) or is_null(name):
            faults.add("missing_key", spot_of(item), "缺少 id", "'id' is missing", "id: ...")
        elif name in raw.kinds[kind]:
            first = spot_of(raw.kinds[kind][name])
            faults.add(
                "duplicate_id",
                name.spot,
                f"{kind} 里 {name[:60]} 写了两次（另一处 {first.file}:{first.line}）",
                f"{name[:60]!r} is there twice in {kind} (also {first.file}:{first.line})",
            )
        else:
            raw.kinds[kind][str(name)] = item


def read_head(raw: Raw, faults: Faults) -> HandbookSource | None:
    """The `handbook:` part of handbook.yaml."""
    if raw.head is None:
        faults.add(
            "no_head",
            Spot("handbook.yaml", 1, 1),
            "缺少 handbook: {id, name, version}",
            "`handbook: {id, name, version}` is missing",
        )
        return None
    return read_element(HandbookSource, raw.head, faults)


def read_all(raw: Raw, faults: Faults) -> dict[str, dict[str, Element]]:
    """Every element through its model; those that cannot be read are left out (their faults are noted)."""
    made: dict[str, dict[str, Element]] = {kind: {} for kind in KINDS}
    for kind, items in raw.kinds.items():
        for name, node in items.items():
            element = read_element(KINDS[kind], expand(node, faults) if kind == "procedures" else node, faults)
            if element is not None:
                made[kind][name] = element
    return made


def unread(raw: Raw, made: Mapping[str, Mapping[str, Element]]) -> frozenset[tuple[str, str]]:
    """(kind, id) of the elements that could not be read; id "*" where a whole file was lost."""
    single = {(kind, name) for kind, items in raw.kinds.items() for name in items if name not in made[kind]}
    return frozenset(single | {(kind, ALL) for kind in raw.lost})

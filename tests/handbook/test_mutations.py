"""Whatever is changed in a sound handbook, the loader answers with faults or a handbook, never with a traceback."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from aftercare.handbook import load_texts
from aftercare.handbook.faults import Faults
from aftercare.handbook.folder import read_folder

SMALL = read_folder(Path(__file__).parent / "small", Faults())
FILES = sorted(name for name in SMALL if name.endswith(".yaml"))
VALUES: list[Any] = [
    None, True, 0, -1, 1.5, "", "x", "12:30", "a.b", "day 40", "[", "row.x as y", [], [[]], {}, [None], {"a": None},
    {"zh": "x"}, {"zh": "{", "en": "}"}, {"zh": "{row.}", "en": "{}"}, ["x", "x"],
    "9" * 400, "'", "\u0000", "no", "1.0.0", "3d",
]  # fmt: skip


def _spots(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a tree."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [own for key, value in items for own in [(*path, key), *_spots(value, (*path, key))]]


def _mutate(tree: Any, luck: random.Random) -> Any:
    path = luck.choice(_spots(tree))
    parent = tree
    for key in path[:-1]:
        parent = parent[key]
    deed = luck.choice(["delete", "rename", "type", "type", "copy", "twice"])
    if deed == "delete":
        del parent[path[-1]]
    elif deed == "rename" and isinstance(parent, dict):
        parent[str(path[-1])[:-1] + luck.choice("xyz_")] = parent.pop(path[-1])
    elif deed == "copy":
        other = tree
        for key in luck.choice(_spots(tree)):
            other = other[key]
        parent[path[-1]] = json.loads(json.dumps(other))
    elif deed == "twice" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[path[-1]]))
    else:
        parent[path[-1]] = copy.deepcopy(luck.choice(VALUES))  # a value put into itself would be a circle
    return tree


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(FILES), st.integers(1, 4))
def test_a_changed_tree_gives_faults_and_nothing_else(seed: int, file: str, times: int) -> None:
    luck = random.Random(seed)
    tree = YAML(typ="safe", pure=True).load(SMALL[file])
    for _ in range(times):
        tree = _mutate(tree, luck) if _spots(tree) else tree
    loaded = load_texts({**SMALL, file: json.dumps(tree, ensure_ascii=False)})
    assert (loaded.handbook is None) == bool(loaded.faults)
    assert all(fault.zh and fault.en and fault.data.get("file") for fault in loaded.faults), loaded.faults


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(FILES))
def test_changed_characters_give_faults_and_nothing_else(seed: int, file: str) -> None:
    luck = random.Random(seed)
    signs = list(SMALL[file])
    for _ in range(luck.randint(1, 4)):
        place = luck.randrange(len(signs))
        signs[place] = luck.choice(
            ["", "\n", " ", ":", "#", "{", "}", "[", "]", "'", '"', "*", "&", "!", "|", ">", "-", "?", "%", "é"]
        )
    loaded = load_texts({**SMALL, file: "".join(signs)})
    assert (loaded.handbook is None) == bool(loaded.faults)

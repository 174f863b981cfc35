"""What the YAML reader yields: scalars, maps and lists that know where they stand. Pure values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aftercare.handbook.model import Spot

NOWHERE = Spot()


class Scalar(str):
    """The written text of a scalar; `value` is what YAML 1.2 makes of it (None, bool, int, float or str)."""

    spot: Spot
    value: Any
    quoted: bool
    cut: bool  # an unquoted text that a comment follows on its line

    def __new__(
        cls, text: str, spot: Spot = NOWHERE, value: Any = ..., *, quoted: bool = False, cut: bool = False
    ) -> Scalar:
        self = super().__new__(cls, text)
        self.spot, self.quoted, self.cut = spot, quoted, cut
        self.value = str(text) if value is ... else value
        return self

    def at(self, offset: int) -> Spot:
        """The spot of the character `offset` characters into the text (exact on one line, else the start)."""
        shift = offset + (1 if self.quoted else 0)
        return self.spot if "\n" in self else Spot(self.spot.file, self.spot.line, self.spot.column + shift)


class Map(dict[str, Any]):
    """Keys to nodes; `key_spots` says where each key stands."""

    spot: Spot
    key_spots: dict[str, Spot]

    def __init__(
        self,
        items: Iterable[tuple[str, Any]] = (),
        spot: Spot = NOWHERE,
        key_spots: dict[str, Spot] | None = None,
    ) -> None:
        super().__init__(items)
        self.spot = spot
        self.key_spots = key_spots if key_spots is not None else {}

    def with_(self, **more: Any) -> Map:
        """A copy with further keys."""
        return Map([*self.items(), *more.items()], self.spot, self.key_spots)


class Seq(list[Any]):
    spot: Spot

    def __init__(self, items: Iterable[Any] = (), spot: Spot = NOWHERE) -> None:
        super().__init__(items)
        self.spot = spot


Node = Scalar | Map | Seq


def spot_of(node: Any) -> Spot:
    """Where a node stands; Spot() for anything else."""
    found = getattr(node, "spot", NOWHERE)
    return found if isinstance(found, Spot) else NOWHERE


def plain(node: Any) -> Any:
    """The JSON value of a node."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, list) else node


def is_null(node: Any) -> bool:
    return isinstance(node, Scalar) and node.value is None


def one_or_many(node: Any) -> list[Any]:
    """A list's items, or the single node as a list; nothing for an empty node."""
    if node is None or is_null(node):
        return []
    return list(node) if isinstance(node, Seq) else [node]

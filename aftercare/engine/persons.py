"""People in what sheets and tables hold."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.types import Json


def persons_in(value: Json) -> list[Json]:
    """Ids of the people in a reference, a list of references, or a list of rows with a column of people; no doubles."""
    found: list[Json] = []
    for one in value if isinstance(value, list | tuple) else [value]:
        if _is_person(one):
            found.append(one["id"])
        elif isinstance(one, Mapping):
            cells = [cell for cell in one.values() if _is_person(cell) or isinstance(cell, list)]
            found += [person["id"] for cell in cells for person in _each(cell) if _is_person(person)]
        elif isinstance(one, int) and not isinstance(one, bool):
            found.append(one)
    return [one for one in dict.fromkeys(found) if one]


def _each(cell: Json) -> list[Json]:
    return cell if isinstance(cell, list) else [cell]


def _is_person(one: Json) -> bool:
    return isinstance(one, Mapping) and one.get("kind") == "person"

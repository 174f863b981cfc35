"""What the inputs of a form need besides the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as own


@dataclass(frozen=True, slots=True)
class Known:
    """What the inputs need besides the form.

    `people`: id -> name to choose from, for fields of type person; `stores` likewise. `people_at`: only these at a path
    ("crew.member"), "" for all other paths. `pickers`: type (customer, order, product, case:PROCEDURE) -> address that
    answers a search `?q=` with options (web/fields/options.html).
    `labels`: (type, id) -> what a chosen reference is called. `pictures`: address of a file, with %d for its id.
    """

    people: Mapping[int, str] = own(default_factory=dict)
    people_at: Mapping[str, Mapping[int, str]] = own(default_factory=dict)
    stores: Mapping[int, str] = own(default_factory=dict)
    pickers: Mapping[str, str] = own(default_factory=dict)
    labels: Mapping[tuple[str, int], str] = own(default_factory=dict)
    pictures: str = ""


NOTHING_KNOWN = Known()

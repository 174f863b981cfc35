"""A paper as people see it: number, copies and where they are, who printed it when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftercare.documents.actions import ISSUER
from aftercare.documents.models import Copy, Document
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.web.naming import House, bracketed
from aftercare.web.words import text_in

HOLDERS = {ISSUER: Text("开单人", "whoever issued it"), "customer": Text("客户", "customer")}
PAPERS = {
    "a4": Text("A4", "A4"),
    "continuous_241": Text("241 毫米三联", "241 mm, three parts"),
    "80mm": Text("80 毫米小票", "80 mm slip"),
    "58mm": Text("58 毫米小票", "58 mm slip"),
}


@dataclass(frozen=True, slots=True)
class CopyLine:
    row: Copy
    label: str
    holder: str
    pending: str
    thing: str
    to_receive: bool


class PaperLine:
    """One paper. `pending` names the copies ("contract/2") that this person is asked to receive."""

    def __init__(self, row: Document, actor: Actor, house: House, pending: Mapping[str, bool]) -> None:
        self.row, self.house, self._pending = row, house, pending
        self.may_reissue = actor.may("documents.reissue", row.store_id)

    @property
    def title(self) -> str:
        return text_in(self.row.title)

    @property
    def replaced_by(self) -> Document | None:
        return getattr(self.row, "superseded_by", None)

    @property
    def valid(self) -> bool:
        return self.row.voided_at is None and self.replaced_by is None

    @property
    def copies(self) -> list[CopyLine]:
        return [
            CopyLine(
                one,
                text_in(one.label) + bracketed(one.mark),
                self._holder(one),
                self._name(one.pending_receipt) if one.pending_receipt else "",
                f"{self.row.kind}/{one.n}",
                self.valid and bool(one.pending_receipt) and f"{self.row.kind}/{one.n}" in self._pending,
            )
            for one in self.row.copies.all()
        ]

    def _holder(self, copy: Copy) -> str:
        name = self._name(copy.holder)
        return name + bracketed(copy.holder_name if copy.holder != "customer" else "")

    def _name(self, holder: str) -> str:
        known = HOLDERS.get(holder) or self.house.roles.get(holder)
        return text_in(known) if known else holder

    @property
    def prints(self) -> list[Any]:
        return sorted(self.row.prints.all(), key=lambda one: one.at)

    @property
    def sizes(self) -> list[tuple[str, Text]]:
        """The paper it was made for first, then A4 and the continuous form."""
        wanted = dict.fromkeys((self.row.paper, "a4", "continuous_241"))
        return [(name, PAPERS[name]) for name in wanted if name in PAPERS]

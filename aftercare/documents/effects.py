"""What outcomes of tasks ask of papers. The integrator registers these with cases; they only write rows.

All run inside the transaction of the case. `definition` is a document of a handbook (id, name, template, source,
number, copies with id, holder and name, paper); it is only read, so any object with these attributes will do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from aftercare.documents import actions, templates
from aftercare.documents.models import Copy, Document
from aftercare.errors import Refused
from aftercare.people.actor import Actor
from aftercare.texts import Text


class CopyDefinition(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def name(self) -> Text: ...


class Definition(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> Text: ...
    @property
    def template(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def copies(self) -> Sequence[CopyDefinition]: ...
    @property
    def paper(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Where:
    """The case a paper belongs to."""

    case: int | None
    subject: Mapping[str, Any]
    store: int
    store_code: str = ""
    handbook_version: str = ""


def issue_paper(
    definition: Definition,
    data: Mapping[str, Any],
    where: Where,
    actor: Actor,
    now: datetime,
    supersedes: int | None = None,
    sources: Mapping[str, str] | None = None,
) -> Document:
    """Issue a paper of a handbook: `{issue: sales_contract}`.

    `data` are the evaluated `data:` of the definition plus
    {company: {name, phone, logo: {png: base64}}, store: {name, phone, address}}.
    `sources` are further template files of the handbook, when it brings its own.
    """
    bundle = _gathered(definition.template, tuple({**(sources or {}), definition.template: definition.source}.items()))
    plan = actions.Plan(
        kind=definition.id,
        title=definition.name,
        pattern=definition.number or "{yyyy}{mm}{dd}-{n:04}",
        bundle=bundle,
        copies=[actions.CopyPlan(place, one.name, one.holder) for place, one in enumerate(definition.copies, start=1)]
        or [actions.CopyPlan(1, definition.name, actions.ISSUER)],
        store=where.store,
        store_code=where.store_code,
        case=where.case,
        subject=where.subject,
        handbook_version=where.handbook_version,
        paper=definition.paper[0] if definition.paper else "a4",
    )
    return actions.issue(plan, data, actor, now, supersedes=supersedes)


@lru_cache(maxsize=64)
def _gathered(name: str, sources: tuple[tuple[str, str], ...]) -> templates.Bundle:
    """Checked and hashed once per process, not once per paper."""
    return templates.gather(name, dict(sources))


def hand_copy(
    case: int, things: Iterable[str], holder: str, holder_name: str, at: datetime, pending: bool = False
) -> list[Copy]:
    """Hand copies over, all or none: `{hand: [contract/2, sheet/1], to: service_manager, receipt: confirm}`.

    `pending` is true while the receiver has to confirm; call again with False when they do. Things without "/" are not
    papers and are left to others. Raises Refused when a paper named was never issued or is void.
    """
    found = [_copy(case, thing) for thing in things if "/" in thing]
    return [actions.record_copy(document, n, holder, holder_name, at, pending) for document, n in found]


def _copy(case: int, thing: str) -> tuple[int, int]:
    kind, _, n = thing.partition("/")
    found = Document.objects.filter(case_id=case, kind=kind, voided_at=None).order_by("-id").first()
    if found is None or not n.isascii() or not n.isdigit():
        raise Refused.because(
            "documents.not_issued",
            f"还没有可交接的单据“{thing}”",
            f"There is no paper “{thing}” to hand over yet",
            data={"paper": thing},
        )
    return found.pk, int(n)

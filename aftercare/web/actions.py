"""The only writes of pages themselves: saved views of lists."""

from __future__ import annotations

from django.db import transaction

from aftercare.errors import Fault, NotFound, Refused
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults
from aftercare.web.models import SavedView

MOST_VIEWS = 30
LONGEST_NAME = 40
LONGEST_QUERY = 2000


@transaction.atomic
def save_view(page: str, name: str, query: str, actor: Actor) -> int:
    """Keeps a list under a name; the same name again replaces it. Returns its id."""
    name = name.strip()
    faults = text_faults({"name": name, "query": query, "page": page})
    if not 0 < len(name) <= LONGEST_NAME:
        zh, en = f"名称为 1 到 {LONGEST_NAME} 个字。", f"A name has 1 to {LONGEST_NAME} characters."
        faults.append(Fault("view.name", zh, en, field="name"))
    if len(query) > LONGEST_QUERY:
        faults.append(Fault("view.query", "筛选条件太多，无法保存。", "Too many filters to keep.", field="query"))
    if SavedView.objects.filter(person=actor.person).exclude(page=page, name=name).count() >= MOST_VIEWS:
        zh, en = f"最多保存 {MOST_VIEWS} 个视图，请先删除一些。", f"{MOST_VIEWS} views at most; remove some first."
        faults.append(Fault("view.many", zh, en))
    if faults:
        raise Refused(faults)
    row, _ = SavedView.objects.update_or_create(person_id=actor.person, page=page, name=name, defaults={"query": query})
    return int(row.pk)


def drop_view(view: int, actor: Actor) -> None:
    """Takes an own view away."""
    if not SavedView.objects.filter(pk=view, person=actor.person).delete()[0]:
        raise NotFound.because("view.absent", "没有找到这个视图。", "There is no such view.")

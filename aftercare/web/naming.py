"""Names of the ids in events, tasks and papers: people and stores from tables, the rest from the handbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.engine.parties import CUSTOMER, MUST
from aftercare.handbook.model import Handbook, Procedure, Task
from aftercare.people import queries as people
from aftercare.people.models import Person
from aftercare.texts import Text
from aftercare.web.words import text_in

Json = Any
WAYS: Mapping[str, Text] = {
    "in_person": Text("当面", "In person"),
    "phone": Text("电话", "By phone"),
    "wechat": Text("微信", "By WeChat"),
}
MUST_BE: Mapping[str, Text] = {
    "attend": Text("到场", "Attend"),
    "sign": Text("签字", "Sign"),
    "mark": Text("逐条标记", "Mark line by line"),
    "confirm": Text("确认", "Confirm"),
    "decide": Text("批准", "Approve"),
}


def listed(texts: Iterable[str]) -> str:
    """One after the other, with the comma of the language."""
    return _(", ").join(texts)


def bracketed(text: str) -> str:
    return _(" (%(text)s)") % {"text": text} if text else ""


class House:
    """People, stores and roles by id; each is read once, when it is first asked for."""

    @cached_property
    def people(self) -> dict[int, str]:
        return dict(Person.objects.values_list("pk", "full_name"))

    @cached_property
    def stores(self) -> dict[int, Any]:
        return {store.pk: store.name for store in people.stores(active_only=False)}

    @cached_property
    def roles(self) -> dict[str, Text]:
        return people.role_names()

    def person(self, number: Json) -> str:
        """The name of a person, a reference to one, or of several."""
        if isinstance(number, list):
            return listed(self.person(one) for one in number)
        number = number.get("id") if isinstance(number, Mapping) else number
        return self.people.get(number, "") if number else _("the system")

    def store(self, number: int | None) -> str:
        return text_in(self.stores.get(number or 0, ""))


class Names:
    """What things of one procedure are called, in the active language."""

    def __init__(self, handbook: Handbook, procedure: Procedure, house: House) -> None:
        self.handbook, self.procedure, self.house = handbook, procedure, house

    def task_of(self, key: str) -> Task | None:
        return self.procedure.tasks.get(key.split("[")[0].split("#")[0])

    def task(self, key: str) -> str:
        """The name of a task; of one of several, with what tells it apart."""
        task = self.task_of(key)
        if task is None:
            return self.deadline(key)
        rest = key[len(task.id) :].strip("[]#")
        return text_in(task.name) + bracketed(rest)

    def deadline(self, key: str) -> str:
        found = next((one for one in self.procedure.deadlines if one.id == key), None)
        return self.task(found.until) if found and found.until and found.until != key else key

    def outcome(self, key: str, outcome: str | None) -> str:
        task = self.task_of(key)
        found = task.outcomes.get(outcome or "") if task else None
        return text_in(found.name) if found else str(outcome or "")

    def role(self, who: str) -> str:
        """A role, a person of the case by their role, person:ID, or the customer."""
        if who == CUSTOMER:
            return _("customer")
        if who.startswith("person:"):
            return self.house.person(int(who.removeprefix("person:")))
        rule = self.procedure.people.get(who)
        role = self.handbook.roles.get(rule.role if rule and rule.role else who)
        return text_in(role.name) if role else text_in(self.house.roles.get(who, who))

    def must(self, word: str) -> str:
        return text_in(MUST.get(word, word))

    def document(self, name: str) -> str:
        found = self.handbook.documents.get(name)
        return text_in(found.name) if found else name

    def copy(self, document: str, copy: str) -> str:
        definition = self.handbook.documents.get(document)
        found = next((one for one in definition.copies if one.id == str(copy)), None) if definition else None
        return text_in(found.name) if found else str(copy)

    def flag(self, name: str) -> str:
        found = self.procedure.flags.get(name)
        return text_in(found.name) if found else name

    def charge(self, name: str) -> str:
        found = self.procedure.charges.get(name)
        return text_in(found.name) if found else name

    def value(self, path: str) -> str:
        """A value of the case has a name of its own, or is called like the first field of its name."""
        if path in self.procedure.value_names:
            return text_in(self.procedure.value_names[path])
        fields = (form.field(path) for form in self.handbook.forms.values())
        return next((text_in(one.name) for one in fields if one), path)


def clause_links(ids: Iterable[str], handbook: Handbook) -> list[tuple[str, str, str]]:
    """(id, address in the handbook, text) of clauses; several may stand in one text, apart by commas."""
    single = [one for text in ids for one in text.split(",") if one]
    return [
        (one, reverse("clause", args=[handbook.id, one]), text_in(handbook.clauses[one].text))
        for one in dict.fromkeys(single)
        if one in handbook.clauses
    ]

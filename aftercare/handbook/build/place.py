"""The procedure whose parts are being built: who and what can be named there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.handbook.build.context import Build
from aftercare.handbook.conditions import Scope, Type
from aftercare.handbook.model import After, Form
from aftercare.handbook.nodes import Scalar, Seq
from aftercare.handbook.scopes import FUNCTIONS, AnyType


@dataclass(frozen=True, slots=True)
class Place:
    build: Build
    procedure: str
    roots: Mapping[str, AnyType]  # what conditions read
    outcomes: Mapping[str, tuple[str, ...]]  # task -> its outcomes
    people: tuple[str, ...]
    values: Mapping[str, str]
    subject: str

    def scope(self, **more: AnyType) -> Scope:
        return Scope({**self.roots, **more}, FUNCTIONS)

    @property
    def anyone(self) -> Seq:
        """Roles, people of the procedure and the customer."""
        return Seq([*self.build.sources["roles"], *self.people, "customer"])

    @property
    def staff(self) -> Seq:
        return Seq([*self.build.sources["roles"], *self.people])

    def task(self, name: Scalar | None) -> str:
        """The id of a task of this procedure; "" for none."""
        if name is not None and name not in self.outcomes:
            self.build.unknown("tasks", name, self.outcomes)
        return str(name or "")

    def after(self, name: Scalar) -> After | None:
        """`task` or `task.outcome`; None when there is no such thing."""
        task, _, outcome = name.partition(".")
        if task not in self.outcomes:
            self.build.unknown("tasks", Scalar(task, name.spot), self.outcomes)
            return None
        if outcome and outcome not in self.outcomes[task]:
            shown = Scalar(outcome, name.at(len(task) + 1))
            self.build.unknown("outcomes", shown, self.outcomes[task])
            return None
        return After(task, outcome)

    def afters(self, names: Seq | None) -> tuple[After, ...]:
        return tuple(made for one in names or () if (made := self.after(one)) is not None)


@dataclass(frozen=True, slots=True)
class Where:
    """One task of the procedure while it is built: its form and what its conditions read."""

    place: Place
    task: str
    scope: Scope
    form: Form | None
    variables: Mapping[str, Type]

"""Words of the language that are read and kept, but that nothing carries out yet: said aloud, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

from aftercare.handbook.build.context import Build
from aftercare.handbook.model import Field, Form, Handbook, Procedure, Spot, Task


def check(handbook: Handbook, build: Build) -> None:
    for spot, word in _words(handbook):
        build.faults.warn(
            "later", spot, f"{word} 会被读取，但目前还不起作用", f"{word!r} is read, but nothing carries it out yet"
        )


def _words(handbook: Handbook) -> Iterator[tuple[Spot, str]]:
    for procedure in handbook.procedures.values():
        yield from _of_procedure(procedure)
    for form in handbook.forms.values():
        yield from _of_form(form)


def _of_procedure(procedure: Procedure) -> Iterator[tuple[Spot, str]]:
    for start in procedure.starts:
        for word in ("event", "yearly", "covers"):
            if getattr(start, word):
                yield start.spot, f"starts: {word}"
    for person in procedure.people.values():
        if person.max_open:
            yield person.spot, "max_open"
    for task in procedure.tasks.values():
        yield from _of_task(task)


def _of_task(task: Task) -> Iterator[tuple[Spot, str]]:
    if task.accept is not None:
        yield task.spot, "accept"
    for party in (*task.parties, *(one for outcome in task.outcomes.values() for one in outcome.parties)):
        if party.delegate:
            yield party.spot, "delegate"


def _of_form(form: Form) -> Iterator[tuple[Spot, str]]:
    for one in (*form.fields, *(column for field in form.fields for column in field.columns)):
        yield from ((one.spot, word) for word in _of_field(one))


def _of_field(one: Field) -> Iterator[str]:
    for word in ("unique", "twice", "edit", "one_at_a_time", "weight"):
        if getattr(one, word):
            yield word

"""What is expanded before a procedure is read: `like` a template, and named sets of parties."""

from __future__ import annotations

from typing import Any

from aftercare.handbook.faults import Faults
from aftercare.handbook.nodes import Map, Scalar, Seq, is_null, one_or_many


def expand(procedure: Any, faults: Faults) -> Any:
    """The procedure's map with its templates and party sets written out; anything else unchanged."""
    if not isinstance(procedure, Map):
        return procedure
    templates = _maps(procedure.get("templates"))
    sets = _maps(procedure.get("party_sets"))
    tasks = procedure.get("tasks")
    if isinstance(tasks, Seq):
        made: Any = Seq([_task(one, templates, sets, faults) for one in tasks], tasks.spot)
    elif isinstance(tasks, Map):
        made = Map(
            [(key, _task(one, templates, sets, faults)) for key, one in tasks.items()], tasks.spot, tasks.key_spots
        )
    else:
        return procedure
    return procedure.with_(tasks=made)


def _maps(node: Any) -> Map:
    return node if isinstance(node, Map) else Map()


def _task(task: Any, templates: Map, sets: Map, faults: Faults) -> Any:
    if not isinstance(task, Map):
        return task
    like = task.get("like")
    if isinstance(like, Scalar) and not is_null(like):
        template = templates.get(like)
        if not isinstance(template, Map):
            faults.unknown("unknown_template", like.spot, "模板", "template", like, templates)
        else:
            spots = {**template.key_spots, **task.key_spots}
            task = Map({**template, **task}.items(), task.spot, spots)
    task = _parties(task, sets, faults)
    outcomes = task.get("outcomes")
    if isinstance(outcomes, Map) and sets:
        made = Map(
            [(key, _parties(one, sets, faults)) for key, one in outcomes.items()], outcomes.spot, outcomes.key_spots
        )
        return task.with_(outcomes=made)
    return task


def _parties(element: Any, sets: Map, faults: Faults) -> Any:
    """`parties: four` -> the parties of the set; a word inside the list stands for its set too."""
    if not isinstance(element, Map) or "parties" not in element:
        return element
    written = element["parties"]
    if not any(isinstance(one, Scalar) for one in one_or_many(written)):
        return element
    made = Seq(spot=written.spot)
    for one in one_or_many(written):
        if not isinstance(one, Scalar):
            made.append(one)
        elif one in sets:
            made.extend(one_or_many(sets[one]))
        else:
            faults.unknown("unknown_party_set", one.spot, "参与方组合", "set of parties", one, sets)
    return element.with_(parties=made)

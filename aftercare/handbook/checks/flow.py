"""Circles, tasks that can never open, closings that can never come."""

from __future__ import annotations

from aftercare.handbook.build.context import Build
from aftercare.handbook.checks.order import reach, waits_for
from aftercare.handbook.model import Effect, Handbook, Procedure


def check(handbook: Handbook, build: Build) -> None:
    for procedure in handbook.procedures.values():
        _circles(procedure, build)
        _dead_ends(procedure, build)
        _own_reopening(procedure, build)
        _decisions(handbook, procedure, build)
        _closing(procedure, build)
    _opening_circle(handbook, build)


def _circles(procedure: Procedure, build: Build) -> None:
    direct = waits_for(procedure)
    for name, task in procedure.tasks.items():
        if name in reach(direct, name):
            build.faults.add(
                "circle",
                task.spot,
                f"任务 {name} 绕一圈等自己，永远不会开启",
                f"the task {name!r} waits for itself in a circle",
            )


def _dead_ends(procedure: Procedure, build: Build) -> None:
    """A task after an outcome that ends the case never opens."""
    for task in procedure.tasks.values():
        ends = [one for one in task.opens.after if one.outcome and _ends(procedure, one.task, one.outcome)]
        for one in ends:
            build.faults.add(
                "unreachable",
                task.spot,
                f"任务 {task.id} 在结束工单的结果 {one.task}.{one.outcome} 之后，永远不会开启",
                f"the task {task.id!r} comes after {one.task}.{one.outcome}, which ends the case",
            )


def _ends(procedure: Procedure, task: str, outcome: str) -> bool:
    return task in procedure.tasks and procedure.tasks[task].outcomes[outcome].ends == "case"


def _own_reopening(procedure: Procedure, build: Build) -> None:
    """A reopening that runs for ever without a person: `then` without `at_most`."""
    for task in procedure.tasks.values():
        for outcome in task.outcomes.values():
            if outcome.reopen and outcome.reopen.then and not outcome.reopen.at_most:
                build.faults.add(
                    "reopen_then", outcome.spot, "then 要配 at_most", "`then` needs `at_most`", "at_most: 3"
                )


def _decisions(handbook: Handbook, procedure: Procedure, build: Build) -> None:
    """A table that decides a task answers with its outcomes only."""
    for task in procedure.tasks.values():
        rule = handbook.rules.get(task.decide)
        for row in rule.rows if rule else ():
            text = row.then.text if row.then else ""
            word = text[1:-1] if text[:1] == "'" == text[-1:] else ""
            if word and word not in task.outcomes:
                build.faults.unknown(
                    "decide_outcome",
                    row.spot,
                    f"任务 {task.id} 的结果",
                    f"outcome of the task {task.id}",
                    word,
                    task.outcomes,
                )


def _closing(procedure: Procedure, build: Build) -> None:
    for task in procedure.tasks.values():
        if any(outcome.ends for outcome in task.outcomes.values()):
            return
    if not procedure.closes.after and procedure.closes.at is None:
        build.faults.warn(
            "no_closing",
            procedure.spot,
            f"流程 {procedure.id} 没有写何时关闭，全部任务完成即关闭",
            f"the procedure {procedure.id!r} does not say when it closes: it closes when all tasks are settled",
        )


def _opening_circle(handbook: Handbook, build: Build) -> None:
    """Procedures that open and wait for each other."""
    direct = {name: set[str]() for name in handbook.procedures}
    for name, procedure in handbook.procedures.items():
        for task in procedure.tasks.values():
            for outcome in task.outcomes.values():
                direct[name] |= {one.params["procedure"] for one in outcome.do if _waiting(one)}
    for name, procedure in handbook.procedures.items():
        if name in reach(direct, name):
            build.faults.add(
                "opening_circle",
                procedure.spot,
                f"流程 {name} 打开并等待的流程又打开它自己",
                f"the procedure {name!r} opens and waits for one that opens it again",
            )


def _waiting(effect: Effect) -> bool:
    return effect.name == "open" and bool(effect.params["wait"])

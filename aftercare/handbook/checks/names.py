"""Ids: rules that hide functions, values that hide each other, settings nobody reads."""

from __future__ import annotations

from aftercare.handbook.build.context import Build
from aftercare.handbook.conditions import BUILTIN_FUNCTIONS
from aftercare.handbook.model import Handbook, Procedure
from aftercare.handbook.scopes import FUNCTIONS, ROOTS

ANCHORS = frozenset({"opened", "due", "closing"})


def check(handbook: Handbook, build: Build) -> None:
    for name, rule in handbook.rules.items():
        if name in FUNCTIONS or name in BUILTIN_FUNCTIONS:
            build.faults.add(
                "rule_is_function",
                rule.spot,
                f"规则名 {name} 与函数同名",
                f"the rule {name!r} has the name of a function",
                f"{name}_rule",
            )
    for procedure in handbook.procedures.values():
        _tasks(procedure, build)
        _people(handbook, procedure, build)


def _tasks(procedure: Procedure, build: Build) -> None:
    """A task named like a root, an anchor word or a value of the case would be misread."""
    for name, task in procedure.tasks.items():
        if name in ROOTS or name in ANCHORS:
            build.faults.add(
                "task_hides",
                task.spot,
                f"任务不能叫 {name}：这个词另有用处",
                f"a task cannot be called {name!r}: the word is taken",
                f"{name}_task",
            )
        if task.for_each and task.for_each.var in ROOTS:
            build.faults.add(
                "variable_hides",
                task.spot,
                f"变量 {task.for_each.var} 与已有名称相同",
                f"the variable {task.for_each.var!r} hides another name",
            )
    for flag in procedure.flags.values():
        if flag.id in procedure.tasks:
            build.faults.warn(
                "same_name", flag.spot, f"标记与任务同名：{flag.id}", f"a flag and a task are both called {flag.id!r}"
            )


def _people(handbook: Handbook, procedure: Procedure, build: Build) -> None:
    for name, person in procedure.people.items():
        if name in handbook.roles or name == "customer":
            build.faults.add(
                "person_is_role",
                person.spot,
                f"人员 {name} 与角色同名",
                f"the person {name!r} has the name of a role",
                f"case_{name}",
            )


def unused_settings(handbook: Handbook, build: Build) -> None:
    for name, setting in handbook.settings.items():
        if name not in build.used_settings and not setting.decides:
            build.faults.warn(
                "unused_setting", setting.spot, f"设置项 {name} 没有被用到", f"the setting {name!r} is never read"
            )

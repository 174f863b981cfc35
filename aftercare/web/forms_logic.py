"""The rules of a form that a browser can judge, as a script."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Field


def logic_script(fields: Iterable[Field], conditions_url: str) -> str:
    """A script module with the rules a browser can judge: {path: {shown, required, propose}}; columns "items.*.qty".

    Served by a route of its own, because a page runs no code but that of files.
    """
    rules = [line for path, one in _walk(fields) if (line := _rules(path, one))]
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    head = f'import * as c from "{conditions_url}";\nexport const language = "{language}";\n'
    return f"{head}export const rules = {{\n{''.join(rules)}}};\n"


def _walk(fields: Iterable[Field], before: str = "") -> Iterable[tuple[str, Field]]:
    for one in fields:
        yield before + one.id, one
        yield from _walk(one.columns, f"{before}{one.id}.*.")


def _rules(path: str, one: Field) -> str:
    named = {"shown": one.shown, "required": one.required, "propose": one.propose, "compute": one.compute}
    lines = [
        f"    {name}: (env) => {text},\n"
        for name, rule in named.items()
        if isinstance(rule, Condition) and (text := rule.javascript()) is not None
    ]
    return f'  "{path}": {{\n{"".join(lines)}  }},\n' if lines else ""

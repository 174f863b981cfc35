"""Documents with their copies, template and data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aftercare.handbook.build.context import Build
from aftercare.handbook.conditions import Condition, Scope
from aftercare.handbook.model import Copy, Document
from aftercare.handbook.nodes import Map, Scalar, spot_of
from aftercare.handbook.scopes import FUNCTIONS, AnyType
from aftercare.handbook.source.others import DocumentSource

PAPERS = ("a4", "a5", "continuous_241", "continuous_241_tall", "80mm", "58mm")
_TEMPLATE = re.compile(r"[A-Za-z0-9_-]{1,60}\.typ")


def document(build: Build, source: DocumentSource, scopes: Sequence[dict[str, AnyType]]) -> Document:
    """`scopes`: the roots of every procedure that issues it; the data must be readable in each."""
    data: dict[str, Condition] = {}
    written = source.data if isinstance(source.data, Map) else Map()
    if source.data is not None and not isinstance(source.data, Map):
        build.faults.add(
            "not_a_map", spot_of(source.data), "data 要写 名称: 条件", "`data` is `name: expression` pairs"
        )
    for names in scopes:
        scope = Scope(dict(names), FUNCTIONS)
        for name, expr in written.items():
            if not isinstance(expr, Scalar):
                build.faults.add("not_a_word", spot_of(expr), "这里要写一个条件", "an expression belongs here")
            elif (made := build.compile(expr, scope, None)) is not None:
                data[str(name)] = made
    holders = [*build.sources["roles"], "customer", "company", "file"]
    for copy in source.copies:
        if copy.holder not in holders:
            build.unknown("roles", copy.holder, holders)
    return Document(
        id=str(source.id),
        name=build.text(source.name),
        template=str(source.template),
        source=_template(build, source.template),
        copies=tuple(Copy(str(one.id), str(one.holder), build.text(one.name)) for one in source.copies),
        number=str(source.number or ""),
        data=data,
        paper=_papers(build, source),
        clauses=build.cite(source),
        spot=source.spot,
    )


def _template(build: Build, name: Scalar) -> str:
    if not _TEMPLATE.fullmatch(name):
        build.faults.add(
            "template",
            name.spot,
            f"模板文件名不对：{name[:60]}",
            f"this is no template file name: {name[:60]!r}",
            "name.typ",
        )
        return ""
    found = build.templates.get(f"documents/{name}")
    if found is None:
        files = [one.removeprefix("documents/") for one in build.templates]
        build.faults.unknown("template", name.spot, "模板文件", "template file", str(name), files)
    return found or ""


def _papers(build: Build, source: DocumentSource) -> tuple[str, ...]:
    for one in source.paper or ():
        if one not in PAPERS:
            build.faults.unknown("closed_word", one.spot, "纸张", "paper", str(one), PAPERS)
    return tuple(str(one) for one in source.paper or ()) or ("a4",)

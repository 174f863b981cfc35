"""Only the edges read the clock: everything else takes `now` as an argument, so that it can be tried at any instant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from aftercare.config import paths

READS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"),
    ("time", "time"), ("time", "time_ns"), ("time", "gmtime"),
    ("time", "localtime"), ("time", "strftime"), ("functions", "Now"), ("models", "Now"),
}  # fmt: skip
WITHOUT_ARGUMENTS = {"localdate", "localtime"}  # with an argument they only change its zone
BARE = {"Now"}
IMPLICIT = {"auto_now", "auto_now_add"}
EDGES = ("aftercare/web/", "aftercare/api/", "aftercare/cli/", "aftercare/config/wsgi.py")
THE_CLOCK = "aftercare/clock.py"
SQL_READS = ("now()", "current_timestamp", "clock_timestamp()", "current_date", "statement_timestamp()")


def reads(source: str, name: str) -> list[str]:
    """Every place of `source` that reads a clock it may not read."""
    return [f"{name}:{line}: {what}" for line, what in sorted(_reads(ast.parse(source), name))]


def _reads(tree: ast.AST, name: str) -> Iterator[tuple[int, str]]:
    edge = name.startswith(EDGES)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in READS:
            yield node.lineno, f"{_last(node.value)}.{node.attr}"
        elif isinstance(node, ast.Call) and _last(node.func) in BARE and isinstance(node.func, ast.Name):
            yield node.lineno, f"{node.func.id}()"
        elif isinstance(node, ast.Call) and _last(node.func) in WITHOUT_ARGUMENTS and not node.args + node.keywords:
            yield node.lineno, f"{_last(node.func)}()"
        elif isinstance(node, ast.keyword) and node.arg in IMPLICIT:
            yield node.value.lineno, str(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql_read(node.value):
            yield node.lineno, "the clock of the database"
        elif not edge and _imports_the_clock(node):
            yield getattr(node, "lineno", 0), "aftercare.clock outside of the edges"


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_sql_read(text: str) -> bool:
    low = text.lower()
    is_sql = any(word in low for word in ("select ", "insert ", "update ", "delete "))
    return is_sql and any(read in low for read in SQL_READS)


def _imports_the_clock(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "aftercare.clock" or (
            node.module == "aftercare" and any(alias.name == "clock" for alias in node.names)
        )
    return isinstance(node, ast.Import) and any(alias.name == "aftercare.clock" for alias in node.names)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("aftercare/cases/actions.py", "opened = datetime.now(UTC)"),
        ("aftercare/cases/actions.py", "opened = datetime.datetime.utcnow()"),
        ("aftercare/cases/actions.py", "f(default=timezone.now)"),
        ("aftercare/cases/actions.py", "day = date.today()"),
        ("aftercare/cases/actions.py", "day = timezone.localdate()"),
        ("aftercare/cases/actions.py", "seconds = time.time()"),
        ("aftercare/cases/models.py", "models.DateTimeField(auto_now_add=True)"),
        ("aftercare/cases/queries.py", "filter(at__lt=Now())"),
        ("aftercare/cases/store.py", "cursor.execute('select * from task where due < now()')"),
        ("aftercare/cases/actions.py", "from aftercare import clock"),
        ("aftercare/cases/actions.py", "from aftercare.clock import now"),
        ("aftercare/web/pages/day.py", "at = datetime.now(UTC)"),
    ],
)
def test_a_line_that_must_be_found(name: str, line: str) -> None:
    assert reads(line, name)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("aftercare/web/pages/day.py", "from aftercare import clock\nclock.now()"),
        ("aftercare/cli/worker.py", "until = time.monotonic() + 3"),
        ("aftercare/cases/actions.py", "def act(now): return now + timedelta(hours=1)"),
        ("aftercare/cases/actions.py", "datetime(2026, 1, 1)"),
        ("aftercare/cases/actions.py", "timezone.localdate(now)"),
        ("aftercare/cases/actions.py", "timezone.override('UTC')"),
        ("aftercare/web/pages/day.py", "'Reads now() in a sentence'"),
    ],
)
def test_a_line_that_is_no_fault(name: str, line: str) -> None:
    assert not reads(line, name)


def test_no_package_reads_the_clock() -> None:
    found = []
    for path in sorted((paths.ROOT / "aftercare").rglob("*.py")):
        name = path.relative_to(paths.ROOT).as_posix()
        if name != THE_CLOCK and "/migrations/" not in name:
            found += reads(path.read_text(encoding="utf-8"), name)
    assert not found, "\n".join(found)

"""Who commits, who knows of HTTP, and who reads the clock: one place each."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.policy.walking import PACKAGES, ROOT

COMMITS: Final = {"database/engine.py"}
"""`writing` is the one transaction of every request, command and job."""
CLOCK: Final = {"web/clock.py"}
HTTP: Final = ("flask", "werkzeug", "wtforms", "marshmallow", "webargs", "flask_")
READINGS: Final = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
    ("time", "strftime"), ("time", "ctime"),
    ("func", "now"), ("func", "current_timestamp"), ("func", "localtimestamp"),
}  # fmt: skip
"""Calls that ask what time it is. A stopwatch (perf_counter, monotonic) does not."""


@cache
def sources() -> dict[str, ast.Module]:
    """All our modules, by path; migrations are scripts of Alembic's."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in paths
        if "migrations/versions" not in path.as_posix()
    }


def calls(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Each `what.name(...)`: the last name before the dot, the name, the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            what = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
            yield what, node.func.attr, node.lineno


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each imported module, and each name imported from one, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_only_the_transaction_helper_commits():
    found = {
        path
        for path, tree in sources().items()
        for _, name, _ in calls(tree)
        if name in {"commit", "begin_twophase"}
    }

    assert found == COMMITS


def test_only_web_knows_of_http():
    found = [
        f"{path}:{line} {module}"
        for path, tree in sources().items()
        if not path.startswith("web/")
        for module, line in imports(tree)
        if module.split(".")[0] in HTTP or module.startswith("flask_")
    ]

    assert found == []


def test_only_one_module_reads_the_clock():
    asked = {
        path: (what, name, line)
        for path, tree in sources().items()
        for what, name, line in calls(tree)
        if (what, name) in READINGS
    }
    taken = [
        f"{path}:{line} {module}"
        for path, tree in sources().items()
        for module, line in imports(tree)
        if module in {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}
    ]

    assert set(asked) == CLOCK
    assert taken == []


@pytest.mark.parametrize("code", ["session.commit()", "self.connection.commit()"])
def test_a_commit_is_seen_wherever_it_stands(code):
    assert [name for _, name, _ in calls(ast.parse(code))] == ["commit"]


@pytest.mark.parametrize(
    "code", ["datetime.now(UTC)", "datetime.datetime.now()", "sqlalchemy.func.now()"]
)
def test_a_look_at_the_clock_is_seen_however_it_is_written(code):
    assert [(what, name) in READINGS for what, name, _ in calls(ast.parse(code))] == [True]


def test_the_sources_are_all_there():
    assert {Path(path).parts[0] for path in sources()} == set(PACKAGES)

"""Every route carries exactly one permission, and the permission holds."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from database.settings import Settings
from tests.policy.walking import ROOT
from web import permissions
from web.app import create_app
from web.permissions import PERMISSION

DUMMIES: Final = {"UUIDConverter": "00000000-0000-7000-8000-000000000000", "IntegerConverter": 1}
OPEN: Final = {"public", "demonstration"}
DECORATORS: Final = {
    name
    for name, each in vars(permissions).items()
    if callable(each) and (name.endswith("_required") or name in {"public", "demo_only"})
}
ROUTING: Final = {"route", "get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, no demonstration, on a bank of no rows."""
    from database import migrations

    folder: Path = tmp_path_factory.mktemp("bank")
    url = f"sqlite:///{folder}/bank.sqlite"
    migrations.upgrade(url)
    app = create_app(
        Settings(
            secret_key=SecretStr("tests only"),
            database_url=url,
            files_dir=folder / "files",
            secure_cookies=False,
            rate_limits=False,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["banks"].default.engine.dispose()


def permission_of(app: Flask, endpoint: str) -> Any:
    return vars(app.view_functions[endpoint]).get(PERMISSION)


def test_every_endpoint_has_a_permission(app: Flask):
    without = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not isinstance(permission_of(app, rule.endpoint), str)
    ]

    assert without == []


def views() -> Iterator[tuple[str, list[str]]]:
    """Each view in our source with the names of its decorators, outermost first."""
    for path in sorted((ROOT / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = [_name(decorator) for decorator in node.decorator_list]
                if names and names[0] in ROUTING:
                    yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", names


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_the_one_permission_stands_directly_under_the_routes():
    """Above it would be unguarded; a second one would hide which of them counts."""
    found = list(views())
    wrong = []
    for view, names in found:
        routes = [name for name in names if name in ROUTING]
        rest = names[len(routes) :]
        if names[: len(routes)] != routes or [n for n in rest if n in DECORATORS] != rest[:1]:
            wrong.append(view)

    assert len(found) > 50
    assert wrong == []


def address(app: Flask, rule: Rule) -> str:
    """The rule's address with a dummy in each place."""
    values = {
        name: DUMMIES.get(type(converter).__name__) or _any_of(converter)
        for name, converter in rule._converters.items()
    }
    built = app.url_map.bind("localhost").build(rule.endpoint, values)
    assert isinstance(built, str)
    return built


def _any_of(converter: BaseConverter) -> str:
    """One of the words that the place takes, if it takes only some."""
    return min(converter.items) if isinstance(converter, AnyConverter) else "none"


def guarded(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and method in (rule.methods or ())
        and permission_of(app, rule.endpoint) not in OPEN
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_passes_a_guarded_route_without_signing_in(app: Flask, method: str):
    client = app.test_client()
    ask: Callable[..., Any] = getattr(client, method.lower())
    rules = guarded(app, method)
    wrong = {}
    for rule in rules:
        answer = ask(address(app, rule))
        to_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if not (to_sign_in or answer.status_code in (401, 403)):
            wrong[rule.rule] = (answer.status_code, answer.location)

    assert rules
    assert wrong == {}


def test_what_is_for_demonstrations_is_nowhere_else(app: Flask):
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and permission_of(app, rule.endpoint) == "demonstration":
            for method in {"GET", "POST"} & set(rule.methods or ()):
                answer = client.open(address(app, rule), method=method)
                assert answer.status_code == 404, rule.rule

"""The request log: a line a request, found again by its id, without personal data."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from database.directory import Bank
from tests.web.api.conftest import settings_for
from tests.world import World
from web.app import create_app

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def app(committed_bank: Bank, capsys: pytest.CaptureFixture[str]) -> Iterator[Flask]:
    """An application whose standard output is looked at."""
    app = create_app(settings_for(committed_bank))
    yield app
    app.extensions["banks"].default.engine.dispose()


def lines(capsys: pytest.CaptureFixture[str]):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_request_leaves_one_line(app, capsys):
    answer = app.test_client().get("/api/v1/deposits/D-2026-000001?who=王桂花")

    (line,) = lines(capsys)
    assert line["event"] == "request"
    assert line["level"] == "info"
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["route"] == "/api/v1/deposits/<number>"
    assert line["endpoint"] == "api.verify_deposit"
    assert (line["method"], line["status"], line["bank"]) == ("GET", 404, "330523")
    assert line["milliseconds"] >= 0
    assert line["timestamp"].endswith("Z")


def test_a_line_tells_nothing_of_the_person(app, committed_bank, capsys):
    with committed_bank.session() as session:
        actor = World(session).villager()
        session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["bank"], cookie["_user_id"], cookie["_fresh"] = "330523", str(actor.id), True

    client.get("/api/v1/me?phone=13857200001", headers={"User-Agent": "Phone of Wang"})
    client.post("/sign-in", data={"login": "13857200001", "password": "secret"})

    out = capsys.readouterr().out
    for said in ("13857200001", "secret", str(actor.id), "王桂花", "Wang", "127.0.0.1"):
        assert said not in out


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0192f0c1-7c3e-7000-8000-000000000000", True),
        ("short", False),
        ("x" * 65, False),
        ("with blank and {json}", False),
    ],
)
def test_a_sound_request_id_is_taken_over(app, given, kept):
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-ID"] == given) is kept


def test_a_fault_is_logged_by_type_and_place_but_not_by_message(app, capsys):
    def fault() -> str:
        try:
            raise KeyError("330523195601011234")
        except KeyError as cause:
            raise ValueError("王桂花 13857200001") from cause

    app.add_url_rule("/api/fault", view_func=fault)

    answer = app.test_client().get("/api/fault")

    output = capsys.readouterr()
    fault_line, request_line = [json.loads(line) for line in output.out.splitlines()]
    assert answer.status_code == 500
    assert answer.json["code"] == "http_500"
    assert [fault["type"] for fault in fault_line["faults"]] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert "test_logs.py" in fault_line["faults"][0]["places"][-1]
    assert fault_line["request_id"] == request_line["request_id"] == answer.headers["X-Request-ID"]
    assert request_line["status"] == 500
    for said in ("13857200001", "330523195601011234", "王桂花"):
        assert said not in output.out + output.err

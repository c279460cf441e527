"""Health, readiness and metrics, and who may read them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from database.directory import Bank
from database.settings import Settings
from tests.databases import bank_settings
from tests.world import World
from web.app import create_app

TOKEN = "a token of tests"
AWAY = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def serve() -> Iterator[Callable[..., Flask]]:
    """Applications over these banks; their engines are given back in the end."""
    apps: list[Flask] = []

    def make(*banks: Bank, token: str = "") -> Flask:
        app = create_app(
            Settings(
                banks=tuple(bank.settings for bank in banks),
                secret_key=SecretStr("tests only"),
                metrics_token=SecretStr(token),
                secure_cookies=False,
                rate_limits=False,
            )
        )
        apps.append(app)
        return app

    yield make
    for app in apps:
        for bank in app.extensions["banks"].banks.values():
            bank.engine.dispose()


def test_the_process_is_alive_without_any_database(serve, tmp_path: Path):
    bank = Bank(bank_settings(f"sqlite:///{tmp_path}/empty.sqlite", tmp_path))

    answer = serve(bank).test_client().get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert not (tmp_path / "empty.sqlite").exists()


def test_a_migrated_bank_is_ready(serve, committed_bank: Bank):
    answer = serve(committed_bank).test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"ready": True, "banks": {"330523": "ready"}}


def test_it_says_which_bank_is_not_ready(serve, new_bank, tmp_path: Path):
    ready = new_bank()
    empty = bank_settings(f"sqlite:///{tmp_path}/empty.sqlite", tmp_path, county="330502")
    away = bank_settings("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path, county="330521")

    answer = serve(ready, Bank(empty), Bank(away)).test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json["ready"] is False
    assert answer.json["banks"] == {
        "330523": "ready",
        "330502": "not migrated",
        "330521": "no answer",
    }


def test_metrics_count_requests_and_the_journal(serve, committed_bank: Bank):
    with committed_bank.session() as session:
        World(session).deposit()
        session.commit()
    client = serve(committed_bank).test_client()
    client.get("/healthz")
    client.get("/nowhere")

    text = client.get("/metrics").text

    assert (
        'http_requests_total{endpoint="operations.healthz",method="GET",status="200"} 1.0' in text
    )
    assert 'http_requests_total{endpoint="none",method="GET",status="404"} 1.0' in text
    assert 'http_request_seconds_count{endpoint="operations.healthz"} 1.0' in text
    assert 'ledger_entries_total{bank="330523"} 8.0' in text
    assert 'ledger_entries_unsealed{bank="330523"} 8.0' in text


ATTEMPTS = [
    # token set, from, headers, status
    ("", {}, {}, 200),
    ("", {"REMOTE_ADDR": "::1"}, {}, 200),
    ("", AWAY, {}, 403),
    ("", AWAY, {"Authorization": "Bearer "}, 403),
    ("", {}, {"X-Forwarded-For": "192.0.2.7"}, 403),
    ("", {}, {"Forwarded": "for=192.0.2.7"}, 403),
    (TOKEN, AWAY, {"Authorization": f"Bearer {TOKEN}"}, 200),
    (TOKEN, {}, {"X-Forwarded-For": "192.0.2.7", "Authorization": f"Bearer {TOKEN}"}, 200),
    (TOKEN, AWAY, {"Authorization": "Bearer another"}, 403),
    (TOKEN, AWAY, {"Authorization": TOKEN}, 403),
    (TOKEN, AWAY, {}, 403),
]


@pytest.mark.parametrize(("token", "origin", "headers", "status"), ATTEMPTS)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_metrics_are_for_this_machine_and_for_the_token(
    serve, committed_bank, token, origin, headers, status
):
    client = serve(committed_bank, token=token).test_client()

    answer = client.get("/metrics", environ_overrides=origin, headers=headers)

    assert answer.status_code == status


def test_a_bank_that_does_not_answer_has_no_counts(serve, tmp_path: Path):
    bank = Bank(bank_settings(f"sqlite:///{tmp_path}/empty.sqlite", tmp_path))

    answer = serve(bank).test_client().get("/metrics")

    assert answer.status_code == 200
    assert "ledger_entries_total{" not in answer.text

"""A serving process seals by sequencers; a command seals what it posted itself."""

from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask
from pydantic import SecretStr

from database.directory import Bank
from database.settings import Settings
from ledger import journal, log
from ledger.sequencer import Sequencer
from ledger.verify import verify
from tests.ledger.entries import NOON, transfer
from web import sequencing
from web.app import create_app
from web.session import transaction

WAIT_S = 30
"""Far more than it takes: a test that waits that long has failed."""


@pytest.fixture
def app(committed_bank: Bank) -> Iterator[Flask]:
    app = create_app(
        Settings(
            banks=(committed_bank.settings,),
            secret_key=SecretStr("tests only"),
            signing_key=SecretStr("5e" * 32),
            secure_cookies=False,
        )
    )
    yield app
    app.extensions["banks"].default.engine.dispose()


@pytest.fixture
def serving(app: Flask) -> Iterator[Flask]:
    sequencers = sequencing.serve(app)
    yield app
    sequencers.stop()


def post(app: Flask, key: str) -> None:
    with app.app_context(), transaction() as session:
        journal.open_unit(session, "CNY", at=NOON)
        journal.open_account(session, "world", at=NOON, may_go_negative=True)
        journal.open_account(session, "ann", at=NOON)
        journal.post(session, transfer(key, "world -> ann 1 CNY"), at=NOON)


def unsealed(bank: Bank) -> int:
    with bank.session() as session:
        return verify(session).unsealed


def test_a_process_without_sequencers_seals_at_once(app: Flask, committed_bank: Bank) -> None:
    post(app, "1")

    assert unsealed(committed_bank) == 0


def test_a_command_seals_at_once_for_no_request_has_begun_anything(
    serving: Flask, committed_bank: Bank
) -> None:
    post(serving, "1")

    assert unsealed(committed_bank) == 0


def test_a_serving_process_seals_and_signs_by_itself(
    serving: Flask, committed_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned, turn = Event(), Sequencer._turn

    def watched(sequencer: Sequencer) -> None:
        turn(sequencer)
        with committed_bank.session() as session:
            if (last := log.latest_checkpoint(session)) and last.size == 4:
                turned.set()

    monkeypatch.setattr(Sequencer, "_turn", watched)
    serving.test_client().get("/healthz")
    post(serving, "1")

    assert turned.wait(WAIT_S)
    assert unsealed(committed_bank) == 0

"""A serving process does the jobs of all its banks by itself, from its first request on."""

from collections.abc import Callable, Iterator
from time import monotonic, sleep
from uuid import UUID

import pytest
from flask import Flask
from pydantic import SecretStr

from bank.jobs.lifecycle import Stage
from database.directory import Bank
from database.settings import Settings
from tests.bank.jobs.doing import KIND, count, look, new_job
from web import jobs
from web.app import create_app

WAIT_S = 30


@pytest.fixture
def banks(new_bank: Callable[..., Bank]) -> list[Bank]:
    return [new_bank(), new_bank(county="330522", hosts=("changxing.test",))]


@pytest.fixture
def serving(banks: list[Bank], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(jobs, "HANDLERS", {KIND: count})
    app = create_app(
        Settings(
            banks=tuple(bank.settings for bank in banks),
            secret_key=SecretStr("tests only"),
            secure_cookies=False,
        )
    )
    workers = jobs.serve(app)
    yield app
    workers.stop()
    for bank in app.extensions["banks"].banks.values():
        bank.engine.dispose()


def ended(bank: Bank, job_id: UUID) -> bool:
    """Whether the job comes to its end within the time that a test waits."""
    end = monotonic() + WAIT_S
    while monotonic() < end:
        if look(bank, job_id).stage is Stage.DONE:
            return True
        sleep(0.05)
    return False


def test_both_banks_jobs_are_done_after_the_first_request(
    serving: Flask, banks: list[Bank]
) -> None:
    queued = [new_job(bank) for bank in banks]
    assert all(
        look(bank, job).stage is Stage.WAITING for bank, job in zip(banks, queued, strict=True)
    )

    serving.test_client().get("/healthz")

    assert all(ended(bank, job) for bank, job in zip(banks, queued, strict=True))


def test_a_woken_worker_looks_at_once(serving: Flask, banks: list[Bank]) -> None:
    serving.test_client().get("/healthz")
    sleep(0.5)
    job = new_job(banks[0])
    begun = monotonic()

    jobs.wake(serving, serving.extensions["banks"].default)

    assert ended(banks[0], job)
    assert monotonic() - begun < jobs.EVERY

"""Checking a report in the browser: the right file, another one, one that was changed by a byte."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bank.deposits.lifecycle import Stage
from bank.files.documents import get_document, read
from database.directory import Bank
from tests.databases import Postgresql, Sqlite, bank_settings
from tests.journeys.conftest import serving
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.world import World, pdf

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Report:
    """An issued report: its number and its bytes."""

    number: str
    content: bytes


@pytest.fixture(scope="module")
def committed_bank(
    backend: Sqlite | Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bank]:
    """One bank for all of these stories: they only read."""
    with backend.fresh() as url:
        bank = Bank(bank_settings(url, Path(tmp_path_factory.mktemp("files"))))
        yield bank
        bank.engine.dispose()


@pytest.fixture(scope="module")
def report(committed_bank: Bank) -> Report:
    """A villager's woodland, appraised."""
    with committed_bank.session() as session:
        world = World(session, at=days_ago(20))
        appraisal = world.appraise(world.deposit(Stage.CLEARED))
        assert appraisal.report_id is not None
        content = read(session, get_document(session, appraisal.report_id))
        session.commit()
        return Report(appraisal.number, content)


@pytest.fixture(scope="module")
def address(committed_bank: Bank, report: Report) -> Iterator[str]:
    """Where it is served."""
    assert report.content
    with serving(committed_bank) as address:
        yield address


@pytest.fixture
def reader(person: Callable[..., Person], report: Report) -> Person:
    """Somebody with the report on her phone, who scanned its code."""
    return person(phone=True, language="en").open(f"/appraisals/{report.number}")


def choose(page: Page, content: bytes) -> None:
    """Choose a file as one's copy."""
    given: Any = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": content}
    page.set_input_files("input[type=file]", files=[given])


def concludes(page: Page, verdict: str) -> None:
    """The one verdict in sight."""
    expect(page.locator(f"[data-verdict='{verdict}']")).to_be_visible()
    expect(page.locator("[data-verdict]:visible")).to_have_count(1)


def test_the_copy_is_compared_on_the_readers_device_and_never_sent(
    reader: Person, report: Report
) -> None:
    sent: list[str] = []
    page = reader.page
    expect(page.locator("[data-scripted]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: sent.append(request.url))

    choose(page, report.content)
    concludes(page, "same")

    assert sent == []
    assert reader.troubles == []


@pytest.mark.parametrize("spoil", ["a byte", "another", "nothing in it"])
def test_any_other_file_is_told_from_it(reader: Person, report: Report, spoil: str) -> None:
    changed = bytearray(report.content)
    changed[len(changed) // 2] ^= 1
    files = {"a byte": bytes(changed), "another": pdf("other"), "nothing in it": b""}

    choose(reader.page, files[spoil])

    concludes(reader.page, "other")


def test_the_file_that_was_chosen_last_counts(reader: Person, report: Report) -> None:
    choose(reader.page, pdf("other"))
    concludes(reader.page, "other")

    choose(reader.page, report.content)

    concludes(reader.page, "same")

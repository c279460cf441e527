"""A real server on a real database, and people with browsers of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pydantic import SecretStr

from database.directory import Bank
from database.settings import Settings
from tests.journeys.people import Person
from tests.journeys.server import server_of
from web import jobs
from web.app import create_app

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing, `make setup-tests` installs it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def serving(bank: Bank, **more: Any) -> Iterator[str]:
    """The application on this bank, served on a free port, as a demonstration; `more` settings."""
    app = create_app(
        Settings(
            banks=(bank.settings,),
            demo=True,
            secure_cookies=False,
            rate_limits=False,
            signing_key=SecretStr("5e" * 32),
            **more,
        )
    )
    workers = jobs.serve(app)
    server = server_of(app)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        workers.stop()
        app.extensions["banks"].default.engine.dispose()


@pytest.fixture
def address(committed_bank: Bank) -> Iterator[str]:
    """Where the bank under test is served."""
    with serving(committed_bank) as address:
        yield address


@pytest.fixture
def person(browser: Browser, address: str, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Makes people: each has a browser window of her own, a phone or a desk.

    What each of them saw last is kept as a picture beside the test's files.
    """
    people: list[Person] = []
    with ExitStack() as opened:

        def make(login: str = "", *, phone: bool = False, language: str = "zh-CN") -> Person:
            context: BrowserContext = browser.new_context(
                **(PHONE if phone else DESK), base_url=address, locale=language
            )
            opened.callback(context.close)
            page: Page = context.new_page()
            page.set_default_timeout(15_000)
            someone = Person(page, tmp_path, chinese=language.startswith("zh"))
            people.append(someone)
            if login:
                someone.sign_in(login)
            return someone

        expect.set_options(timeout=15_000)
        yield make
        for place, someone in enumerate(people):
            someone.page.screenshot(path=tmp_path / f"{place}.png")

"""One process serves two counties, two databases; neither sees anything of the other."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from database.directory import Bank
from database.settings import Settings
from tests.web.desk import days_ago
from tests.world import PASSWORD, World
from web.app import create_app

ANJI, WUXING = "http://anji.example", "http://wuxing.example"


@pytest.fixture
def banks(new_bank: Callable[..., Bank]) -> tuple[Bank, Bank]:
    """Two counties on databases of their own."""
    return (
        new_bank(county="330523", hosts=("anji.example",)),
        new_bank(county="330502", name_zh="吴兴区", name_en="Wuxing", hosts=("wuxing.example",)),
    )


@pytest.fixture
def app(banks: tuple[Bank, Bank]) -> Iterator[Flask]:
    """One application that serves both."""
    app = create_app(
        Settings(
            banks=tuple(bank.settings for bank in banks), secure_cookies=False, rate_limits=False
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    for bank in app.extensions["banks"].banks.values():
        bank.engine.dispose()


def sign_in(client: FlaskClient, address: str, login: str) -> str:
    """Where the sign-in leads."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD}, base_url=address)
    return answer.headers.get("Location", "")


def test_each_host_shows_its_own_countys_deposits(app: Flask, banks: tuple[Bank, Bank]) -> None:
    numbers = []
    for place, bank in enumerate(banks):
        with bank.session() as session:
            world = World(session, at=days_ago(60))
            for _ in range(place + 1):
                deposit = world.deposit()
            deposit.asset.name = f"林地{bank.county}"
            numbers.append(deposit.asset.name)
            session.commit()

    client = app.test_client()
    here = client.get("/catalogue", base_url=ANJI).text
    there = client.get("/catalogue", base_url=WUXING).text

    assert numbers[0] in here
    assert numbers[1] not in here
    assert numbers[1] in there
    assert numbers[0] not in there


def test_a_login_of_one_bank_is_nobody_at_the_other(app: Flask, banks: tuple[Bank, Bank]) -> None:
    with banks[0].session() as session:
        World(session, at=days_ago(60)).user("王桂花", login="wangguihua")
        session.commit()

    assert sign_in(app.test_client(), ANJI, "wangguihua")
    assert not sign_in(app.test_client(), WUXING, "wangguihua")


def test_a_cookie_of_one_bank_is_worth_nothing_at_the_other(
    app: Flask, banks: tuple[Bank, Bank]
) -> None:
    with banks[0].session() as session:
        World(session, at=days_ago(60)).user("王桂花", login="wangguihua")
        session.commit()
    client = app.test_client()
    sign_in(client, ANJI, "wangguihua")
    cookie = client.get_cookie("bank", domain="anji.example")
    assert cookie is not None
    client.set_cookie("bank", cookie.value, domain="wuxing.example")

    assert "王桂花" in client.get("/account", base_url=ANJI).text
    answer = client.get("/account", base_url=WUXING)
    assert answer.status_code == 302
    assert "王桂花" not in answer.text


def test_numbers_and_files_of_the_two_are_apart(banks: tuple[Bank, Bank]) -> None:
    for bank in banks:
        with bank.session() as session:
            assert World(session).deposit().number == "D-2026-000001"
            session.commit()
    first, second = (bank.settings.files_dir for bank in banks)

    assert first != second

"""How often an address may ask for what costs much: maps, tiles, findings, files."""

from collections.abc import Iterator

import pytest
from flask import Flask
from pydantic import SecretStr

from database.directory import Bank
from database.settings import Settings
from tests.web.desk import days_ago
from tests.world import World
from web.app import create_app
from web.limits import limiter

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def limited(committed_bank: Bank) -> Iterator[Flask]:
    app = create_app(
        Settings(
            banks=(committed_bank.settings,), secret_key=SecretStr("tests only"),
            secure_cookies=False, rate_limits=True,
        )
    )  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = False
    limiter.reset()
    yield app
    limiter.reset()
    app.extensions["banks"].default.engine.dispose()


@pytest.mark.parametrize(
    ("address", "granted"),
    [
        ("/lands/parcels?bbox=1,1,2,2", 300),
        ("/lands/tiles/0/0/0.mvt", 1200),
        ("/ogc/conformance", 300),
        ("/exports/towns.geojson", 20),
    ],
)
def test_one_who_asks_too_often_is_told_when_to_come_again(
    limited: Flask, address: str, granted: int
) -> None:
    client = limited.test_client()
    answers = [client.get(address, buffered=True) for _ in range(granted + 1)]

    assert 429 not in {answer.status_code for answer in answers[:-1]}
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Retry-After" not in answers[0].headers
    if address.startswith("/ogc"):
        assert '"http_429"' in answers[-1].text


@pytest.mark.parametrize(
    ("post", "address", "granted"),
    [
        (True, "/redlines/new", 20),
        (True, "/imports/new", 20),
        (True, "/zones", 20),
        (False, f"/redlines/{'0' * 8}-0000-0000-0000-{'0' * 12}/map.json", 60),
        (False, f"/redlines/{'0' * 8}-0000-0000-0000-{'0' * 12}", 60),
        (False, f"/imports/{'0' * 8}-0000-0000-0000-{'0' * 12}/preview", 60),
        (False, f"/imports/{'0' * 8}-0000-0000-0000-{'0' * 12}/preview.json", 60),
        (False, f"/imports/{'0' * 8}-0000-0000-0000-{'0' * 12}/refused-rows", 20),
        (False, f"/exports/redlines/{'0' * 8}-0000-0000-0000-{'0' * 12}.gpkg", 20),
    ],
)
def test_what_is_reckoned_anew_or_read_from_files_has_its_limit(
    limited: Flask, committed_bank: Bank, *, post: bool, address: str, granted: int
) -> None:
    with committed_bank.session() as session:
        county = World(session, at=days_ago(60)).county_officer
        session.commit()
    client = limited.test_client()
    with client.session_transaction() as cookie:
        cookie["bank"], cookie["_user_id"], cookie["_fresh"] = "330523", str(county.id), True
    ask = client.post if post else client.get

    found = [ask(address).status_code for _ in range(granted + 1)]

    assert 429 not in found[:-1]
    assert found[-1] == 429


def test_an_error_keeps_the_headers_that_belong_to_it(limited: Flask) -> None:
    client = limited.test_client()

    assert "GET" in client.post("/ogc/collections/catalogue/items").headers["Allow"]
    assert "GET" in client.post("/catalogue").headers["Allow"]
    wrong = client.get("/exports/deposits.gpkg", headers={"Authorization": "Bearer land_x"})
    assert wrong.status_code == 401
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")

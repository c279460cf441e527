"""Text that no database keeps is refused at the edge, on every page and in the API."""

from io import BytesIO

import pytest
from flask import Flask, request

from tests.web.desk import Desk
from tests.web.visiting import Site, text_of
from web import sound_text

on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
"""The database that fails at such text; the embedded one would keep it."""


@on_postgresql
@pytest.mark.parametrize(
    "address", ["/parcels/%00", "/parcels/a%00b/code.svg", "/notices/%00", "/api/v1/catalogue/%00"]
)
def test_an_address_with_a_nul_leads_nowhere(desk: Desk, address: str) -> None:
    assert desk.browser().get(address).status_code == 404


@on_postgresql
def test_a_question_with_a_nul_cannot_be_read_in_the_readers_language(site: Site) -> None:
    for language, words in (("en", "could not be read"), ("zh", "没有读懂")):
        client = site.visitor(site.world.county_officer, language=language)
        answer = client.get("/exports/parcels.gpkg?town=%00")

        assert answer.status_code == 400
        assert words in text_of(answer), text_of(answer)


def test_programs_are_told_in_json(desk: Desk) -> None:
    answer = desk.browser().get("/api/v1/catalogue?text=a%00")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "http_400")


@on_postgresql
def test_a_form_or_the_name_of_a_file_with_a_nul_cannot_be_read(site: Site) -> None:
    client = site.visitor(site.world.county_officer)

    named = client.post("/redlines/new", data={"name": "a\0b", "key": "k"})
    given = client.post("/imports/new", data={"file": (BytesIO(b"x\n"), "a\0b.csv"), "key": "k"})

    assert (named.status_code, given.status_code) == (400, 400)


@pytest.fixture
def echo() -> Flask:
    """An application that takes any JSON."""
    app = Flask("echo")
    sound_text.init_app(app)
    app.add_url_rule("/", view_func=lambda: {"read": request.get_json()}, methods=["POST"])
    return app


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"a": ["b", {"c": "\\u0000"}]}', 400),
        (b'{"a\\u0000": 1}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": "\\\\u0000", "b": [1, null, true]}', 200),
        (b"[" * 300 + b"]" * 300, 200),
        (b"[" * 50_000 + b"]" * 50_000, 400),
    ],
)
def test_json_is_looked_through_to_its_last_text(echo: Flask, body: bytes, status: int) -> None:
    answer = echo.test_client().post("/", data=body, content_type="application/json")

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("POST", "/nowhere", 404), ("PUT", "/", 405), ("GET", "/static/nothing", 404)],
)
def test_a_body_that_no_view_takes_stays_unread(
    echo: Flask, method: str, address: str, status: int
) -> None:
    body = BytesIO(b"name=a")

    answer = echo.test_client().open(
        address, method=method, input_stream=body, content_length=6,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    assert (answer.status_code, body.tell()) == (status, 0)

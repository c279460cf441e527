"""The ways to the pages around one, as lists show them."""

import pytest
from flask import Flask

from web.paging import open_page_links, page_links


@pytest.fixture
def listing() -> Flask:
    """An application with one list."""
    app = Flask("list")
    app.add_url_rule("/list", "listing")
    return app


@pytest.mark.parametrize(
    ("number", "of", "before", "after"),
    [
        (1, 0, None, None),
        (1, 1, None, None),
        (1, 3, None, "/list?page=2"),
        (2, 3, "/list?page=1", "/list?page=3"),
        (3, 3, "/list?page=2", None),
        (9, 3, "/list?page=3", None),
    ],
)
def test_a_page_leads_to_those_around_it(
    listing: Flask, number: int, of: int, before: str | None, after: str | None
) -> None:
    with listing.test_request_context():
        links = page_links("listing", number, of=of)

    assert links == {"previous_url": before, "next_url": after, "number": number, "of": of}


def test_the_ways_keep_what_else_was_asked_for(listing: Flask) -> None:
    with listing.test_request_context():
        links = open_page_links("listing", 2, more=True, town="330523103", kind=None)

    assert links == {
        "previous_url": "/list?page=1&town=330523103",
        "next_url": "/list?page=3&town=330523103",
    }

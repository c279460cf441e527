"""Which page of a list an address asks for, and the ways to the pages around it."""

from typing import Any

from flask import request, url_for


def page_number() -> int:
    """`?page=` as a number from 1 on; what is none is the first page."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def page_links(endpoint: str, number: int, *, of: int, **told: Any) -> dict[str, Any]:
    """What `ui.pager` shows: the pages before and after this one `of` so many, and where we are.

    Beyond the end, the page before is the last one.
    """
    links = open_page_links(endpoint, min(number, of + 1), more=number < of, **told)
    return links | {"number": number, "of": of}


def open_page_links(endpoint: str, number: int, *, more: bool, **told: Any) -> dict[str, Any]:
    """The same of a list whose end nobody has counted: whether there is `more` is known."""
    return {
        "previous_url": url_for(endpoint, page=number - 1, **told) if number > 1 else None,
        "next_url": url_for(endpoint, page=number + 1, **told) if more else None,
    }

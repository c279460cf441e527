"""Which page of a list an address asks for."""

from flask import request


def page_number() -> int:
    """`?page=` as a number from 1 on; what is none is the first page."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1

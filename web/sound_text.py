"""Refusing requests with text that no database keeps: a NUL, or half of a character."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict

BRINGING: Final = ("POST", "PUT", "PATCH", "DELETE")
"""What a view reads a body of; others are left unread, however much they carry."""


def _refuse_unsound() -> None:
    """An address of such text leads nowhere (404); what is sent with it cannot be read (400).

    PostgreSQL would fail at it, and SQLite keep it for others to fail at.
    """
    if not _is_sound(request.path):
        abort(404)
    if not all(map(_is_sound, _sent())):
        abort(400)


def _sent() -> Iterator[str]:
    yield from _pairs(request.args)
    if request.endpoint is None or request.method not in BRINGING:
        return
    yield from _pairs(request.form)
    for name, file in request.files.items(multi=True):
        yield from (name, file.filename or "")
    if request.is_json:
        yield from _texts(_json())


def _pairs(given: MultiDict[str, str]) -> Iterator[str]:
    return chain.from_iterable(given.items(multi=True))


def _json() -> object:
    """What the body says; None if it is no JSON, which is for the view to refuse."""
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets in brackets, without end
        abort(400)


def _texts(value: object) -> Iterator[str]:
    """All texts of a JSON value, however deep it is."""
    left = [value]
    while left:
        match left.pop():
            case str(text):
                yield text
            case dict(members):
                left += [*members, *members.values()]
            case list(items):
                left += items


def _is_sound(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def init_app(app: Flask) -> None:
    """Look at each request before its view does, after what may be sent at all was settled."""
    app.before_request(_refuse_unsound)

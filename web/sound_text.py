"""Refusing requests with text that no database keeps: a NUL, or half of a character."""

from collections.abc import Iterator

from flask import Flask, abort, request


def _refuse_unsound() -> None:
    """An address of such text leads nowhere (404); what is sent with it cannot be read (400).

    PostgreSQL would fail at it, and SQLite keep it for others to fail at.
    """
    if not _is_sound(request.path):
        abort(404)
    if not all(map(_is_sound, _sent())):
        abort(400)


def _sent() -> Iterator[str]:
    for given in (request.args, request.form):
        for name, value in given.items(multi=True):
            yield from (name, value)
    for name, file in request.files.items(multi=True):
        yield from (name, file.filename or "")
    if request.is_json:
        yield from _texts(request.get_json(silent=True))


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

"""Refusals and HTTP: one table from classes to statuses, and the pages and JSON that show them."""

from typing import Any, Final

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bank.refusals import KeyReused
from database.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, TryAgain
from web.refusal_texts import refusal_text

CARRIED: Final = ("Allow", "Retry-After", "WWW-Authenticate")
"""Headers that belong to an error whatever its body is."""
STATUSES: Final[dict[type[Refusal], int]] = {
    NotFound: 404,
    Forbidden: 403,
    Invalid: 422,
    Conflict: 409,
    KeyReused: 409,
    TryAgain: 503,
}
"""The nearest class in a refusal's ancestry counts; a policy test finds one for each refusal."""


def status_of(refusal: Refusal) -> int:
    """The HTTP status that says what kind of "no" this is."""
    for ancestor in type(refusal).__mro__:
        if ancestor in STATUSES:
            return STATUSES[ancestor]
    raise LookupError(f"{type(refusal).__name__} has no status")


def wants_json() -> bool:
    """Whether the reader is a program."""
    return request.path.startswith(("/api/", "/ogc/"))


def _show_refusal(refusal: Refusal) -> ResponseReturnValue:
    status = status_of(refusal)
    text = refusal_text(refusal)
    if wants_json():
        facts = {name: _plain(fact) for name, fact in refusal.facts.items()}
        return _json(refusal.code, text, field=refusal.field, facts=facts), status
    return render_template(f"errors/{status}.html", text=text), status


def _show_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    headers = carried(error)
    if wants_json():
        return _json(f"http_{status}", error.description or ""), status, headers
    return render_template([f"errors/{status}.html", "errors/500.html"]), status, headers


def carried(error: HTTPException) -> list[tuple[str, str]]:
    """The error's own headers: how to sign in, which methods there are, when to come again."""
    return [(name, value) for name, value in error.get_headers() if name in CARRIED]


def _show_csrf(error: CSRFError) -> ResponseReturnValue:
    if wants_json():
        return _json("csrf", error.description or ""), 400
    text = _("The page was open for too long. Go back, load it anew and send it once more.")
    return render_template("errors/400.html", text=text), 400


def _json(
    code: str, message: str, *, field: str | None = None, facts: dict[str, Any] | None = None
) -> Response:
    return jsonify(code=code, message=message, field=field, facts=facts or {})


def _plain(fact: Any) -> Any:
    """The fact as JSON can say it."""
    return fact if isinstance(fact, (bool, int, str, list, dict, type(None))) else str(fact)


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refusal, _show_refusal)
    app.register_error_handler(CSRFError, _show_csrf)
    app.register_error_handler(HTTPException, _show_error)

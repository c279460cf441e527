"""The JSON API under /api/v1: flask-smorest routes, schemas per resource, their specification."""

from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_wtf import CSRFProtect

from web.api import (
    agencies,
    catalogue,
    deposits,
    ledger,
    me,
    notices,
    orders,
    parameters,
    projects,
    reader,
    rules,
    sensitivity,
    valuations,
)
from web.api.blueprint import bp
from web.api.shapes import ErrorOut

__all__ = [
    "agencies",
    "catalogue",
    "deposits",
    "init_app",
    "ledger",
    "me",
    "notices",
    "orders",
    "parameters",
    "projects",
    "rules",
]

DESCRIPTION = """\
Whatever the bank's pages show to everyone, for programs. Money is whole fen, area whole dm²,
moments are UTC, days are days in China.

Reading what is public needs nothing. What is one's own needs the session cookie `bank` of a person
who signed in on the pages; writing needs besides the header `X-CSRFToken` with the token that
`GET /api/v1/me` gives, and over HTTPS a `Referer` of this site.

An error has a `code` that stays the same and a `message` in the language that the request
accepts; `field` names the input at fault.
"""
TAGS = (
    ("Catalogue", "What is stored, free to be ordered or taken."),
    ("Notices", "What is on public display."),
    ("Projects", "What the land is used for."),
    ("Agencies", "Who appraises, plans and finances."),
    ("Verification", "Holding a passbook against the bank."),
    (
        "Ledger",
        "Entries without owners, the sealed log and proofs. An entry is sealed within a second of "
        "its commit, and covered by a signed checkpoint within a minute.",
    ),
    ("Rules", "The numbers that law and practice set."),
    ("Townships", "Where things lie."),
    ("Valuations", "Methods, and computing a value."),
    ("Parameters", "The county's tables of rates, coefficients, prices and costs."),
    ("Me", "What belongs to whoever is signed in."),
)


class BankApi(Api):
    """flask-smorest's API; errors are shown by `web.errors`, like those of all pages."""

    ERROR_SCHEMA = ErrorOut

    def _register_error_handlers(self) -> None:
        """Leave them to `web.errors`."""

    def _register_pagination_header(self) -> None:
        """Pages stand in the body."""


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Register the API and its reader pages."""
    api = BankApi(app, spec_kwargs=_specification())
    for name, description in TAGS:
        api.spec.tag({"name": name, "description": description})
    schemes = api.spec.components
    schemes.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    )
    schemes.security_scheme("csrf", {"type": "apiKey", "in": "header", "name": "X-CSRFToken"})
    # As api.register_blueprint does, but without a tag for the blueprint as a whole.
    app.register_blueprint(bp)
    bp.register_views_in_doc(api, app, api.spec, name=bp.name, parameters=None)
    csrf.exempt(valuations.compute_valuation)
    csrf.exempt(sensitivity.vary_valuation)
    reader.init_app(app, api.spec.to_dict())


def _specification() -> dict[str, Any]:
    return {
        "title": "Liangshan Bank",
        "version": "1",
        "openapi_version": "3.1.0",
        "info": {"description": DESCRIPTION},
    }

"""Permission decorators. Every route carries exactly one; a policy test walks the route map."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bank.parties.tokens import HOLDERS
from database.actor import Actor, Role
from web.tokens import find_token_holder, unauthorized

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PERMISSION = "permission"
"""The attribute that a decorated view carries: the name of its permission."""


def actor() -> Actor:
    """Who is signed in, as commands know one. Only for views behind a permission."""
    signed_in: Actor = current_user.actor
    return signed_in


def find_actor() -> Actor | None:
    """Who is signed in, or None."""
    return current_user.actor if current_user.is_authenticated else None


def public(view: View) -> View:
    """Anyone may see this."""
    setattr(view, PERMISSION, "public")
    return view


def _allowing(name: str, *roles: Role) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if roles and not actor().has(*roles):
                abort(403)
            return view(*args, **kwargs)

        setattr(guarded, PERMISSION, name)
        return guarded  # type: ignore[return-value]  # wraps keeps the signature

    return decorate


def _to_sign_in() -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        abort(401)
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=back))


def safe_next(target: str | None, fallback: str) -> str:
    """A path of this site to go on to; anything else becomes the fallback."""
    if target:
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and target.startswith("/") and "\\" not in target:
            return target if not target.startswith("//") else fallback
    return fallback


signed_in_required = _allowing("signed in")
depositor_required = _allowing("depositor", Role.OWNER, Role.COLLECTIVE)
party_required = _allowing("party", Role.OWNER, Role.COLLECTIVE, Role.INVESTOR)
account_required = _allowing(
    "holder of an account", Role.OWNER, Role.COLLECTIVE, Role.INVESTOR, Role.APPRAISER
)
client_required = _allowing(
    "client of agencies", Role.OWNER, Role.COLLECTIVE, Role.INVESTOR, Role.TOWNSHIP, Role.COUNTY
)
investor_required = _allowing("investor", Role.INVESTOR)
drawer_required = _allowing("drawer of red lines", Role.INVESTOR, Role.COUNTY)
red_line_required = _allowing("reader of red lines", Role.INVESTOR, Role.COUNTY, Role.AUDITOR)
appraiser_required = _allowing("appraiser", Role.APPRAISER)
township_required = _allowing("township officer", Role.TOWNSHIP)
county_required = _allowing("county officer", Role.COUNTY)
officer_required = _allowing("officer", Role.TOWNSHIP, Role.COUNTY)
auditor_required = _allowing("auditor", Role.AUDITOR, Role.ADMINISTRATOR)
land_staff_required = _allowing("land staff", *HOLDERS)
administrator_required = _allowing("administrator", Role.ADMINISTRATOR)


def wants_page() -> bool:
    """Whether a person in a browser asks, who can sign in; programs get a 401."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def find_land_reader() -> Actor | None:
    """Who reads land: the holder of the request's token, else who is signed in, else None."""
    return find_token_holder() or find_actor()


def land_reader_required(view: View) -> View:
    """Officers and auditors, by their session or, only to read, by a personal access token."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        reader = find_land_reader()
        if reader is None:
            if wants_page():
                return _to_sign_in()
            raise unauthorized()
        if not reader.has(*HOLDERS):
            abort(403)
        return view(*args, **kwargs)

    setattr(guarded, PERMISSION, "land reader")
    return guarded  # type: ignore[return-value]  # wraps keeps the signature


def demo_only(view: View) -> View:
    """Anyone may do this, but only where the bank is a demonstration."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        if not current_app.config["DEMO"]:
            abort(404)
        return view(*args, **kwargs)

    setattr(guarded, PERMISSION, "demonstration")
    return guarded  # type: ignore[return-value]  # wraps keeps the signature

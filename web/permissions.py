"""Permission decorators. Every route carries exactly one; a policy test walks the route map."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from database.actor import Actor, Role

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
investor_required = _allowing("investor", Role.INVESTOR)
appraiser_required = _allowing("appraiser", Role.APPRAISER)
township_required = _allowing("township officer", Role.TOWNSHIP)
county_required = _allowing("county officer", Role.COUNTY)
officer_required = _allowing("officer", Role.TOWNSHIP, Role.COUNTY)
auditor_required = _allowing("auditor", Role.AUDITOR, Role.ADMINISTRATOR)
administrator_required = _allowing("administrator", Role.ADMINISTRATOR)


def demo_only(view: View) -> View:
    """Anyone may do this, but only where the bank is a demonstration."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        if not current_app.config["DEMO"]:
            abort(404)
        return view(*args, **kwargs)

    setattr(guarded, PERMISSION, "demonstration")
    return guarded  # type: ignore[return-value]  # wraps keeps the signature

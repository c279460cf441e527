"""How the reader wants to read: larger type, the plain version, the language."""

from flask import Blueprint, redirect, request, session as cookie, url_for
from flask.typing import ResponseReturnValue

from bank.parties.logins import get_user
from web.locale import LANGUAGES
from web.permissions import find_actor, public, safe_next
from web.session import transaction

bp = Blueprint("preferences", __name__, url_prefix="/preferences")


def _back() -> ResponseReturnValue:
    return redirect(safe_next(request.form.get("next"), url_for("public.home")))


@bp.post("/display")
@public
def display() -> ResponseReturnValue:
    """Switch larger type or the plain version; the cookie keeps it."""
    for name in ("large", "plain"):
        if name in request.form:
            cookie[name] = request.form[name] == "1"
    return _back()


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Switch the language; a login keeps it for the next time."""
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        cookie["language"] = chosen
        reader = find_actor()
        if reader:
            with transaction() as session:
                get_user(session, reader.id).locale = chosen
    return _back()

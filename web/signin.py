"""Sign-in sessions: who the cookie says is here, checked against the bank it was given by."""

from datetime import timedelta
from uuid import UUID

from flask import Flask, session as cookie
from flask_login import LoginManager, UserMixin, login_user, logout_user

from bank.parties.tables import User
from database.actor import Actor
from web.session import request_bank, request_session


class SignedIn(UserMixin):
    """The signed-in user of this request."""

    def __init__(self, user: User) -> None:
        self.id = str(user.id)
        self.name = user.name
        self.locale = user.locale
        self.actor: Actor = user.actor()


manager = LoginManager()


@manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
def load(user_id: str) -> SignedIn | None:
    """The user of the cookie; one that another bank gave out counts for nothing here."""
    if cookie.get("bank") != request_bank().county:
        return None
    user = request_session().get(User, UUID(user_id))
    return None if user is None or user.disabled_at is not None else SignedIn(user)


def sign_in(user: User) -> None:
    """Begin a session; what the cookie held before is dropped, so that it cannot be planted."""
    language = cookie.get("language")
    cookie.clear()
    cookie["bank"] = request_bank().county
    if language:
        cookie["language"] = language
    cookie.permanent = True
    login_user(SignedIn(user))


def sign_out() -> None:
    """End the session."""
    logout_user()
    cookie.clear()


def init_app(app: Flask) -> None:
    """Register the login manager."""
    app.permanent_session_lifetime = timedelta(hours=12)
    manager.init_app(app)

"""Personal access tokens in requests: the `Authorization` header, and who it says is asking."""

from contextlib import suppress
from typing import Final

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from bank.parties import tokens
from database.actor import Actor
from database.refusals import TryAgain
from web.clock import now
from web.session import request_session, transaction

REALM: Final = "land"
CHALLENGES: Final = tuple(WWWAuthenticate(kind, {"realm": REALM}) for kind in ("bearer", "basic"))
BAD_TOKEN: Final = "The access token is not known, revoked or over."  # noqa: S105 - a sentence
WANTED: Final = "An officer's access token is needed: Authorization: Bearer <token>."


def find_token_holder() -> Actor | None:
    """Whose token the request bears, as Bearer or as the password of Basic; None without one.

    A wrong one is refused (401), so that nobody takes the public's view for her own.
    """
    if "token_holder" not in g:
        g.token_holder = _read_holder()
    found: Actor | None = g.token_holder
    return found


def unauthorized(why: str = WANTED) -> Unauthorized:
    """The refusal that tells programs which ways to sign in there are."""
    return Unauthorized(why, www_authenticate=CHALLENGES)


def _read_holder() -> Actor | None:
    if "Authorization" not in request.headers:
        return None
    given = request.authorization
    secret = (given.token or given.password or "") if given is not None else ""
    token = tokens.find_valid(request_session(), secret, at=now())
    if token is None:
        raise unauthorized(BAD_TOKEN)
    holder = token.user.actor()
    if tokens.is_use_stale(token, at=now()):
        with suppress(TryAgain), transaction() as session:
            tokens.note_use(session, token.id, at=now())
    return holder

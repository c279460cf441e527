"""Personal access tokens: issued once, kept as a digest, ended by their day or by their owner."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.parties.refusals import NameMissing, NotStaff, TokenTooLong
from bank.parties.tables import AccessToken, TokenScope
from bank.refusals import NoSuchRecord
from bank.rules import whole
from database.actor import Actor, Role
from database.rows import find_row

HOLDERS: Final = (Role.COUNTY, Role.AUDITOR, Role.TOWNSHIP)
"""Who may have tokens: those who may read all of the land, or all of a town's."""
PREFIX: Final = "land_"
"""By it a token is known as one, also to those who look for secrets that leaked."""
SECRET_BYTES: Final = 32
HINT_LENGTH: Final = 9
USE_NOTED_EVERY: Final = timedelta(minutes=5)
"""How exactly the last use is kept: a map asks many times a minute, and each note is a write."""


@dataclass(frozen=True)
class Issued:
    """A new token with its secret, which is told this once."""

    token: AccessToken
    secret: str


def issue(session: Session, *, name: str, days: int, actor: Actor, at: datetime) -> Issued:
    """A token for reading land as its owner may, for so many days.

    Refuses: NotStaff, NameMissing, TokenTooLong (more days than the rulebook allows, or none).
    """
    if not actor.has(*HOLDERS):
        raise NotStaff("tokens are for officers and auditors")
    if not name.strip():
        raise NameMissing("a token needs a name", field="name")
    most = whole("token.days.maximum", local_date(at))
    if not 1 <= days <= most:
        raise TokenTooLong("a token lasts so many days at most", field="days", most=most)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = AccessToken(
        user_id=actor.id,
        name=name.strip(),
        hint=secret[:HINT_LENGTH],
        digest=_digest(secret),
        scope=TokenScope.LAND_READ,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    return Issued(token, secret)


def revoke(session: Session, token_id: UUID, *, actor: Actor, at: datetime) -> AccessToken:
    """End the actor's own token; doing it twice changes nothing. Refuses: NoSuchRecord."""
    token = find_row(session, AccessToken, token_id, lock=True)
    if token is None or token.user_id != actor.id:
        raise NoSuchRecord("no such token")
    if token.revoked_at is None:
        token.revoked_at = at
        session.flush()
    return token


def tokens_of(session: Session, user_id: UUID) -> Sequence[AccessToken]:
    """All tokens of a login, the newest first."""
    return session.scalars(
        select(AccessToken)
        .where(AccessToken.user_id == user_id)
        .order_by(AccessToken.created_at.desc(), AccessToken.id.desc())
    ).all()


def find_valid(session: Session, secret: str, *, at: datetime) -> AccessToken | None:
    """The token of this secret, if it holds at that moment and its owner may still have it."""
    if not secret.startswith(PREFIX):
        return None
    token = session.scalar(select(AccessToken).where(AccessToken.digest == _digest(secret)))
    if token is None or not holds(token, at=at):
        return None
    owner = token.user
    if owner.disabled_at is not None or not owner.actor().has(*HOLDERS):
        return None
    return token


def holds(token: AccessToken, *, at: datetime) -> bool:
    """Whether the token is neither revoked nor over."""
    return token.revoked_at is None and at < token.expires_at


def is_use_stale(token: AccessToken, *, at: datetime) -> bool:
    """Whether the last use that was noted is so long ago that this one should be."""
    return token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY


def note_use(session: Session, token_id: UUID, *, at: datetime) -> None:
    """Keep when the token was last used."""
    token = session.get(AccessToken, token_id)
    if token is not None and is_use_stale(token, at=at):
        token.last_used_at = at
        session.flush()


def _digest(secret: str) -> str:
    """SHA-256 is enough: the secret has 256 bits of its own, so there is nothing to guess."""
    return sha256(secret.encode()).hexdigest()

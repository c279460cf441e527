"""A login's life after it was made: its password, its language, and whether it may sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.parties.passwords import hash_password
from bank.parties.tables import Grant, User
from bank.refusals import NoSuchRecord, NotAnOfficer, OwnBusiness
from bank.rules import whole
from database.actor import Actor, Role
from database.secrecy import fingerprint

PAGE_SIZE: Final = 30


@dataclass(frozen=True)
class Page:
    """One page of logins, and how many there are in all."""

    users: Sequence[User]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def listing(session: Session, *, text: str = "", role: Role | None = None, page: int = 1) -> Page:
    """Logins by name; `text` is part of a name, or a whole login."""
    conditions: list[ColumnElement[bool]] = []
    if text:
        digest = fingerprint(text)
        conditions.append(
            User.name.contains(text, autoescape=True) | (User.login_fingerprint == digest)
        )
    if role:
        conditions.append(User.granted.any(Grant.role == role))
    total = session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
    number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    users = session.scalars(
        select(User)
        .where(*conditions)
        .order_by(User.name, User.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(users, number, total)


def is_taken(session: Session, login: str) -> bool:
    """Whether somebody signs in by this already."""
    wanted = select(User.id).where(User.login_fingerprint == fingerprint(login))
    return session.scalar(wanted) is not None


def get_user(session: Session, user_id: UUID) -> User:
    """The login of this id. Refuses: NoSuchRecord."""
    user = session.get(User, user_id)
    if user is None:
        raise NoSuchRecord("no such login")
    return user


def change_password(session: Session, user_id: UUID, *, password: str, at: datetime) -> None:
    """Give the login a new password; that she knows the old one is checked by who asks her.

    Refuses: NoSuchRecord, WeakPassword.
    """
    user = get_user(session, user_id)
    user.password_hash = hash_password(
        password,
        min_length=whole("password.length.minimum", local_date(at)),
        familiar=(user.login, user.name),
    )


def disable(session: Session, user_id: UUID, *, administrator: Actor, at: datetime) -> User:
    """Let the login sign in no more. Refuses: NotAnOfficer, NoSuchRecord, OwnBusiness."""
    user = _to_be_changed(session, user_id, administrator)
    if user.disabled_at is None:
        user.disabled_at = at
    return user


def enable(session: Session, user_id: UUID, *, administrator: Actor) -> User:
    """Let the login sign in again. Refuses: NotAnOfficer, NoSuchRecord, OwnBusiness."""
    user = _to_be_changed(session, user_id, administrator)
    user.disabled_at = None
    return user


def _to_be_changed(session: Session, user_id: UUID, administrator: Actor) -> User:
    if not administrator.has(Role.ADMINISTRATOR):
        raise NotAnOfficer("only an administrator may do this")
    if administrator.id == user_id:
        raise OwnBusiness("nobody shuts herself out")
    return get_user(session, user_id)

"""A served bank for tests of pages: the application, a World committed into it, and signed-in
browsers."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from database.actor import Actor
from database.directory import Bank
from tests.web.applications import borrowed
from tests.world import World


def days_ago(days: float) -> datetime:
    """A moment so many days before now: pages go by the real clock."""
    return datetime.now(UTC) - timedelta(days=days)


class Desk:
    """An application over one bank, in English unless a test asks for Chinese."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self._opened = ExitStack()
        self.app: Flask = self._opened.enter_context(borrowed(bank))
        self.app.config["WTF_CSRF_ENABLED"] = False

    @contextmanager
    def world(self, *, days: float) -> Iterator[World]:
        """A World that begins so many days ago; what it holds at the end is committed."""
        with self.bank.session() as session:
            yield World(session, at=days_ago(days))
            session.commit()

    def session(self) -> Session:
        """A session to look at what was kept."""
        return self.bank.session()

    def browser(self, actor: Actor | None = None, *, language: str = "en") -> FlaskClient:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["language"] = language
            if actor is not None:
                cookie["bank"] = self.bank.county
                cookie["_user_id"] = str(actor.id)
                cookie["_fresh"] = True
        return client

    def close(self) -> None:
        """Let go of the application."""
        self._opened.close()

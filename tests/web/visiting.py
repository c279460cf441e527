"""A running site over one bank: a world that is committed, and clients that are signed in to it."""

import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bank.calendar import local_date
from database.actor import Actor
from database.directory import Bank
from tests.web.applications import borrowed
from tests.world import World, pdf, photo

DAYS_AGO = 120
"""The world begins that long before the real day, which is the day of the pages."""


class Site:
    """The application on a bank of its own, under the usual settings or as told."""

    def __init__(self, bank: Bank, *, days_ago: int = DAYS_AGO, **told: str) -> None:
        self._opened = ExitStack()
        self.app = self._opened.enter_context(borrowed(bank, phone="0572-5123456", **told))
        self.app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        self.session: Session = self.app.extensions["banks"].default.session()
        self.world = World(self.session, at=datetime.now(UTC) - timedelta(days=days_ago))
        self.session.commit()

    def to_the_present(self) -> None:
        """Let the world's time catch up with the pages' time."""
        self.world.at = datetime.now(UTC)

    def day(self, days: int) -> str:
        """The day so many days after the world's, as a form gives it."""
        return (local_date(self.world.at) + timedelta(days=days)).isoformat()

    def visitor(self, actor: Actor | None = None, *, language: str = "en") -> FlaskClient:
        """A browser in which the actor is signed in; what the world did so far is committed."""
        self.session.commit()
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["language"] = language
            if actor is not None:
                cookie["bank"] = self.app.extensions["banks"].default.county
                cookie["_user_id"], cookie["_fresh"] = str(actor.id), True
        return client

    def fresh(self) -> Session:
        """The world's session, with nothing remembered of what the pages changed."""
        self.session.commit()
        self.session.expire_all()
        return self.session

    def close(self) -> None:
        """Give the database back."""
        self.session.close()
        self._opened.close()


def text_of(response: Any) -> str:
    """What a reader sees of a page, without its markup."""
    page = re.sub(r"(?s)<(head|script|style)\b.*?</\1>", " ", response.get_data(as_text=True))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def markup_of(response: Any) -> str:
    """A page as it was sent, but for escapes."""
    return unescape(response.get_data(as_text=True))


def paper(name: str = "certificate.pdf", text: str = "") -> tuple[BytesIO, str]:
    """A real PDF as a browser uploads it."""
    return BytesIO(pdf(text)), name


def picture(name: str = "photo.jpg") -> tuple[BytesIO, str]:
    """A real photograph as a browser uploads it."""
    return BytesIO(photo()), name

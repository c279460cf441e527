"""A served bank in which the whole loop has run once, for tests that only read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bank import accounts
from bank.demo.parameters import lay_parameters
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import StorageMode
from bank.parties.tables import Party
from database.actor import Actor
from database.directory import Bank
from database.settings import Settings
from ledger import journal, log
from tests.databases import Postgresql, Sqlite, backend, bank_settings
from tests.world import World
from web.app import create_app
from web.signing import signer

KEY = "1f" * 32
NAMES = ("王桂花", "竹海文旅", "李社长", "陈镇干", "周科员", "孙评估", "张经理")
"""Names of the World's people and of its investor: none may stand in a public answer."""

__all__ = ["backend"]
"""Tried on both databases, unlike pages."""


@dataclass
class County:
    """An application, and what its bank holds."""

    app: Flask
    bank: Bank
    owner: Actor
    party: str
    stored: str
    lease: str
    on_notice: str
    draft: str
    collected: str
    project: str
    balance_fen: int
    payout: str

    def visitor(self, actor: Actor | None = None, *, language: str = "en") -> FlaskClient:
        """A program, with the cookie of this person if one is named."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["language"] = language
            if actor is not None:
                cookie["bank"] = self.bank.county
                cookie["_user_id"], cookie["_fresh"] = str(actor.id), True
        return client

    @contextmanager
    def world(self) -> Iterator[Session]:
        """A session to look at what was kept."""
        with self.bank.session() as session:
            yield session


def settings_for(bank: Bank, **told: Any) -> Settings:
    """Settings under which the application serves this bank alone."""
    return Settings(
        banks=(bank.settings,),
        secret_key=SecretStr("tests only"),
        signing_key=SecretStr(KEY),
        secure_cookies=False,
        **({"rate_limits": False} | told),
    )


@pytest.fixture(scope="module")
def county(
    backend: Sqlite | Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    """The county, built once for a module's tests; those that write use keys of their own."""
    with backend.fresh() as url:
        bank = Bank(bank_settings(url, Path(tmp_path_factory.mktemp("files"))))
        app = create_app(settings_for(bank))
        with bank.session() as session:
            county = _filled(app, bank, session)
        yield county
        bank.engine.dispose()
        app.extensions["banks"].default.engine.dispose()


def _filled(app: Flask, bank: Bank, session: Session) -> County:
    world = World(session, at=datetime.now(UTC) - timedelta(days=120))
    lay_parameters(session, officer=world.county_officer, at=world.at)
    owner = world.villager()
    party = session.get_one(Party, next(iter(owner.parties)))
    collected = world.deposit(owner=owner)
    order = world.collected(collected)
    world.revenue(order)
    world.round(order)
    balance_fen = journal.balance(session, accounts.cash(party.number), accounts.CNY)
    payout = world.confirm(world.payout(owner, 1000))
    stored = world.deposit(owner=owner)
    world.accept(world.commission_of(stored))
    lease = world.deposit(mode=StorageMode.LEASE)
    world.at = datetime.now(UTC) - timedelta(days=1)
    on_notice = world.deposit(Stage.ON_NOTICE)
    draft = world.deposit(Stage.DRAFT, owner=owner)
    session.commit()
    with app.app_context():
        log.checkpoint(session, signer(), world.at)
    session.commit()
    return County(
        app=app,
        bank=bank,
        owner=owner,
        party=party.number,
        stored=stored.number,
        lease=lease.number,
        on_notice=on_notice.number,
        draft=draft.number,
        collected=collected.number,
        project=order.project.number,
        balance_fen=balance_fen - 1000,
        payout=payout.number,
    )


@pytest.fixture
def visitor(county: County) -> FlaskClient:
    """A program that has not signed in."""
    return county.visitor()


@pytest.fixture
def owner(county: County) -> FlaskClient:
    """A program with the villager's cookie."""
    return county.visitor(county.owner)


def read(client: FlaskClient, path: str, *, status: int = 200, **told: Any) -> Any:
    """The JSON answer to a GET under /api/v1."""
    answer = client.get(f"/api/v1{path}", **told)
    assert answer.status_code == status, answer.text
    return answer.json


def transfer_id(client: FlaskClient, reference: str) -> UUID:
    """The id of the first transfer behind an act."""
    found = read(client, "/ledger/transfers", query_string={"reference": reference})
    return UUID(found["items"][-1]["id"])

"""A served bank with land in two towns, and tokens of those who may read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bank.assets.tables import AssetKind
from bank.deposits.lifecycle import Stage
from bank.parties import tokens
from bank.zones.tables import ControlLayer, ControlZone
from database.actor import Actor, Role
from database.directory import Bank
from database.settings import Settings
from tests.databases import Postgresql, Sqlite, backend, bank_settings
from tests.world import World
from web.app import create_app

NAMES = ("王桂花", "竹海文旅", "李社长", "陈镇干", "周科员", "孙评估", "张经理", "沈阿根")
FREE = 7

__all__ = ["backend"]
"""Tried on both databases, unlike pages."""


@dataclass
class Served:
    """An application, what its bank holds, and secrets of tokens."""

    app: Flask
    bank: Bank
    free: list[str]
    far: str
    collected: str
    draft: str
    on_notice: str
    county: str
    township: str
    auditor: str
    county_officer: Actor
    investor: Actor
    owner: Actor
    bundle: Any
    project: Any

    def visitor(self, actor: Actor | None = None) -> FlaskClient:
        """A browser in which the actor, if one is named, is signed in."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["language"] = "en"
            if actor is not None:
                cookie["bank"] = self.bank.county
                cookie["_user_id"], cookie["_fresh"] = str(actor.id), True
        return client

    def get(self, path: str, *, token: str = "", status: int = 200, **told: Any) -> Any:
        """The answer to a program's GET, with a token if one is given."""
        headers = told.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = self.app.test_client().get(path, headers=headers, buffered=True, **told)
        assert answer.status_code == status, answer.text
        return answer

    def read(self, path: str, **told: Any) -> Any:
        """The same, as JSON."""
        return self.get(path, **told).json

    @contextmanager
    def world(self) -> Iterator[Session]:
        """A session to look at what was kept."""
        with self.bank.session() as session:
            yield session


@pytest.fixture(scope="module")
def served(
    backend: Sqlite | Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The bank, built once for a module's tests."""
    with backend.fresh() as url:
        bank = Bank(bank_settings(url, Path(tmp_path_factory.mktemp("files"))))
        app = create_app(
            Settings(
                banks=(bank.settings,),
                secret_key=SecretStr("tests only"),
                secure_cookies=False,
                rate_limits=False,
            )
        )
        app.config["WTF_CSRF_ENABLED"] = False
        with bank.session() as session:
            served = _filled(app, bank, session)
        yield served
        bank.engine.dispose()
        app.extensions["banks"].default.engine.dispose()


def _zones(session: Session, at: datetime) -> None:
    """Two versions of one layer in force after each other, and one that is to come."""
    for days, name in ((300, "旧基本农田"), (30, "新基本农田"), (-30, "将来基本农田")):
        layer = ControlLayer(
            kind="permanent_basic_farmland", name="永久基本农田", source_note="test",
            valid_from=at.date() - timedelta(days=days), digest=name, zone_count=1,
            area_dm2=100_000_000, imported_at=at,
        )  # fmt: skip
        session.add(layer)
        session.flush()
        shape = shapely.box(440_000, 3_380_000, 441_000, 3_381_000)
        session.add(
            ControlZone(
                layer_id=layer.id, code="YN-1", name=name, is_core=False,
                wkb=shapely.to_wkb(shape), min_x=440_000, min_y=3_380_000, max_x=441_000,
                max_y=3_381_000,
            )
        )  # fmt: skip
    session.flush()


def _filled(app: Flask, bank: Bank, session: Session) -> Served:
    world = World(session, at=datetime.now(UTC) - timedelta(days=120))
    owner = world.villager()
    collected = world.deposit(owner=owner)
    order = world.collected(collected)
    free = [world.deposit(owner=owner) for _ in range(5)]
    free.append(world.deposit(owner=owner, kind=AssetKind.HOUSE))
    neighbour = world.user("黄镇干", Role.TOWNSHIP, township="330523107")
    far = world.deposit(
        owner=world.villager("沈阿根", village="330523107201"),
        shape=world.square(town="330523107"),
    )
    investor = world.investor("浙江石浪文旅有限公司")
    _, bundle = world.bundle(*free[:2], investor=investor)
    world.at = datetime.now(UTC) - timedelta(days=1)
    on_notice = world.deposit(Stage.ON_NOTICE, owner=owner)
    draft = world.deposit(Stage.DRAFT, owner=owner)

    _zones(session, world.at)

    def token_of(actor: Actor) -> str:
        at = datetime.now(UTC)
        return tokens.issue(session, name="QGIS", days=30, actor=actor, at=at).secret

    served = Served(
        app=app,
        bank=bank,
        free=[each.number for each in [*free, far]],
        far=far.number,
        collected=collected.number,
        draft=draft.number,
        on_notice=on_notice.number,
        county=token_of(world.county_officer),
        township=token_of(neighbour),
        auditor=token_of(world.auditor),
        county_officer=world.county_officer,
        investor=investor,
        owner=owner,
        bundle=bundle.id,
        project=order.project_id,
    )
    session.commit()
    return served

"""What is there before a test begins: built once by a worker, on a database of its own, and kept.

Each test on a beginning has a session that is rolled back, and a copy of its files: it finds the
beginning as it was built, whatever other tests did, in whatever order. `beginning` says which
builder it is; a file of tests says its own by a fixture of that name, and finds in `begun` what
its builder gave: records, and values that no session knows.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from database.directory import Bank
from tests.databases import Postgresql, Sqlite, bank_settings
from tests.world import World

Build = Callable[[World], dict[str, Any]]


def peopled(_: World) -> dict[str, Any]:
    """The small lawful county, and no more."""
    return {}


def asked_for(request: pytest.FixtureRequest, **builders: Build) -> Build:
    """The builder of the first of these names that the test asks for; else people and no more."""
    named = [build for name, build in builders.items() if name in request.fixturenames]
    return named[0] if named else peopled


@dataclass(frozen=True)
class Beginning:
    """A world that a builder brought to some point, and committed."""

    engine: Engine
    files: Path
    world: World
    given: dict[str, Any]

    def found_by(self, session: Session) -> dict[str, Any]:
        """What the builder gave, as this session has it."""
        return {name: _in(session, thing) for name, thing in self.given.items()}


def _in(session: Session, thing: Any) -> Any:
    if isinstance(thing, list | tuple):
        return type(thing)(_in(session, each) for each in thing)
    if (state := inspect(thing, raiseerr=False)) is None:
        return thing
    return session.get_one(state.mapper.class_, state.identity)


class Beginnings:
    """The beginnings that this worker's tests asked for, each built when first asked for."""

    def __init__(self, backend: Sqlite | Postgresql, folder: Path, opened: ExitStack) -> None:
        self._backend, self._folder, self._opened = backend, folder, opened
        self._built: dict[Build, Beginning] = {}
        self._latest: Beginning | None = None

    def of(self, build: Build) -> Beginning:
        """The beginning by this builder; of the others, none keeps a connection."""
        if build not in self._built:
            self._built[build] = self._begin(build)
        beginning = self._built[build]
        if self._latest is not None and self._latest is not beginning:
            self._latest.engine.dispose()
        self._latest = beginning
        return beginning

    def _begin(self, build: Build) -> Beginning:
        files = self._folder / str(len(self._built))
        bank = Bank(bank_settings(self._opened.enter_context(self._backend.fresh()), files))
        self._opened.callback(bank.engine.dispose)
        with bank.session() as session:
            world = World(session)
            given = build(world)
            session.commit()
        return Beginning(bank.engine, files, world, given)


@pytest.fixture(scope="session")
def beginnings(
    backend: Sqlite | Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Beginnings]:
    """All that this worker has built, on one backend."""
    with ExitStack() as opened:
        yield Beginnings(backend, tmp_path_factory.mktemp("beginnings"), opened)


@pytest.fixture
def beginning() -> Build:
    """Who builds what a test finds that asks for the world; others find a bank with no rows."""
    return peopled


@pytest.fixture
def bank(request: pytest.FixtureRequest, beginnings: Beginnings, tmp_path: Path) -> Bank:
    """A bank on one of this worker's databases, with a folder of its own for its files."""
    files = tmp_path / "files"
    if "world" in request.fixturenames:
        begun = beginnings.of(request.getfixturevalue("beginning"))
        engine: Engine = begun.engine
        if begun.files.exists():
            shutil.copytree(begun.files, files)
    else:
        engine = request.getfixturevalue("engine")
    bank = Bank(bank_settings(engine.url.render_as_string(hide_password=False), files))
    bank.engine = engine
    return bank


@pytest.fixture
def world(session: Session, beginnings: Beginnings, beginning: Build) -> World:
    """A small lawful county, with what the test begins with; see tests/world.py."""
    return beginnings.of(beginning).world.copied_to(session)


@pytest.fixture
def begun(world: World, beginnings: Beginnings, beginning: Build) -> dict[str, Any]:
    """What the builder of the test's beginning gave."""
    return beginnings.of(beginning).found_by(world.session)

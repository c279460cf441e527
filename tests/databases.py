"""The databases that tests run on: SQLite and PostgreSQL, the same tests on both.

A run has one throw-away PostgreSQL cluster, started when a test first asks for it, and one
migrated template per backend; each pytest worker copies the templates once for its own tests, and
each `committed_bank` is a copy of its own.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from database import migrations
from database.directory import Bank
from database.engine import engine_for
from database.settings import BankSettings
from tools import postgres

RUN: Final = "BANK_TEST_RUN"
"""Names, to the workers, the folder of this run."""
SERVER: Final = "TEST_POSTGRES_URL"
"""Names a PostgreSQL server to use, as a superuser, instead of starting one."""
BACKENDS: Final = ("sqlite", "postgresql")

_numbers = count(1)
_dialects: dict[object, Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(2_000)


@event.listens_for(Engine, "engine_connect")
def _compile_once(connection: Connection) -> None:
    """Each statement is compiled once in a run, not once for each database that a test makes.

    What is compiled belongs to a dialect; those that were told the same and speak to the same
    server are alike.
    """
    own: Any = connection.dialect
    alike = (type(own), own.server_version_info, own._on_connect_isolation_level)
    connection.dialect = connection.engine.dialect = _dialects.setdefault(alike, own)
    connection.execution_options(compiled_cache=_compiled)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the run, in the process that the person started."""
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # end it as Ctrl-C does
        os.environ[RUN] = str(postgres.new_home())
        os.environ["BANK_TEST_MAIN"] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster, if a test started it, and remove the folder of the run."""
    if not hasattr(config, "workerinput") and RUN in os.environ:
        postgres.stop(Path(os.environ.pop(RUN)))


def _once(name: str, make: Callable[[], str]) -> str:
    """What `make` gave to the first worker that asked; the others wait for it."""
    run = Path(os.environ[RUN])
    with (run / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        made = run / f"{name}.made"
        if not made.exists():
            made.write_text(make())
        return made.read_text()


@dataclass(frozen=True)
class Sqlite:
    """SQLite: a database is a file, a copy of it is a copy of the file."""

    folder: Path

    def template(self) -> str:
        """The migrated file that others are copied from."""

        def make() -> str:
            path = Path(os.environ[RUN]) / "template.sqlite"
            migrations.upgrade(f"sqlite:///{path}")
            engine = create_engine(f"sqlite:///{path}")
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
            return str(path)

        return _once("sqlite", make)

    @contextmanager
    def fresh(self, like: str = "") -> Iterator[str]:
        """The URL of a new database with all tables and no rows, or of a copy of that at `like`.

        Nobody may be connected to that one.
        """
        path = self.folder / f"bank-{next(_numbers)}.sqlite"
        shutil.copyfile(make_url(like).database or "" if like else self.template(), path)
        yield f"sqlite:///{path}"


@dataclass(frozen=True)
class Postgresql:
    """PostgreSQL: a database is one of the cluster's, a copy is made by the server."""

    worker: str

    def server(self) -> str:
        """The URL of the cluster's first database."""

        def make() -> str:
            main = int(os.environ["BANK_TEST_MAIN"])
            given = os.environ.get(SERVER)
            return given or postgres.start(Path(os.environ[RUN]), serves=main)

        return _once("server", make)

    def template(self) -> str:
        """The name of the migrated database that others are copied from."""

        def make() -> str:
            name = f"bank_template_{os.environ['BANK_TEST_MAIN']}"
            self._tell(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
            url = self._url(name)
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
            engine.dispose()
            migrations.upgrade(url)
            return name

        return _once("postgresql", make)

    @contextmanager
    def fresh(self, like: str = "") -> Iterator[str]:
        """The URL of a new database with all tables and no rows, or of a copy of that at `like`.

        Nobody may be connected to that one. The new one is dropped afterwards.
        """
        name = f"{self.template()}_{self.worker}_{next(_numbers)}"
        copied = make_url(like).database if like else self.template()
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{copied}"')
        try:
            yield self._url(name)
        finally:
            self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _url(self, name: str) -> str:
        return make_url(self.server()).set(database=name).render_as_string(hide_password=False)

    def _tell(self, *statements: str) -> None:
        engine = create_engine(self.server(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


def bank_settings(
    url: str,
    files_dir: Path,
    *,
    county: str = "330523",
    name_zh: str = "安吉县",
    name_en: str = "Anji County",
    hosts: tuple[str, ...] = (),
    srid: int = 4549,
) -> BankSettings:
    """The settings of a bank under test; those of Anji unless told otherwise."""
    return BankSettings(
        county=county,
        name_zh=name_zh,
        name_en=name_en,
        database_url=url,
        files_dir=files_dir,
        hosts=hosts,
        srid=srid,
    )


@pytest.fixture(scope="session", params=BACKENDS)
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Sqlite | Postgresql:
    """Either database. `parametrize("backend", ["postgresql"], indirect=True)` picks one."""
    return begun(request.param, tmp_path_factory, worker_id)


def begun(
    name: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Sqlite | Postgresql:
    """The database of this name, for one session of tests."""
    if name == "sqlite":
        return Sqlite(tmp_path_factory.mktemp("sqlite"))
    return Postgresql(worker_id)


@pytest.fixture(scope="session")
def engine(backend: Sqlite | Postgresql) -> Iterator[Engine]:
    """This worker's database, in which no test commits anything."""
    with backend.fresh() as url:
        engine = engine_for(url)
        yield engine
        engine.dispose()


@pytest.fixture
def session(bank: Bank) -> Iterator[Session]:
    """A session whose commits are savepoints: when the test ends, nothing of it remains."""
    with bank.engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"bank": bank},
        ) as session:
            yield session
        outer.rollback()


@pytest.fixture
def new_bank(backend: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Callable[..., Bank]]:
    """Makes banks on databases of their own; takes what `bank_settings` takes after the folder."""
    with ExitStack() as opened:

        def make(**told: Any) -> Bank:
            url = opened.enter_context(backend.fresh())
            files_dir = tmp_path / f"files-{next(_numbers)}"
            bank = Bank(bank_settings(url, files_dir, **told))
            opened.callback(lambda: bank.engine.dispose())
            return bank

        yield make


@pytest.fixture
def committed_bank(new_bank: Callable[..., Bank]) -> Bank:
    """A bank on a database of its own, for tests that commit: threads, processes, servers."""
    return new_bank()

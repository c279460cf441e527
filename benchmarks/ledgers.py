"""The ledgers that benchmarks run on: a world and 1,000 accounts, and what moves between them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from database.base import Base
from database.engine import engine_for, writing
from ledger import journal, tables
from ledger.model import Posting, Transfer
from tools import postgres

ACCOUNTS: Final = 1_000
UNIT: Final = "CNY"
START: Final = 10**9
"""What each account holds at first."""
PAST: Final = 1_000
"""The writer of what a ledger has seen before it is measured."""
NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Move(NamedTuple):
    """One transfer to make: from and to the n-th account, as the `number`-th of its `writer`."""

    writer: int
    number: int
    source: int
    target: int
    quantity: int

    @property
    def key(self) -> str:
        """A key of its own."""
        return f"order:{self.writer}:{self.number}:pay"

    @property
    def reference(self) -> str:
        """The act behind it."""
        return f"order:{self.writer}:{self.number}"


def moves(writer: int = 0) -> Iterator[Move]:
    """What a writer does, between accounts chosen evenly: the same in each run, for each side."""
    random = Random(writer)
    for number in count():
        source = random.randrange(ACCOUNTS)
        target = (source + 1 + random.randrange(ACCOUNTS - 1)) % ACCOUNTS
        yield Move(writer, number, source, target, 1 + number % 9)


def code(account: int) -> str:
    """What the n-th account is called."""
    return f"party:{account}:cash"


def now() -> datetime:
    """The moment, as the application's clock tells it."""
    return datetime.now(UTC)


def transfer(move: Move, at: datetime) -> Transfer:
    """The move as the journal takes it."""
    posting = Posting(
        source=code(move.source), target=code(move.target), unit=UNIT, quantity=move.quantity
    )
    return Transfer(
        key=move.key,
        kind="payment",
        occurred_at=at,
        reference=move.reference,
        postings=(posting,),
    )


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of a PostgreSQL server with its default settings: each commit is on the disk."""
    with postgres.running(durability=postgres.DURABLE) as url:
        yield url


def new_database(server: str, name: str) -> str:
    """The URL of a new database of this server."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def sqlite_in(folder: Path, name: str) -> str:
    """The URL of a new file."""
    return f"sqlite:///{folder / name}.sqlite"


def empty(url: str, *, synchronous: str = "FULL") -> Engine:
    """The engine of a new database with the ledger's tables; `synchronous` is SQLite's."""
    engine = engine_for(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda c, _: c.execute(f"PRAGMA synchronous={synchronous}"))
    Base.metadata.create_all(engine, tables=tables.ALL)
    return engine


def opened(url: str, *, synchronous: str = "FULL") -> Engine:
    """The engine of a new ledger, opened through the journal; all its accounts hold `START`."""
    engine = empty(url, synchronous=synchronous)
    with Session(engine, expire_on_commit=False) as session, writing(session):
        journal.open_unit(session, UNIT, at=NOON)
        journal.open_account(session, "world", may_go_negative=True, at=NOON)
        for account in range(ACCOUNTS):
            journal.open_account(session, code(account), at=NOON)
        postings = (
            Posting(source="world", target=code(account), unit=UNIT, quantity=START)
            for account in range(ACCOUNTS)
        )
        journal.post(
            session,
            Transfer(
                key="start",
                kind="payment",
                occurred_at=NOON,
                reference="start",
                postings=tuple(postings),
            ),
            at=NOON,
        )
    return engine


def preload(post_batch: Callable[[Sequence[Move]], None], *, transfers: int = 20_000) -> None:
    """Give a ledger or a reference a past, so that no table is almost empty."""
    past = moves(PAST)
    for _ in range(0, transfers, 1_000):
        post_batch(list(islice(past, 1_000)))


def settle_down(url: str) -> None:
    """What autovacuum does some time after a load, at once; nothing on SQLite."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()

"""Reading an account with 1,000,000 postings, against one with 1,000, on both databases."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.orm import Session

from benchmarks import ledgers
from benchmarks.ledgers import NOON, UNIT
from benchmarks.measurement import Measurement, in_turn
from database.engine import engine_for, writing
from ledger import journal
from ledger.model import Posting, Transfer

MANY: Final = 1_000_000
FEW: Final = 1_000
BUSY: Final = "party:busy:cash"
QUIET: Final = "party:quiet:cash"
PER_TRANSFER: Final = 20
PER_BATCH: Final = 200
PAGE: Final = 50
READS: Final = 100
ROUNDS: Final = 5
TARGET: Final = 3.0


def run() -> Iterable[Measurement]:
    """Microseconds a read."""
    with TemporaryDirectory() as folder:
        yield from _measure("sqlite", ledgers.sqlite_in(Path(folder), "ours"))
    with ledgers.cluster() as server:
        yield from _measure("postgresql", ledgers.new_database(server, "ours"))


def _measure(name: str, url: str) -> Iterator[Measurement]:
    with _loaded(url) as session:
        for what, read in READERS.items():
            busy_s, quiet_s = in_turn(
                _reads(session, read, BUSY, MANY), _reads(session, read, QUIET, FEW), rounds=ROUNDS
            )
            yield Measurement(
                bench=f"ledger_reading/{name}/{what}",
                ours=busy_s / READS * 1e6,
                reference=quiet_s / READS * 1e6,
                target=TARGET,
                better="lower",
                unit="µs",
                conditions=(
                    f"an account with {MANY} postings; reference: one with {FEW} in the same"
                    f" ledger; {READS} reads at random places, in one session"
                ),
            )


@contextmanager
def _loaded(url: str) -> Iterator[Session]:
    """A session on a ledger in which both accounts have their postings."""
    engine = ledgers.opened(url, synchronous="NORMAL")
    with Session(engine) as session:
        with writing(session):
            for account in (BUSY, QUIET):
                journal.open_account(session, account, may_go_negative=True, at=NOON)
        for account, postings in ((QUIET, FEW), (BUSY, MANY)):
            _load(session, account, postings)
    engine.dispose()
    ledgers.settle_down(url)
    with Session(engine_for(url)) as session:
        yield session
        session.rollback()
        session.get_bind().dispose()  # type: ignore[union-attr]


def _load(session: Session, account: str, postings: int) -> None:
    """Each transfer goes out of the account and in again, over and over."""
    for first in range(0, postings // PER_TRANSFER, PER_BATCH):
        last = min(first + PER_BATCH, postings // PER_TRANSFER)
        with writing(session):
            journal.post_all(
                session,
                [_transfer(account, number) for number in range(first, last)],
                at=NOON + timedelta(seconds=last),
            )


def _transfer(account: str, number: int) -> Transfer:
    others = (ledgers.code((number + each) % ledgers.ACCOUNTS) for each in range(PER_TRANSFER))
    return Transfer(
        key=f"{account}:{number}",
        kind="payment",
        occurred_at=NOON,
        reference=f"order:{number}",
        postings=tuple(
            Posting(
                source=other if place % 2 else account,
                target=account if place % 2 else other,
                unit=UNIT,
                quantity=1 + place,
            )
            for place, other in enumerate(others)
        ),
    )


Read = Callable[[Session, str, int, datetime], object]

READERS: Final[dict[str, Read]] = {
    "balance": lambda session, account, _, __: journal.balance(session, account, UNIT),
    "as_of": lambda session, account, _, at: journal.balance(session, account, UNIT, as_of=at),
    "statement": lambda session, account, before, _: journal.statement(
        session, account, UNIT, before=before, limit=PAGE
    ),
}


def _reads(session: Session, read: Read, account: str, postings: int) -> Callable[[], None]:
    random = Random(postings)

    def reads() -> None:
        for _ in range(READS):
            place = random.randrange(PAGE + 1, postings)
            read(session, account, place, NOON + timedelta(seconds=place // PER_TRANSFER))
            session.rollback()

    return reads

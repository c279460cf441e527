"""How each thing grows with the ledger: 10⁵ and 10⁶ transfers against 10⁴. It takes long.

Not part of a run without names.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from benchmarks import ledgers
from benchmarks.ledgers import ACCOUNTS, NOON, UNIT
from benchmarks.measurement import Measurement, in_turn
from benchmarks.ours import Ours
from database.engine import writing
from ledger import journal, log, proofs, tables as t
from ledger.signing import Signer
from ledger.verify import verify

SMALL: Final = 10_000
SIZES: Final = (100_000, 1_000_000)
BATCH: Final = 1_000
ROUNDS: Final = 3
FLAT: Final = 3.0
"""By how much what should not grow may grow."""


def run() -> Iterable[Measurement]:
    """Microseconds an act; for verify, for each transfer there is."""
    with TemporaryDirectory() as folder:
        yield from _measure("sqlite", lambda name: ledgers.sqlite_in(Path(folder), name))
    with ledgers.cluster() as server:
        yield from _measure("postgresql", lambda name: ledgers.new_database(server, name))


def _measure(name: str, new: Callable[[str], str]) -> Iterator[Measurement]:
    small = _Grown(new("small"), SMALL)
    for size in SIZES:
        large = _Grown(new(f"large_{size}"), size)
        for act, times in ACTS.items():
            large_s, small_s = in_turn(
                lambda act=act, large=large: act(large),  # type: ignore[misc]
                lambda act=act: act(small),  # type: ignore[misc]
                rounds=ROUNDS,
            )
            what = act.__name__
            yield Measurement(
                bench=f"ledger_growth/{name}/{what}/{size}",
                ours=large_s / (times or size) * 1e6,
                reference=small_s / (times or SMALL) * 1e6,
                target=FLAT,
                better="lower",
                unit="µs" if times else "µs/transfer",
                conditions=(
                    f"{act.__doc__} in a ledger of {size} transfers over {ACCOUNTS} accounts;"
                    f" reference: in one of {SMALL}"
                ),
            )
        large.ours.close()
    small.ours.close()


class _Grown:
    """A ledger of so many transfers, sealed, with a checkpoint above all of them."""

    def __init__(self, url: str, transfers: int) -> None:
        self.signer = Signer("bench.example/ledger", Ed25519PrivateKey.generate())
        first = Ours(ledgers.opened(url))
        self.began = ledgers.now()
        ledgers.preload(first.post_batch, transfers=transfers)
        self.took_s = (ledgers.now() - self.began).total_seconds()
        with writing(first.session):
            log.seal(first.session)
        with writing(first.session):
            log.checkpoint(first.session, self.signer, NOON)
        first.close()
        ledgers.settle_down(url)
        self.ours = Ours(first.engine)
        self.moves = ledgers.moves()
        self.random = Random(transfers)
        self.transfers = transfers
        with self.ours.session as session:
            some = select(t.transfer.c.id).order_by(t.transfer.c.number)
            step = max(1, transfers // 200)
            self.ids: list[UUID] = list(session.scalars(some))[::step]

    def account(self) -> str:
        """Any account."""
        return ledgers.code(self.random.randrange(ACCOUNTS))


def post(grown: _Grown) -> None:
    """one transfer and its commit"""
    grown.ours.post(list(islice(grown.moves, 200)))


def post_all(grown: _Grown) -> None:
    """one transfer of a batch of 1,000"""
    grown.ours.post_batch(list(islice(grown.moves, BATCH)))


def post_and_seal(grown: _Grown) -> None:
    """one transfer of a batch of 1,000, and its place in the log"""
    post_all(grown)
    with writing(grown.ours.session) as session:
        log.seal(session)


def checkpoint(grown: _Grown) -> None:
    """one transfer, its seal and a checkpoint"""
    grown.ours.post(list(islice(grown.moves, 1)))
    with writing(grown.ours.session) as session:
        log.checkpoint(session, grown.signer, NOON)


def balance(grown: _Grown) -> None:
    """a balance"""
    for _ in range(200):
        journal.balance(grown.ours.session, grown.account(), UNIT)
    grown.ours.session.rollback()


def balance_as_of(grown: _Grown) -> None:
    """a balance as of a past moment"""
    for _ in range(200):
        at = grown.began + timedelta(seconds=grown.random.random() * grown.took_s)
        journal.balance(grown.ours.session, grown.account(), UNIT, as_of=at)
    grown.ours.session.rollback()


def statement(grown: _Grown) -> None:
    """a statement page of 50 rows"""
    for _ in range(200):
        journal.statement(grown.ours.session, grown.account(), UNIT, limit=50)
    grown.ours.session.rollback()


def prove(grown: _Grown) -> None:
    """a proof of inclusion"""
    for _ in range(50):
        proofs.prove(grown.ours.session, grown.random.choice(grown.ids))
    grown.ours.session.rollback()


def verify_all(grown: _Grown) -> None:
    """`verify`, for each transfer,"""
    with grown.ours.session as session:
        if not verify(session, verifiers=[grown.signer.verifier]).ok:
            raise RuntimeError("the ledger does not verify")


ACTS: Final[dict[Callable[[_Grown], None], int]] = {
    post: 200,
    post_all: BATCH,
    post_and_seal: BATCH,
    checkpoint: 1,
    balance: 200,
    balance_as_of: 200,
    statement: 200,
    prove: 50,
    verify_all: 0,
}
"""What is done, and how often in one go; 0: as often as there are transfers."""

"""Two who change one asset at the same time leave what red lines read of it as it is."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.land.tables import Parcel
from bank.redlines import held
from database.directory import Bank
from database.engine import writing
from tests.bank.redlines.rows import COUNT, row_of_squares
from tests.bank.redlines.test_held import MINE, MINE_DEPOSIT, kept, told
from tests.databases import Postgresql, Sqlite

ROUNDS = 200


@pytest.fixture
def bank(backend: Sqlite | Postgresql) -> Iterator[Bank]:
    """A bank with a row of squares, all deposited."""
    with row_of_squares(backend) as bank:
        yield bank


def test_one_who_reshapes_and_one_who_lends_out_wait_for_each_other(bank: Bank) -> None:
    def each(change: Callable[[Session, int], object]) -> None:
        for turn in range(ROUNDS):
            with bank.session() as session, writing(session):
                change(session, turn)

    def reshape(session: Session, turn: int) -> None:
        session.execute(update(Parcel).where(MINE).values(area_dm2=Parcel.area_dm2 + 1))

    def lend(session: Session, turn: int) -> None:
        stage = Stage.STORED if turn % 2 else Stage.RETURNED
        session.execute(update(Deposit).where(MINE_DEPOSIT).values(stage=stage))

    with ThreadPoolExecutor(2) as both:
        done = [both.submit(each, change) for change in (reshape, lend)]
        for each_of in done:
            each_of.result()

    with bank.session() as session:
        assert kept(session) == told(session)
        assert len(kept(session)) == COUNT
        held.refill(session)
        assert kept(session) == told(session)

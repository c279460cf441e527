"""Two people at the same record: the second begins before the first has finished."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from sqlalchemy.orm import Session

from database.directory import Bank
from database.engine import writing
from database.refusals import Refusal

BEGUN_S = 0.5
"""Long enough for the second to have read what it can, and to wait for the first."""


def second_waits(
    bank: Bank, first: Callable[[Session], object], second: Callable[[Session], object]
) -> object:
    """Run `second` in a transaction of its own while that of `first` is open; what it came to."""

    def run() -> object:
        with bank.session() as session:
            try:
                with writing(session):
                    return second(session)
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(1) as pool:
        with bank.session() as session, writing(session):
            first(session)
            session.flush()
            begun = pool.submit(run)
            sleep(BEGUN_S)
        return begun.result()

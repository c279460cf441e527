"""A bank with a row of squares, all deposited, for the tests of what red lines read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from shapely import box

from benchmarks import land, land_banks
from database.directory import Bank
from tests.databases import Postgresql, Sqlite

COUNT: Final = 8


@contextmanager
def row_of_squares(backend: Sqlite | Postgresql) -> Iterator[Bank]:
    """The bank, in a database of its own."""
    squares = [
        box(x, land.SOUTH, x + 50, land.SOUTH + 50)
        for x in (land.WEST + 60 * n for n in range(COUNT))
    ]
    with backend.fresh() as url:
        bank = land_banks.opened(url)
        land_banks.fill(bank.engine, url, [land.chunk_of(0, np.array(squares, dtype=object))])
        yield bank
        bank.engine.dispose()

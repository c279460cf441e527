"""What a red line of 50 km² costs when nothing of the bank is in memory, by the order of its rows.

`LAND_PARCELS` names the sizes to run; 1,000,000, if it is not set. SQLite alone: its pages can be
dropped from the memory without a server that keeps its own.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from shapely import Polygon
from sqlalchemy.engine import make_url

from bank.redlines import findings
from benchmarks import land, land_banks, ledgers
from benchmarks.measurement import Measurement

ON: Final = date(2026, 3, 2)
SIZES: Final = "LAND_PARCELS"
KM2: Final = 50.0
LINES: Final = 10
TARGET: Final = 1 / 3


def run() -> Iterable[Measurement]:
    """Seconds a red line."""
    given = os.environ.get(SIZES)
    sizes = [int(size) for size in given.split(",")] if given else land.SIZES[-1:]
    for size in sizes:
        with TemporaryDirectory() as folder:
            urls = {
                order: ledgers.sqlite_in(Path(folder), order) for order in ("hilbert", "random")
            }
            for order, url in urls.items():
                land_banks.filled(url, size, order=order).engine.dispose()  # type: ignore[arg-type]  # the keys are the orders
            yield compared(size, urls["hilbert"], urls["random"])


def compared(size: int, hilbert: str, random: str) -> Measurement:
    """Both banks in turn, line by line."""
    taken: dict[str, list[float]] = {hilbert: [], random: []}
    for line in land.red_lines(KM2, count=LINES):
        for url, seconds in taken.items():
            seconds.append(_cold(url, line))
    return Measurement(
        bench=f"land_cold/{size}/{KM2:g}km2/sqlite",
        ours=median(taken[hilbert]),
        reference=median(taken[random]),
        target=TARGET,
        better="lower",
        unit="s",
        conditions=(
            f"median of {LINES} red lines of {KM2:g} km² over {size} stored parcels, each on a"
            " connection of its own after the file was dropped from the memory; ours: rows along"
            " the Hilbert curve; reference: the same rows in random order"
        ),
    )


def _cold(url: str, line: Polygon) -> float:
    """Seconds from the first statement to the sums."""
    _forget(_files(url))
    bank = land_banks.opened(url)
    with bank.session() as session:
        session.connection()
        start = perf_counter()
        found = findings.find_deposits(session, Polygon(line.exterior), on=ON)
        if not found.sums.by_part:
            raise AssertionError("a red line of this size collects something")
        seconds = perf_counter() - start
    bank.engine.dispose()
    return seconds


def _files(url: str) -> Sequence[Path]:
    path = Path(str(make_url(url).database))
    return [each for each in (path, Path(f"{path}-wal")) if each.exists()]


def _forget(files: Iterable[Path]) -> None:
    """Drop the pages of these files from the memory, those of nothing else."""
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

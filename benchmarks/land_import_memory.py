"""What memory an import takes: the peak of the process at 10⁵ parcels against 10⁴."""

import multiprocessing
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import ledgers
from benchmarks.land_import import new_bank, take_all, write_file
from benchmarks.measurement import Measurement

FEW: Final = 10_000
MANY: Final = 100_000
TARGET: Final = 1.5
KB: Final = 1 << 10
MB: Final = 1 << 20


def run() -> Iterable[Measurement]:
    """Megabytes by which the process grows, each import in a new one."""
    with ledgers.cluster() as server, TemporaryDirectory() as folder:
        files = {size: write_file(Path(folder) / f"{size}.gpkg", size) for size in (FEW, MANY)}
        names = count()
        yield from _measure(
            "sqlite",
            files,
            (ledgers.sqlite_in(Path(folder), f"memory{next(names)}") for _ in files),
        )
        yield from _measure(
            "postgresql",
            files,
            (ledgers.new_database(server, f"memory{next(names)}") for _ in files),
        )


def _measure(name: str, files: dict[int, Path], urls: Iterator[str]) -> Iterator[Measurement]:
    grown = {
        size: grown_by(path, url) for (size, path), url in zip(files.items(), urls, strict=True)
    }
    yield Measurement(
        bench=f"land_import/memory/{name}",
        ours=grown[MANY] / MB,
        reference=grown[FEW] / MB,
        target=TARGET,
        better="lower",
        unit="MB",
        conditions=(
            f"growth of the resident set from before the file is opened to its peak, {MANY}"
            f" parcels of a GeoPackage of {files[MANY].stat().st_size / MB:.0f} MB against {FEW},"
            " each in a process of its own"
        ),
    )


def grown_by(path: Path, url: str) -> int:
    """By how many bytes a new process grows that imports the file into an empty bank."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_grown, (path, url))


def _grown(path: Path, url: str) -> int:
    bank = new_bank(url)
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
    before = _resident("VmRSS")
    take_all(bank, path)
    return _resident("VmHWM") - before


def _resident(what: str) -> int:
    """The resident set (VmRSS) or its peak (VmHWM) of this process, in bytes.

    What getrusage calls the peak is that of the process's parent, if it was larger.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    [found] = (line for line in lines if line.startswith(what))
    return int(found.split()[1]) * KB

"""Which columns a file of control zones has, and what their names suggest that they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from bank.land.divisions import find_county_outline
from bank.land.files import reading, systems
from bank.land.files.matching import Column, bare_name
from bank.zones.importing import Fields, most_bytes
from database.directory import bank_of

NAMES: Final = (
    "名称", "mc", "name", "qymc", "区域名称", "红线名称", "hxmc", "片区名称", "zone_name", "zone",
)  # fmt: skip
CORES: Final = (
    "核心", "是否核心", "sfhx", "core", "is_core", "红线类型", "hxlx", "管控分区", "gkfq",
    "分区类型", "fqlx", "管控类型", "gklx",
)  # fmt: skip
"""The usual names of columns, compared by `bare_name`; the earlier ones go first."""


@dataclass(frozen=True)
class Told:
    """What a file of zones tells of itself; no `crs`: it names no system that is known.

    `likely` are systems in which its numbers would lie in the county, the likeliest first.
    """

    columns: list[Column]
    rows: int
    crs: str | None
    likely: list[str]


def tell(session: Session, path: Path, *, on: date) -> Told:
    """Look into a file of zones. Refuses what `reading.open_source` does."""
    source = reading.open_source(path, most_bytes=most_bytes(on))
    likely: list[str] = []
    if source.crs is None:
        srid = bank_of(session).settings.srid
        likely = systems.proposed(source.box, srid=srid, home=find_county_outline(session))
    return Told(reading.columns(source), source.rows, source.crs, likely)


def propose(columns: Sequence[Column], *, has_core: bool) -> Fields:
    """What the names suggest; a person confirms or mends it. `has_core`: the layer has one."""
    bare = {bare_name(each.name): each.name for each in reversed(columns)}
    name = next((bare[usual] for usual in NAMES if usual in bare), None)
    core = next((bare[usual] for usual in CORES if usual in bare), None)
    return Fields(name=name, core=core if has_core else None)

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
from bank.zones.importing import Fields, most_bytes, refuse_table
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
    `layers` are those to choose from, none if the file has one; `layer` is the one chosen.
    """

    columns: list[Column]
    rows: int
    crs: str | None
    likely: list[str]
    layers: list[str]
    layer: str | None


def tell(session: Session, path: Path, *, on: date, file_layer: str | None = None) -> Told:
    """Look into a file of zones, of several layers into this one; one it has not was not said.

    Refuses what `importing.refuse_table` and `reading.open_source` do.
    """
    most = most_bytes(on)
    refuse_table(path, on=on)
    names = reading.layers(path, most_bytes=most)
    layers = names if len(names) > 1 else []
    chosen = file_layer if file_layer in layers else None
    source = reading.open_source(path, most_bytes=most, layer=chosen)
    likely: list[str] = []
    if source.crs is None:
        srid = bank_of(session).settings.srid
        likely = systems.proposed(source.box, srid=srid, home=find_county_outline(session))
    columns = reading.columns(source)
    return Told(columns, source.rows, source.crs, likely, layers, chosen)


def propose(columns: Sequence[Column], *, has_core: bool) -> Fields:
    """What the names suggest; a person confirms or mends it. `has_core`: the layer has one."""
    bare = {bare_name(each.name): each.name for each in reversed(columns)}
    name = next((bare[usual] for usual in NAMES if usual in bare), None)
    core = next((bare[usual] for usual in CORES if usual in bare), None)
    return Fields(name=name, core=core if has_core else None)

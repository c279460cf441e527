"""Taking a version of a control layer from a file: all of its zones, or none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bank import rules
from bank.calendar import local_date
from bank.land.corners import refuse_too_many
from bank.land.divisions import find_county_outline
from bank.land.files.formats import SHEETS, look
from bank.land.files.reading import Row, open_source, rows
from bank.land.hilbert import hilbert_order
from bank.land.polygons import DM2_PER_M2, Shape, refuse_swapped, snapped
from bank.land.refusals import (
    CoreUnclear,
    KindMissing,
    LayerEmpty,
    NoSuchColumn,
    UnreadableFile,
    ZoneBroken,
    ZonesElsewhere,
)
from bank.zones.conflicts import ZoneKind
from bank.zones.covering import without_overlap
from bank.zones.tables import ControlLayer, ControlZone
from database.actor import Actor
from database.directory import bank_of
from valuation.parameters.refusals import DayFarOff

BYTES_PER_MB: Final = 1 << 20
KIND_LENGTH: Final = 60
NAME_LENGTH: Final = 200
RESERVED: Final = frozenset({"county", "parcels", "other", "core"})
"""Not for a layer of the county's own: checks and rules call something else by these."""
OF_THE_THREE: Final = frozenset({
    "permanentbasicfarmland", "basicfarmland", "永久基本农田", "基本农田",
    "ecologicalredline", "ecologicalprotectionredline", "生态保护红线", "生态红线",
    "urbanboundary", "urbandevelopmentboundary", "城镇开发边界",
})  # fmt: skip
"""What the three are called, without blanks: one of the county's own that was called so would be
judged by the rules for other layers."""
EARLIEST: Final = date(1949, 10, 1)
YEARS_AHEAD: Final = 10
"""No rule says so; a day beyond them is a slip in the year. Of year 1 a layer would have governed
whatever was ever checked, and of year 9999 it never will."""
CORE: Final = frozenset({"1", "true", "t", "yes", "y", "是"})
NOT_CORE: Final = frozenset({"0", "false", "f", "no", "n", "否"})
SAME_AREA_DM2: Final = 1
"""How much a repair may change an area: what rounding can."""


@dataclass(frozen=True)
class Fields:
    """Which attributes of the file say a zone's name, its code, and whether it is of the core.

    `blank_core` is what the file means where the last one is empty; None: nobody has said.
    """

    name: str | None = None
    code: str | None = None
    core: str | None = None
    blank_core: bool | None = None

    def all(self) -> dict[str, str]:
        """By the form's field, those that were named."""
        named = {"name_field": self.name, "code_field": self.code, "core_field": self.core}
        return {field: given for field, given in named.items() if given}


@dataclass(frozen=True)
class Zone:
    """A zone as it will be kept: on the mm grid of the county's system."""

    shape: Shape
    name: str
    code: str
    is_core: bool


@dataclass(frozen=True)
class ImportedLayer:
    """The version; `is_new` is False where the same zones govern from that day already.

    `repaired`: rows whose rings were mended without a change of area.
    """

    layer: ControlLayer
    is_new: bool
    repaired: tuple[int, ...]


def import_layer(
    session: Session,
    path: Path,
    *,
    kind: str,
    valid_from: date,
    at: datetime,
    name: str = "",
    fields: Fields | None = None,
    actor: Actor | None = None,
    crs: str | None = None,
    source_name: str = "",
    file_layer: str | None = None,
) -> ImportedLayer:
    """Take all zones of a file as the version of a layer that governs from a day on.

    The same zones for the same day change nothing; others of the same day take their place. All
    or none are taken, for a zone that is missing would read as clear. `crs` answers for a file
    that names no system; `source_name` is what the file was called; `file_layer` is the one that
    is meant of several. Refuses: KindMissing, DayFarOff, NoSuchColumn, LayerEmpty,
    ZoneBroken, CoreUnclear, ZonesElsewhere, TooManyCorners, and what `refuse_table` and
    `open_source` do.
    """
    on = local_date(at)
    kind, source_name = kind.strip(), source_name or path.name
    if not _may_be_called(kind):
        raise KindMissing("give the layer a kind", field="kind", given=kind[:KIND_LENGTH])
    _require_near(valid_from, on)
    zones, repaired = read_zones(
        path, fields or Fields(),
        srid=bank_of(session).settings.srid, on=on, crs=crs, file_layer=file_layer,
    )  # fmt: skip
    county = find_county_outline(session)
    if county is not None and not any(shapely.intersects(county, [z.shape for z in zones])):
        raise ZonesElsewhere("no zone lies in the county", field="file")
    layer, is_new = keep_layer(
        session, zones,
        kind=kind, valid_from=valid_from, at=at, actor=actor,
        name=name.strip() or file_layer or Path(source_name).stem, source_note=source_name,
    )  # fmt: skip
    return ImportedLayer(layer, is_new, repaired)


def _may_be_called(kind: str) -> bool:
    if kind in set(ZoneKind):
        return True
    bare = re.sub(r"[\s_-]", "", kind).casefold()
    usable = kind.isprintable() and 0 < len(kind) <= KIND_LENGTH
    return usable and kind.lower() not in RESERVED and bare not in OF_THE_THREE


def _require_near(day: date, on: date) -> None:
    latest = date(on.year + YEARS_AHEAD, 12, 31)
    if not EARLIEST <= day <= latest:
        raise DayFarOff(
            "the year is surely a slip",
            field="valid_from", earliest=EARLIEST.isoformat(), latest=latest.isoformat(),
        )  # fmt: skip


def most_bytes(on: date) -> int:
    """How large a file of zones may be, packed and unpacked."""
    return rules.whole("zone.file.maximum_mb", on) * BYTES_PER_MB


def refuse_table(path: Path, *, on: date) -> None:
    """A file of zones is one of shapes. Refuses: UnreadableFile, and what `formats.look` does."""
    if look(path, most_bytes=most_bytes(on)).format in SHEETS:
        raise UnreadableFile("zones are not read from a table", field="file", reason="table")


def read_zones(
    path: Path,
    fields: Fields,
    *,
    srid: int,
    on: date,
    crs: str | None = None,
    file_layer: str | None = None,
) -> tuple[list[Zone], tuple[int, ...]]:
    """The file's zones and the rows that were repaired. Refuses what `import_layer` does."""
    most_corners = rules.whole("zone.vertices.maximum", on)
    refuse_table(path, on=on)
    source = open_source(path, most_bytes=most_bytes(on), crs=crs, layer=file_layer)
    zones: list[Zone] = []
    repaired: list[int] = []
    corners = 0
    for row in rows(source, crs=f"EPSG:{srid}"):
        _refuse_unknown(fields, row)
        corners += int(shapely.get_num_coordinates(row.shape)) if row.shape is not None else 0
        refuse_too_many(corners, most_corners)
        if row.lonlat is not None:
            refuse_swapped(row.lonlat, srid, None)
        shape, mended = _shape(row)
        zones.append(
            Zone(shape, _text(row, fields.name), _text(row, fields.code), _is_core(row, fields))
        )
        if mended:
            repaired.append(row.number)
    if not zones:
        raise LayerEmpty("the file holds no zone", field="file")
    return zones, tuple(repaired)


def keep_layer(
    session: Session,
    zones: list[Zone],
    *,
    kind: str,
    valid_from: date,
    at: datetime,
    name: str,
    source_note: str,
    actor: Actor | None = None,
) -> tuple[ControlLayer, bool]:
    """Keep the zones as a version, along a Hilbert curve; the kept one if it is the same."""
    digest = _digest(zones)
    newest = session.scalar(
        select(ControlLayer)
        .where(ControlLayer.kind == kind, ControlLayer.valid_from == valid_from)
        .order_by(ControlLayer.imported_at.desc(), ControlLayer.id.desc())
        .limit(1)
    )
    if newest is not None and newest.digest == digest:
        return newest, False
    shapes = np.array([zone.shape for zone in zones], dtype=object)
    layer = ControlLayer(
        kind=kind,
        name=name[:NAME_LENGTH],
        valid_from=valid_from,
        source_note=source_note[:NAME_LENGTH],
        digest=digest,
        zone_count=len(zones),
        area_dm2=round(float(shapely.area(without_overlap(shapes)).sum()) * DM2_PER_M2),
        imported_at=at,
        imported_by=actor.id if actor else None,
    )
    session.add(layer)
    session.flush()
    order = hilbert_order(shapely.get_coordinates(shapely.centroid(shapes)))
    session.execute(insert(ControlZone), list(_rows(layer, [zones[i] for i in order])))
    return layer, True


def _rows(layer: ControlLayer, zones: list[Zone]) -> Iterator[dict[str, Any]]:
    for zone in zones:
        min_x, min_y, max_x, max_y = zone.shape.bounds
        yield {
            "layer_id": layer.id, "code": zone.code, "name": zone.name, "is_core": zone.is_core,
            "wkb": shapely.to_wkb(zone.shape),
            "min_x": min_x, "min_y": min_y, "max_x": max_x, "max_y": max_y,
        }  # fmt: skip


def _shape(row: Row) -> tuple[Shape, bool]:
    """The row's polygon, and whether it had to be mended. Refuses: ZoneBroken."""
    shape: BaseGeometry | None = row.shape
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty:
        given = shape.geom_type if shape is not None else "none"
        raise ZoneBroken("a zone is no polygon", field="file", row=row.number, given=given)
    if not np.isfinite(shape.bounds).all():
        raise ZoneBroken("a coordinate is not a number", field="file", row=row.number, given="inf")
    mended = not shape.is_valid
    if mended:
        valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        if abs(valid.area - shape.area) * DM2_PER_M2 > SAME_AREA_DM2:
            raise ZoneBroken("a zone crosses itself", field="file", row=row.number, given="")
        shape = valid
    kept = snapped(shape)
    if not isinstance(kept, Polygon | MultiPolygon) or kept.is_empty:
        raise ZoneBroken("a zone has no area", field="file", row=row.number, given="")
    return kept, mended


def _refuse_unknown(fields: Fields, row: Row) -> None:
    for field, given in fields.all().items():
        if given not in row.attributes:
            raise NoSuchColumn(
                "the file has no such attribute",
                field=field, given=given, columns=", ".join(row.attributes),
            )  # fmt: skip


def _text(row: Row, field: str | None) -> str:
    value = row.attributes.get(field) if field else None
    return "" if value is None else str(value).strip()[:NAME_LENGTH]


def _is_core(row: Row, fields: Fields) -> bool:
    """Yes or no as offices write it, or 核心保护区 and 一般控制区. Refuses: CoreUnclear."""
    if fields.core is None:
        return False
    text = _text(row, fields.core).lower().removesuffix(".0")
    if not text:
        if fields.blank_core is None:
            raise CoreUnclear("what does an empty one mean?", field="blank_core", row=row.number)
        return fields.blank_core
    if text in NOT_CORE or "一般" in text or "非核心" in text:
        return False
    if text in CORE or "核心" in text:
        return True
    raise CoreUnclear(
        "is the zone of the core or not?", field="core_field", row=row.number, given=text
    )


def _digest(zones: list[Zone]) -> str:
    """SHA-256 of what the zones are, in whatever order the file has them."""
    each = sorted(
        sha256(
            shapely.to_wkb(zone.shape) + repr((zone.name, zone.code, zone.is_core)).encode()
        ).digest()
        for zone in zones
    )
    return sha256(b"".join(each)).hexdigest()

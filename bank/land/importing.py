"""Taking parcels from a file: each row is taken, known already, or refused with its reason."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import rules
from bank.calendar import local_date
from bank.land import polygons
from bank.land.divisions import find_county_outline, get_division
from bank.land.moving import Move
from bank.land.parcels import register_parcel
from bank.land.polygons import Shape
from bank.land.reading import Row, open_source, rows
from bank.land.refusals import NotAPolygon
from bank.land.tables import Origin, Parcel
from database.directory import bank_of
from database.refusals import Refusal

BYTES_PER_MB: Final = 1 << 20
NOTE_LENGTH: Final = 500


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken; the refusal carries its code, field and facts."""

    number: int
    attributes: dict[str, Any]
    refusal: Refusal


@dataclass(frozen=True)
class ImportReport:
    """What became of a file's rows; `known` were in the bank already, with the same shape."""

    taken: int
    known: int
    refused: tuple[RefusedRow, ...]


def import_parcels(
    session: Session,
    path: Path,
    *,
    at: datetime,
    land_class: str,
    town_code: str | None = None,
    move_to: str | None = None,
    crs: str | None = None,
) -> ImportReport:
    """Register the file's polygons as parcels; the same file again changes nothing.

    `town_code` enters all of them there (else each where it lies). `move_to` is a division's code:
    the shapes, each as it is, are moved into it in their places relative to each other, to try the
    bank on real shapes from elsewhere. `crs` answers for a file that names no system. Rows are
    refused one by one, in the report; the file as a whole refuses: UnreadableFile, FileTooLarge,
    UnknownCoordinates, NoSuchDivision.
    """
    on = local_date(at)
    srid = bank_of(session).settings.srid
    most_bytes = rules.whole("file.size.maximum_mb", on) * BYTES_PER_MB
    source = open_source(path, most_bytes=most_bytes, crs=crs)
    if town_code is not None:
        get_division(session, town_code)
    county = find_county_outline(session)
    move = Move.none(srid) if move_to is None else Move.into(get_division(session, move_to), source)
    taken, known, refused = 0, 0, []
    for row in rows(source, crs=move.crs):
        try:
            shape = polygons.fit(move.apply(_valid(row)), on=on, county=county)
            if _is_known(session, shape):
                known += 1
                continue
            with session.begin_nested():
                register_parcel(
                    session, shape, land_class=land_class, location=path.name[:NOTE_LENGTH],
                    division_code=town_code, origin=Origin.IMPORTED, at=at,
                    source_note=f"{path.name} {row.number}"[:NOTE_LENGTH],
                )  # fmt: skip
            taken += 1
        except Refusal as refusal:
            refused.append(RefusedRow(row.number, row.attributes, refusal))
    return ImportReport(taken, known, tuple(refused))


def _valid(row: Row) -> Shape:
    if not isinstance(row.shape, Polygon | MultiPolygon) or row.lonlat is None:
        given = row.shape.geom_type if row.shape is not None else "none"
        raise NotAPolygon("the row has no polygon", field="shape", given=given)
    polygons.refuse_broken(row.shape, row.lonlat)
    return row.shape


def _is_known(session: Session, shape: Shape) -> bool:
    digest = polygons.digest(shapely.to_wkb(shape))
    found = select(Parcel.number).where(Parcel.shape_digest == digest, Parcel.retired_at.is_(None))
    return session.scalar(found.limit(1)) is not None

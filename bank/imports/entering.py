"""Entering many parcels at once: codes reserved per prefix, rows inserted along a Hilbert curve."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Dialect, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bank.imports.shaping import ellipsoidal_dm2
from bank.land.codes import LAST_SERIAL, prefix
from bank.land.hilbert import hilbert_order
from bank.land.polygons import DM2_PER_M2, digest
from bank.land.shapes import record_first_shapes
from bank.land.tables import Origin, Parcel
from bank.numbers import Serial
from database.actor import Actor
from database.base import new_id

PREFIX: Final = 14
"""Characters of a parcel's code before its serial."""


COLUMNS: Final = (
    "id, code, division_code, wkb, shape_digest, area_dm2, area_ellipsoid_dm2, min_x, min_y, max_x,"
    " max_y, land_class, location, origin, source_note, created_at"
)
_VALUES: Final = len(COLUMNS.split(","))
_INSERT: Final = {
    name: f"INSERT INTO parcel ({COLUMNS}) VALUES ({', '.join([mark] * _VALUES)})"  # noqa: S608
    for name, mark in (("sqlite", "?"), ("postgresql", "%s"))
}


@dataclass
class Entry:
    """A parcel to be entered: its kept shape, WKB and digest, and what its row stated of it.

    `code` is the one it brings, or that `give_codes` gives it; None after that: no serial is left.
    """

    position: int
    shape: Any
    wkb: bytes
    shape_digest: str
    land_class: str
    location: str
    division_code: str
    source_note: str
    code: str | None


def digests(shapes: Any) -> tuple[list[bytes], list[str]]:
    """The shapes' WKB and their digests."""
    wkb: list[bytes] = shapely.to_wkb(shapes).tolist()
    return wkb, [digest(each) for each in wkb]


def give_codes(session: Session, entries: Sequence[Entry]) -> None:
    """A code for each that brings none, in their order; brought ones are never given out again."""
    wanting: defaultdict[str, list[Entry]] = defaultdict(list)
    brought: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.code is None:
            wanting[prefix(entry.division_code, entry.land_class)].append(entry)
        else:
            head, serial = entry.code[:PREFIX], int(entry.code[PREFIX:])
            brought[head] = max(brought[head], serial)
    _pass_over(session, brought)
    last = _reserve(session, {head: len(entries) for head, entries in wanting.items()})
    for head, asking in wanting.items():
        for serial, entry in enumerate(asking, start=last[head] - len(asking) + 1):
            entry.code = f"{head}{serial:05d}" if serial <= LAST_SERIAL else None


def enter(
    session: Session,
    entries: Sequence[Entry],
    *,
    srid: int,
    at: datetime,
    actor: Actor | None,
    origin: Origin = Origin.IMPORTED,
) -> None:
    """Insert the parcels, neighbours together, and begin the history of their shapes."""
    if not entries:
        return
    last = session.scalar(select(func.max(Parcel.number))) or 0
    shapes = np.array([entry.shape for entry in entries], dtype=object)
    bounds = shapely.bounds(shapes)
    areas = np.rint(shapely.area(shapes) * DM2_PER_M2).astype(np.int64).tolist()
    ellipsoidal = ellipsoidal_dm2(shapes, srid).tolist()
    corners = bounds.tolist()
    order = hilbert_order((bounds[:, :2] + bounds[:, 2:]) / 2).tolist()
    connection = session.connection()
    bound = {name: _bound(name, connection.dialect) for name in ("id", "origin", "created_at")}
    came, when = bound["origin"](origin), bound["created_at"](at)
    rows = [
        (
            bound["id"](new_id()), entry.code, entry.division_code, entry.wkb, entry.shape_digest,
            areas[i], ellipsoidal[i], *corners[i],
            entry.land_class, entry.location, came, entry.source_note, when,
        )
        for i, entry in ((i, entries[i]) for i in order)
    ]  # fmt: skip
    # SQLAlchemy would make a dictionary of each row and look at every value of it.
    connection.exec_driver_sql(_INSERT[connection.dialect.name], rows)
    record_first_shapes(session, Parcel.number > last, actor=actor)


def _bound(column: str, dialect: Dialect) -> Callable[[Any], Any]:
    """How a value of the column is given to the driver."""
    kind = getattr(Parcel, column).type.dialect_impl(dialect)
    return kind.bind_processor(dialect) or (lambda value: value)


def _pass_over(session: Session, brought: Mapping[str, int]) -> None:
    """See to it that no serial up to a brought one is given out from now on."""
    statement, table = _upsert(session)
    most = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
    later = statement.on_conflict_do_update(
        index_elements=["prefix"], set_={"last": most(table.last, statement.excluded.last)}
    )
    rows = [{"prefix": head, "last": brought[head]} for head in sorted(brought)]
    if rows:
        session.connection().execute(later, rows)


def _reserve(session: Session, counts: Mapping[str, int]) -> dict[str, int]:
    """The last serial under each prefix, after so many more; prefixes in one order, so that two
    imports never wait for each other in a ring."""
    statement, table = _upsert(session)
    later = statement.on_conflict_do_update(
        index_elements=["prefix"], set_={"last": table.last + statement.excluded.last}
    ).returning(table.prefix, table.last)
    rows = [{"prefix": head, "last": counts[head]} for head in sorted(counts)]
    if not rows:
        return {}
    return {row.prefix: row.last for row in session.connection().execute(later, rows)}


def _upsert(session: Session) -> tuple[Any, Any]:
    sqlite = session.get_bind().dialect.name == "sqlite"
    return (sqlite_insert if sqlite else postgresql_insert)(Serial), Serial

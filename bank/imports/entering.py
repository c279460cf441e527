"""Entering many parcels at once: codes drawn per prefix, rows inserted along a Hilbert curve."""

from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import numpy as np
import uuid_utils
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bank.imports import loading
from bank.land import indexes
from bank.land.codes import prefix
from bank.land.serials import draw_serials
from bank.land.tables import Origin, Parcel, ParcelShape, ShapeReason
from database.actor import Actor


@dataclass(frozen=True)
class Entries:
    """Parcels to be entered: columns of one length, a place of each for each parcel.

    `positions` are those of their rows in the batch; `boxes` are (n, 4); `along` is how far along a
    Hilbert curve each lies; `codes` are those that
    the rows bring (None: it brings none), or, from `give_codes`, that they have (None: no serial
    was left).
    """

    positions: NDArray[np.intp]
    wkb: NDArray[Any]
    digests: NDArray[Any]
    boxes: NDArray[np.float64]
    along: NDArray[np.int64]
    areas_dm2: NDArray[np.int64]
    ellipsoid_dm2: NDArray[np.int64]
    land_classes: NDArray[Any]
    locations: NDArray[Any]
    divisions: NDArray[Any]
    notes: NDArray[Any]
    codes: NDArray[Any]

    def pick(self, which: NDArray[Any]) -> "Entries":
        """Those at these places, or where this mask is true."""
        return Entries(*(getattr(self, each.name)[which] for each in fields(self)))


def give_codes(session: Session, entries: Entries) -> Entries:
    """A code for each that brings none, in their order; never one that is brought."""
    codes: list[str | None] = entries.codes.tolist()
    heads = _prefixes(entries)
    wanted = Counter(head for head, code in zip(heads, codes, strict=True) if code is None)
    drawn = draw_serials(session, wanted, brought=[code for code in codes if code])
    given = {head: iter(serials) for head, serials in drawn.items()}
    for place, head in enumerate(heads):
        if codes[place] is None:
            serial = next(given[head], None)
            codes[place] = None if serial is None else f"{head}{serial:05d}"
    return replace(entries, codes=np.array(codes, dtype=object))


def _prefixes(entries: Entries) -> list[str]:
    pairs = list(zip(entries.divisions.tolist(), entries.land_classes.tolist(), strict=True))
    found = {pair: prefix(*pair) for pair in set(pairs)}
    return [found[pair] for pair in pairs]


def enter(
    session: Session,
    entries: Entries,
    *,
    at: datetime,
    actor: Actor | None,
    origin: Origin = Origin.IMPORTED,
) -> None:
    """Insert the parcels, neighbours together, and begin the history of their shapes."""
    if not len(entries.positions):
        return
    session.flush()
    connection = session.connection()
    parcels = _parcels(connection, entries.pick(np.argsort(entries.along)), at=at, origin=origin)
    with indexes.together(connection):
        loading.load(connection, "parcel", parcels)
    loading.load(connection, "parcel_shape", _first_shapes(connection, parcels, actor))


def _parcels(
    connection: Connection, entries: Entries, *, at: datetime, origin: Origin
) -> dict[str, list[Any]]:
    count = len(entries.positions)
    min_x, min_y, max_x, max_y = entries.boxes.T.tolist()
    return {
        "id": [uuid_utils.uuid7() for _ in range(count)],  # `new_id` takes seven times as long
        "code": entries.codes.tolist(),
        "division_code": entries.divisions.tolist(),
        "wkb": entries.wkb.tolist(),
        "shape_digest": entries.digests.tolist(),
        "area_dm2": entries.areas_dm2.tolist(),
        "area_ellipsoid_dm2": entries.ellipsoid_dm2.tolist(),
        "min_x": min_x, "min_y": min_y, "max_x": max_x, "max_y": max_y,
        "land_class": entries.land_classes.tolist(),
        "location": entries.locations.tolist(),
        "origin": [_bound(connection, Parcel.origin, origin)] * count,
        "source_note": entries.notes.tolist(),
        "created_at": [_bound(connection, Parcel.created_at, at)] * count,
    }  # fmt: skip


def _first_shapes(
    connection: Connection, parcels: dict[str, list[Any]], actor: Actor | None
) -> dict[str, list[Any]]:
    """What `shapes.record_first_shapes` would write of these parcels."""
    count = len(parcels["id"])
    return {
        "parcel_id": parcels["id"],
        "number": [1] * count,
        "wkb": parcels["wkb"],
        "area_dm2": parcels["area_dm2"],
        "since": parcels["created_at"],
        "reason": [_bound(connection, ParcelShape.reason, ShapeReason.REGISTERED)] * count,
        "note": [""] * count,
        "actor_id": [actor.id if actor else None] * count,
    }


def _bound(connection: Connection, column: Any, value: Any) -> Any:
    """The value as it is given to the driver."""
    dialect = connection.dialect
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    return bind(value) if bind else value

"""Entering many parcels at once: codes reserved per prefix, rows inserted along a Hilbert curve."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
import uuid_utils
from numpy.typing import NDArray
from sqlalchemy import Connection, func
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bank.imports import loading
from bank.land import indexes
from bank.land.codes import LAST_SERIAL, prefix
from bank.land.tables import Origin, Parcel, ParcelShape, ShapeReason
from bank.numbers import Serial
from database.actor import Actor

PREFIX: Final = 14
"""Characters of a parcel's code before its serial."""


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
    """A code for each that brings none, in their order; brought ones are never given out again."""
    codes: list[str | None] = entries.codes.tolist()
    heads = _prefixes(entries)
    wanted = Counter(head for head, code in zip(heads, codes, strict=True) if code is None)
    brought: dict[str, int] = {}
    for code in filter(None, codes):
        head, serial = code[:PREFIX], int(code[PREFIX:])
        brought[head] = max(brought.get(head, 0), serial)
    _leave(session, brought)
    last = _reserve(session, wanted)
    given = {head: last[head] - count for head, count in wanted.items()}
    for place, head in enumerate(heads):
        if codes[place] is None:
            given[head] = serial = given[head] + 1
            codes[place] = f"{head}{serial:05d}" if serial <= LAST_SERIAL else None
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


def _leave(session: Session, brought: Mapping[str, int]) -> None:
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

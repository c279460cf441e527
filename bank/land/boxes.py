"""Reading very many parcels at once by their boxes, in the words of either database's driver.

The same parcels as `parcels.in_box` finds. SQLite is told to ask the spatial index first, and then
the parcels that it names.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from bank.land.polygons import Box
from database.driver import driver

POSTGRESQL: Final = "postgresql"
_SOURCES: Final = {
    "sqlite": (
        "parcel_box b CROSS JOIN parcel p ON p.number = b.number",
        "b.min_x <= ?3 AND b.max_x >= ?1 AND b.min_y <= ?4 AND b.max_y >= ?2",
    ),
    POSTGRESQL: (
        "parcel p",
        "box(point(p.min_x, p.min_y), point(p.max_x, p.max_y))"
        " && box(point(%s, %s), point(%s, %s))",
    ),
}
_WKB: Final = {
    "sqlite": "SELECT p.number, p.wkb FROM json_each(?) j"
    " CROSS JOIN parcel p ON p.number = j.value",
    POSTGRESQL: "SELECT number, wkb FROM parcel WHERE number = ANY(%s)",
}


def read(session: Session, box: Box, columns: str, *, where: str = "true") -> list[tuple[Any, ...]]:
    """`columns` of all parcels `p` (retired ones left out) whose boxes meet the box.

    `where` narrows further. Values come as the driver gives them.
    """
    session.flush()
    connection = session.connection()
    name = connection.dialect.name
    source, meets = _SOURCES[name]
    statement = (
        f"SELECT {columns} FROM {source}"  # noqa: S608 - code's own words
        f" WHERE {meets} AND p.retired_at IS NULL AND {where}"
    )
    with driver(connection) as cursor:
        return run(cursor, name, statement, box)


def uuid(given: str | bytes) -> UUID:
    """An id as a driver gave it; one for each of very many rows would cost more than the rest."""
    return UUID(bytes=given) if isinstance(given, bytes) else UUID(given)


def polygons(session: Session, numbers: NDArray[np.int64]) -> NDArray[Any]:
    """The polygons of the parcels with these row numbers, in that order."""
    asked = numbers.tolist()
    connection = session.connection()
    name = connection.dialect.name
    given = (asked,) if name == POSTGRESQL else (str(asked),)
    with driver(connection) as cursor:
        wkb = dict(run(cursor, name, _WKB[name], given))
    shapes: NDArray[Any] = shapely.from_wkb([wkb[number] for number in asked])
    return shapes


def run(cursor: Any, name: str, statement: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement in the words of that driver, values as they come."""
    if name == POSTGRESQL:
        cursor.format = 1  # binary: numbers and polygons come as they are
        found = cursor.execute(statement, given, prepare=True)
    else:
        found = cursor.execute(statement, given)
    rows: list[tuple[Any, ...]] = found.fetchall()
    return rows

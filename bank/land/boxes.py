"""Reading very many parcels at once by their boxes, in the words of either database's driver.

The same parcels as `parcels.in_box` finds. Both are told the order in which to join: the spatial
index first, then the parcels it names, then what belongs to each. SQLite takes CROSS JOIN for it;
PostgreSQL, which guesses that a box meets 1 parcel in 200, a subquery that it may not dissolve.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from bank.land.polygons import Box
from database.driver import driver

POSTGRESQL: Final = "postgresql"
Joined = tuple[str, str]
"""A table with its alias, and the condition by which one row of it belongs to a parcel."""
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
_JOINS: Final = {
    "sqlite": "CROSS JOIN {0} ON {1}",
    POSTGRESQL: "CROSS JOIN LATERAL (SELECT * FROM {0} WHERE {1} OFFSET 0) {2}",
}
_ID: Final = {"sqlite": "{}", POSTGRESQL: "uuid_send({})"}
_WKB: Final = {
    "sqlite": "SELECT p.number, p.wkb FROM json_each(?) j"
    " CROSS JOIN parcel p ON p.number = j.value",
    POSTGRESQL: "SELECT number, wkb FROM parcel WHERE number = ANY(%s)",
}


def read(
    session: Session,
    box: Box,
    columns: str,
    *,
    ids: Sequence[str] = (),
    joined: Sequence[Joined] = (),
    where: str = "true",
) -> list[tuple[Any, ...]]:
    """`columns` of all parcels `p` (retired ones left out) whose boxes meet the box.

    `joined` are tables with their conditions, such as ("deposit d", "d.asset_id = p.asset_id");
    `where` narrows further. Values come as the driver gives them; those of `ids`, columns that
    come first, are read by `uuid`.
    """
    session.flush()
    connection = session.connection()
    name = connection.dialect.name
    statement = _statement(name, (*(_ID[name].format(each) for each in ids), columns),
                           tuple(joined), where)  # fmt: skip
    with driver(connection) as cursor:
        return _run(cursor, name, statement, box)


def uuid(given: str | bytes) -> UUID:
    """An id as `read` gave it; a UUID for each of very many rows would cost more than the rest."""
    return UUID(bytes=given) if isinstance(given, bytes) else UUID(given)


def polygons(session: Session, numbers: NDArray[np.int64]) -> NDArray[Any]:
    """The polygons of the parcels with these row numbers, in that order."""
    asked = numbers.tolist()
    connection = session.connection()
    name = connection.dialect.name
    given = (asked,) if name == POSTGRESQL else (str(asked),)
    with driver(connection) as cursor:
        wkb = dict(_run(cursor, name, _WKB[name], given))
    shapes: NDArray[Any] = shapely.from_wkb([wkb[number] for number in asked])
    return shapes


@cache
def _statement(name: str, columns: tuple[str, ...], joined: tuple[Joined, ...], where: str) -> str:
    source, meets = _SOURCES[name]
    others = " ".join(_JOINS[name].format(*each, each[0].split()[-1]) for each in joined)
    return (
        f"SELECT {', '.join(columns)} FROM {source} {others}"  # noqa: S608 - code's own words
        f" WHERE {meets} AND p.retired_at IS NULL AND {where}"
    )


def _run(cursor: Any, name: str, statement: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    if name == POSTGRESQL:
        cursor.format = 1  # binary: numbers and polygons come as they are
        found = cursor.execute(statement, given, prepare=True)
    else:
        found = cursor.execute(statement, given)
    rows: list[tuple[Any, ...]] = found.fetchall()
    return rows

"""The control layers in force on a day, with their zones around some land, in one statement.

In the words of either database's driver, for red lines ask it again and again. Zones are found by
their spatial index first.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy.orm import Session

from bank.land import boxes
from bank.land.polygons import Box
from bank.zones.covering import Zones
from database.driver import driver

_GOVERNING: Final = """
WITH ranked AS (
  SELECT id, kind, valid_from, row_number() OVER (
    PARTITION BY kind ORDER BY valid_from DESC, imported_at DESC, id DESC) AS place
  FROM control_layer WHERE valid_from <= {on}),
governing AS {materialized} (SELECT id, kind, valid_from FROM ranked WHERE place = 1)
SELECT kind, id, valid_from, NULL, NULL, NULL, 0 AS number FROM governing
UNION ALL
SELECT g.kind, NULL, NULL, z.name, z.is_core, z.wkb, z.number FROM {zones}
  {join} governing g ON g.id = z.layer_id {where}
ORDER BY number"""
_STATEMENTS: Final = {
    "sqlite": _GOVERNING.format(
        on="?5",
        materialized="",
        zones="control_zone_box b CROSS JOIN control_zone z ON z.number = b.number",
        join="CROSS JOIN",
        where="WHERE b.min_x <= ?3 AND b.max_x >= ?1 AND b.min_y <= ?4 AND b.max_y >= ?2",
    ),
    boxes.POSTGRESQL: _GOVERNING.format(
        on="%(on)s",
        materialized="MATERIALIZED",
        zones="(SELECT * FROM control_zone WHERE box(point(min_x, min_y), point(max_x, max_y))"
        " && box(point(%(x)s, %(y)s), point(%(far_x)s, %(far_y)s)) OFFSET 0) z",
        join="JOIN",
        where="",
    ),
}


@dataclass(frozen=True)
class Governing:
    """The version of a layer that governs a day."""

    kind: str
    id: UUID
    valid_from: date


def zones_around(session: Session, box: Box, on: date) -> tuple[list[Governing], Zones]:
    """The layers in force, and all their zones whose boxes meet the box, in the order they came in.

    A zone's layer is its place in the list.
    """
    rows = _rows(session, box, on)
    layers = [
        Governing(kind, key if isinstance(key, UUID) else UUID(key), _day(since))
        for kind, key, since, _, _, _, number in rows
        if number == 0
    ]
    places = {layer.kind: place for place, layer in enumerate(layers)}
    found = rows[len(layers) :]
    return layers, Zones(
        shapes=shapely.from_wkb(np.array([row[5] for row in found], dtype=object)),
        names=[row[3] for row in found],
        cores=np.array([row[4] for row in found], dtype=np.bool_),
        layers=np.array([places[row[0]] for row in found], dtype=np.intp),
    )


def _rows(session: Session, box: Box, on: date) -> list[tuple[Any, ...]]:
    session.flush()
    connection = session.connection()
    name = connection.dialect.name
    given: Any = (*box, on.isoformat())
    if name == boxes.POSTGRESQL:
        given = dict(zip(("x", "y", "far_x", "far_y"), box, strict=True), on=on)
    with driver(connection) as cursor:
        return boxes.run(cursor, name, _STATEMENTS[name], given)


def _day(given: str | date) -> date:
    return date.fromisoformat(given) if isinstance(given, str) else given

"""Outlines of divisions and of control zones for maps: simplified as far as a view allows."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bank.land.polygons import Box
from bank.land.tables import Division, DivisionKind
from bank.maps.mapping import view_box, written
from bank.zones.conflicts import layers_in_force
from bank.zones.indexes import in_box
from bank.zones.tables import ControlZone

TOLERANCE_M: Final = {DivisionKind.TOWN: 25.0, DivisionKind.VILLAGE: 10.0}
"""How far a simplified border may lie from the true one; neighbours keep a common line."""
PIXELS: Final = 1000
"""What is smaller than this part of a view is not drawn."""
MOST_ZONES: Final = 2000


def division_outlines(session: Session, kind: DivisionKind) -> list[tuple[str, str, str]]:
    """Code, name and outline (GeoJSON geometry text) of every division of a kind."""
    rows = session.execute(
        select(Division.code, Division.name, Division.outline)
        .where(Division.kind == kind, Division.outline.is_not(None))
        .order_by(Division.code)
    ).all()
    if not rows:
        return []
    shapes: Any = shapely.from_wkb(np.array([row.outline for row in rows], dtype=object))
    texts = written(session, shapely.coverage_simplify(shapes, TOLERANCE_M[kind]))
    return [(row.code, row.name, text) for row, text in zip(rows, texts, strict=True)]


def town_outlines(session: Session) -> Sequence[tuple[str, str, str]]:
    """Code, name and outline (GeoJSON geometry text) of every town."""
    return division_outlines(session, DivisionKind.TOWN)


def zones_in_view(
    session: Session, lonlat: Box, *, on: date, most: int = MOST_ZONES
) -> tuple[list[tuple[Row[*tuple[Any, ...]], str]], bool]:
    """The zones in force that a view in degrees shows, cut to it, and whether these are all.

    Each is a row (layer_id, code, name, is_core, wkb) with its outline as GeoJSON text, simplified
    to a thousandth of the view. Of more than `most`, the largest boxes are shown.
    """
    layers = {layer.id: layer for layer in layers_in_force(session, on)}
    box = view_box(session, lonlat)
    if box is None or not layers:
        return [], True
    min_x, min_y, max_x, max_y = box
    zone = ControlZone
    rows = session.execute(
        select(zone.layer_id, zone.code, zone.name, zone.is_core, zone.wkb)
        .where(zone.layer_id.in_(layers), in_box(session, zone, box))
        .order_by(((zone.max_x - zone.min_x) * (zone.max_y - zone.min_y)).desc())
        .limit(most + 1)
    ).all()
    shown = rows[:most]
    if not shown:
        return [], True
    finest_m = max(max_x - min_x, max_y - min_y) / PIXELS
    shapes: Any = shapely.from_wkb(np.array([row.wkb for row in shown], dtype=object))
    cut = shapely.clip_by_rect(shapely.simplify(shapes, finest_m), *box)
    there = np.flatnonzero(~shapely.is_empty(cut) & (shapely.area(cut) > finest_m**2))
    texts = written(session, cut[there])
    return [(shown[place], text) for place, text in zip(there.tolist(), texts, strict=True)], len(
        rows
    ) <= most

"""Reading layers: pages and chunks in an order that stays, single rows, and who sees what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import ColumnElement, Row, func
from sqlalchemy.orm import Session

from bank.catalogue.layers import Layer
from bank.catalogue.refusals import BadFilter, NotForReader
from bank.deposits.tables import Deposit
from bank.land import projection
from bank.land.divisions import find_county_outline
from bank.land.files.fields import Chunk, Field
from bank.land.parcels import SEGMENT_DEGREES
from bank.land.polygons import Box
from bank.parties.tokens import HOLDERS
from database.actor import Actor, Role
from database.directory import bank_of

CHUNK: Final = 5_000
"""Rows in memory at once."""
MOST_DIGITS: Final = 18
"""Of an id: what is longer does not fit the databases' whole numbers."""
Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Selection:
    """Some rows of a layer: those that meet all conditions; or, if given, of these deposits.

    `more` are fields besides the layer's own. `instead` gives columns of some deposits' rows other
    values: the shape and the figures of a part, where only a part is meant.
    """

    layer: Layer
    conditions: tuple[ColumnElement[bool], ...] = ()
    deposit_ids: tuple[UUID, ...] | None = None
    more: tuple[Field, ...] = ()
    instead: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields that the rows are told by."""
        return self.layer.fields + self.more


@dataclass(frozen=True)
class Page:
    """Some rows with their shapes in the county's system; `after`: where the next page begins."""

    rows: Sequence[Row[Any]]
    shapes: Any
    after: Any


def visible_to(reader: Actor | None, layer: Layer) -> list[ColumnElement[bool]]:
    """The condition under which the reader sees rows: township officers see their own town's.

    Refuses: NotForReader.
    """
    if not layer.staff:
        return []
    if reader is None or not reader.has(*HOLDERS):
        raise NotForReader("this layer is for officers and auditors", layer=layer.name)
    if reader.has(Role.COUNTY, Role.AUDITOR):
        return []
    if not reader.township:
        raise NotForReader("this officer has no township", layer=layer.name)
    if layer.place is None:
        return []
    return [layer.place.startswith(reader.township, autoescape=True)]


def matching(layer: Layer, name: str, text: str) -> ColumnElement[bool]:
    """The condition that a field is what was asked; a division counts with what lies in it.

    Refuses: BadFilter.
    """
    asked = layer.filters[name]
    if asked.choices is not None:
        if text not in set(asked.choices):
            raise BadFilter("this value is not known", field=name, given=text)
        return cast("ColumnElement[bool]", asked.column == asked.choices(text))
    if name == "division_code":
        return cast("ColumnElement[bool]", asked.column.startswith(text, autoescape=True))
    return cast("ColumnElement[bool]", asked.column == text)


def within(layer: Layer, since: datetime | None, until: datetime | None) -> Conditions:
    """The conditions that a row's moment lies between two; what has no moment always does."""
    if layer.moment is None:
        return []
    found = []
    if since is not None:
        found.append(layer.moment >= since)
    if until is not None:
        found.append(layer.moment <= until)
    return [met | layer.moment.is_(None) for met in found]


def page(
    session: Session,
    layer: Layer,
    conditions: Conditions,
    *,
    limit: int,
    after: Any = None,
    area: Any = None,
) -> Page:
    """At most `limit` rows after the row of key `after`, by key.

    `area` is a polygon in the county's system: rows whose shapes meet it. Rows that come in
    meanwhile neither shift the pages nor show twice.
    """
    asked = list(conditions)
    exact = area is not None and not _covers_county(session, area)
    if exact:
        asked.append(layer.boxed(session, area.bounds))
        shapely.prepare(area)
    rows: list[Row[Any]] = []
    shapes: list[Any] = []
    while len(rows) <= limit:
        batch = _batch(session, layer, asked, after, limit + 1)
        found: Any = shapely.from_wkb(np.array([row.wkb for row in batch], dtype=object))
        meets = shapely.intersects(area, found) if exact else np.ones(len(batch), dtype=bool)
        rows += [row for row, meet in zip(batch, meets, strict=True) if meet]
        shapes += found[meets].tolist()
        if len(batch) <= limit:
            break
        after = batch[-1].key
    more = len(rows) > limit
    kept = np.array(shapes[:limit], dtype=object)
    return Page(rows[:limit], kept, rows[limit - 1].key if more else None)


def find(session: Session, layer: Layer, fid: str, conditions: Conditions) -> Row[Any] | None:
    """The row of this id, if it meets the conditions."""
    wanted: Any = fid
    if layer.fid.type.python_type is int:
        if not (fid.isascii() and fid.isdigit() and len(fid) <= MOST_DIGITS):
            return None
        wanted = int(fid)
    return session.execute(
        layer.query().where(layer.fid == wanted, *conditions).order_by(layer.key).limit(1)
    ).first()


def count(session: Session, layer: Layer, conditions: Conditions) -> int:
    """How many rows meet the conditions."""
    counted = layer.query().where(*conditions).with_only_columns(func.count())
    return int(session.scalar(counted) or 0)


def count_selected(session: Session, selection: Selection) -> int:
    """How many rows a selection has, at most: of deposits that were named, all are counted."""
    if selection.deposit_ids is not None:
        return len(selection.deposit_ids)
    return count(session, selection.layer, selection.conditions)


def chunks(session: Session, selection: Selection) -> Iterator[Chunk]:
    """All rows of a selection, a bounded number at a time: by key, or as the deposits are named."""
    layer = selection.layer
    ids = selection.deposit_ids
    if ids is not None:
        for start in range(0, len(ids), CHUNK):
            named = [Deposit.id.in_(ids[start : start + CHUNK]), *selection.conditions]
            rows = _batch(session, layer, named, None, None)
            yield chunk_of(selection.fields, _told(rows, selection.instead))
        return
    after = None
    while batch := _batch(session, layer, selection.conditions, after, CHUNK):
        yield chunk_of(selection.fields, batch)
        after = batch[-1].key


def chunk_of(fields: Sequence[Field], rows: Sequence[Any], shapes: Any = None) -> Chunk:
    """Rows of a layer's query as they are told: ids, shapes, and values by field."""
    if shapes is None:
        shapes = shapely.from_wkb(np.array([row.wkb for row in rows], dtype=object))
    columns = [[each.read(row) for row in rows] for each in fields]
    return Chunk([str(row.fid) for row in rows], shapes, columns)


def view_area(session: Session, lonlat: Box) -> Any:
    """What of a box in degrees lies where the county's system may be used, in that system.

    A box whose west is east of its east goes across the antimeridian. None: nothing of it does.
    """
    srid = bank_of(session).settings.srid
    west, south, east, north = lonlat
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    sides = projection.area_of_use(srid)
    seen = [
        shapely.box(max(left, sides[0]), max(south, sides[1]), min(right, sides[2]),
                    min(north, sides[3]))
        for left, right in parts
        if left <= sides[2] and right >= sides[0] and south <= sides[3] and north >= sides[1]
    ]  # fmt: skip
    if not seen:
        return None
    return projection.to_county(shapely.segmentize(seen[0], SEGMENT_DEGREES), srid)


def _told(
    rows: Sequence[Row[Any]], instead: Mapping[UUID, Mapping[str, Any]]
) -> list[Row[Any] | SimpleNamespace]:
    return [
        SimpleNamespace(**{**row._mapping, **instead[row.id]}) if row.id in instead else row
        for row in rows
    ]


def _batch(
    session: Session, layer: Layer, conditions: Conditions, after: Any, limit: int | None
) -> Sequence[Row[Any]]:
    query = layer.query().where(*conditions).order_by(layer.key)
    if after is not None:
        query = query.where(layer.key > after)
    return session.execute(query.limit(limit)).all()


def _covers_county(session: Session, area: Any) -> bool:
    """Whether the area holds the whole county, and with it every shape of the bank."""
    outline = find_county_outline(session)
    return outline is not None and bool(area.covers(shapely.box(*outline.bounds)))

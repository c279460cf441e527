"""Land as a map shows it: what is in view with its outline, or totals where that is too much."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import ColumnElement, Join, Row, String, func, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased

from bank.assets.tables import Asset
from bank.catalogue.browsing import Filter, Town
from bank.deposits import records
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.land import projection
from bank.land.codes import TOWN_LENGTH
from bank.land.parcels import SEGMENT_DEGREES, in_box
from bank.land.polygons import Box
from bank.land.tables import Division, DivisionKind, Origin, Parcel
from bank.maps import totals
from bank.maps.totals import Counted, PlaceTotal
from database.directory import bank_of

MOST: Final = 5000
"""More than this in one view is counted by town or village instead."""
DECIMALS: Final = 6
"""Degrees are written to about 10 cm: finer than any screen, and a third shorter than 9."""
FINE_DECIMALS: Final = 9
"""Where people draw along their neighbours: degrees to 0.1 mm, so that a corner put on another's
corner is the same one on the bank's grid of whole millimetres."""
PARCEL_TOWN = func.substr(Parcel.division_code, 1, TOWN_LENGTH)
SURVEYED: Final = Parcel.origin.in_((Origin.IMPORTED, Origin.GENERATED))
ON_MAPS: Final = frozenset(Stage) - {Stage.DRAFT, Stage.REFUSED, Stage.RETURNED}
"""Deposits that an officer's map shows: all that were handed in and are not over."""


class InOrder(Join):
    """A join that starts from its left side, also where SQLite would guess otherwise."""

    inherit_cache = True


@compiles(InOrder)
def _plainly(join: InOrder, compiler: Any, **told: Any) -> str:
    text: str = compiler.visit_join(join, **told)
    return text


@compiles(InOrder, "sqlite")
def _in_order(join: InOrder, compiler: Any, **told: Any) -> str:
    text: str = compiler.visit_join(join, **told)
    return text.replace(" CROSS JOIN ", " JOIN ").replace(" JOIN ", " CROSS JOIN ")


_PARCEL, _ASSET, _DEPOSIT = (Parcel.__table__, Asset.__table__, Deposit.__table__)
FROM_THE_BOX: Final = InOrder(
    InOrder(_PARCEL, _ASSET, _ASSET.c.id == _PARCEL.c.asset_id),
    _DEPOSIT,
    _DEPOSIT.c.asset_id == _ASSET.c.id,
)
"""From the few parcels of a view to their deposits; never from all deposits of a stage."""


@dataclass(frozen=True)
class View:
    """What a view shows: rows and their outlines as GeoJSON text, or totals if it is too much.

    `places`: the names of the towns and villages that the rows lie in, by code.
    """

    rows: Sequence[Row[*tuple[Any, ...]]] = ()
    outlines: Sequence[str] = ()
    totals: Sequence[PlaceTotal] | None = None
    places: Mapping[str, str] = field(default_factory=dict)


def listed_in_view(
    session: Session, lonlat: Box, wanted: Filter, *, most: int = MOST, fine: bool = False
) -> View:
    """The catalogue's parcels that meet a view in degrees (west, south, east, north).

    `fine` outlines can be drawn along: their corners are exact. Totals are those of whole towns
    or villages, also where the view shows a part of one.
    """
    box = view_box(session, lonlat)
    if box is None:
        return View()
    counted = totals.listed(session, wanted) if totals.is_summed(wanted) else None
    rows = _deposits(session, box, wanted.conditions(), counted, most)
    if rows is None:
        counted = counted or totals.listed(session, wanted)
        return View(totals=counted.places(totals.places_in(session, box)))
    return _shown(session, rows, fine=fine)


def deposits_in_view(session: Session, lonlat: Box, *, town: str = "", most: int = MOST) -> View:
    """All deposits in view that were handed in and are not over, of one town if it is named."""
    box = view_box(session, lonlat)
    if box is None:
        return View()
    conditions: list[ColumnElement[bool]] = [Deposit.stage.in_(ON_MAPS)]
    if town:
        conditions.append(Asset.division_code.startswith(town, autoescape=True))
    counted = totals.deposited(session, ON_MAPS, town=town)
    rows = _deposits(session, box, conditions, counted, most)
    if rows is None:
        return View(totals=counted.places(totals.places_in(session, box)))
    return _shown(session, rows)


def free_in_view(session: Session, lonlat: Box, *, most: int = MOST, fine: bool = False) -> View:
    """Imported and generated parcels in view that no deposit keeps: what an owner can pick.

    `fine` outlines can be drawn along: their corners are exact.
    """
    box = view_box(session, lonlat)
    if box is None:
        return View()
    rows = session.execute(
        select(
            type_coerce(Parcel.id, String).label("id"),
            Parcel.code,
            Parcel.location,
            Parcel.land_class,
            Parcel.area_dm2,
            Parcel.wkb,
            Parcel.division_code,
            func.coalesce(Town.name, "").label("town_name"),
        )
        .outerjoin(Town, Town.code == PARCEL_TOWN)
        .where(records.pickable(), Parcel.retired_at.is_(None), SURVEYED, in_box(session, box))
        .limit(most + 1)
    ).all()
    if len(rows) > most:
        return View(totals=_free_totals(session).places(totals.places_in(session, box)))
    return _shown(session, rows, fine=fine)


def outlines(session: Session, wkbs: Sequence[bytes], *, decimals: int = DECIMALS) -> list[str]:
    """Kept shapes as GeoJSON geometry texts in degrees, all in one go."""
    if not wkbs:
        return []
    shapes: Any = shapely.from_wkb(np.array(wkbs, dtype=object))
    return written(session, shapes, decimals=decimals)


def written(session: Session, shapes: Any, *, decimals: int = DECIMALS) -> list[str]:
    """An array of shapes in the county's system as GeoJSON geometry texts in degrees."""
    change = projection.transformer(bank_of(session).settings.srid, projection.GEOGRAPHIC)

    def degrees(metres: Any) -> Any:
        lonlat = np.empty_like(metres)
        lonlat[:, 0], lonlat[:, 1] = change.transform(metres[:, 0], metres[:, 1])
        return np.round(lonlat, decimals, out=lonlat)

    texts: list[str] = shapely.to_geojson(shapely.transform(shapes, degrees)).tolist()
    return texts


def bounds_of(session: Session, division_code: str = "") -> Box | None:
    """West, south, east, north of a division in degrees; of the county, if none is named."""
    wanted = (
        Division.code == division_code if division_code else Division.kind == DivisionKind.COUNTY
    )
    row = session.execute(
        select(Division.min_x, Division.min_y, Division.max_x, Division.max_y).where(wanted)
    ).first()
    box: Any = tuple(row) if row else (None,)
    if None in box:
        return None
    bounds: Box = projection.to_lonlat(shapely.box(*box), bank_of(session).settings.srid).bounds
    return bounds


def view_box(session: Session, lonlat: Box) -> Box | None:
    """The box, in the county's system, that covers a view given in degrees; None if it is away."""
    srid = bank_of(session).settings.srid
    view = shapely.clip_by_rect(shapely.box(*lonlat), *projection.area_of_use(srid))
    if view.is_empty:
        return None
    return projection.to_county(shapely.segmentize(view, SEGMENT_DEGREES), srid).bounds


def _deposits(
    session: Session,
    box: Box,
    conditions: Iterable[ColumnElement[bool]],
    counted: Counted | None,
    most: int,
) -> Sequence[Row[*tuple[Any, ...]]] | None:
    """The deposits whose parcels meet the box; None if there are more than `most`."""
    if counted and counted.least(_whole_divisions(session, box, counted)) > most:
        return None
    rows = session.execute(
        select(
            type_coerce(Deposit.id, String).label("id"),
            type_coerce(Deposit.stage, String).label("stage"),
            type_coerce(Asset.kind, String).label("kind"),
            Asset.name,
            Asset.division_code,
            Deposit.area_dm2,
            Parcel.wkb,
        )
        .select_from(FROM_THE_BOX)
        .where(Parcel.retired_at.is_(None), in_box(session, box), *conditions)
        .limit(most + 1)
    ).all()
    return rows if len(rows) <= most else None


def _whole_divisions(session: Session, box: Box, counted: Counted) -> Sequence[str]:
    return totals.codes_within(session, box) if counted.of else ()


def _shown(session: Session, rows: Sequence[Row[*tuple[Any, ...]]], *, fine: bool = False) -> View:
    texts = outlines(
        session, [row.wkb for row in rows], decimals=FINE_DECIMALS if fine else DECIMALS
    )
    return View(rows, texts, places=_place_names(session, {row.division_code for row in rows}))


def _place_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The village with its town, as in 报福镇景溪村, by code."""
    town = aliased(Division)
    rows = session.execute(
        select(Division.code, Division.name, town.code, town.name)
        .outerjoin(town, town.code == func.substr(Division.code, 1, TOWN_LENGTH))
        .where(Division.code.in_(list(codes)))
    )
    return {
        code: name if town_code in (None, code) else f"{town_name}{name}"
        for code, name, town_code, town_name in rows
    }


def _free_totals(session: Session) -> Counted:
    """Free parcels by division and class: nobody's from their index, given-up ones one by one."""
    columns = (Parcel.division_code, func.substr(Parcel.land_class, 1, 2))
    given_up = select(Deposit.asset_id).where(Deposit.stage.in_(records.HOLDS_NO_PARCEL))
    nobodys = (Parcel.asset_id.is_(None),)
    left = (Parcel.asset_id.in_(given_up), records.pickable())
    return totals.gathered(
        (code, group, "", count, area_dm2)
        for owned in (nobodys, left)
        for code, group, count, area_dm2 in session.execute(
            select(*columns, func.count(), func.sum(Parcel.area_dm2))
            .where(Parcel.retired_at.is_(None), SURVEYED, *owned)
            .group_by(*columns)
        )
    )

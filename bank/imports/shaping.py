"""Whole arrays of shapes from a file: checked, moved into the county's system, put on the grid.

What `polygons.fit` does for one shape, with the same results and refusals. A hundred thousand
shapes go through GEOS a chunk at a time; only those that something is wrong with are looked at one
by one. A broken shape is repaired if its area stays the same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from bank import rules
from bank.imports.scaling import area_scales
from bank.land import polygons, projection
from bank.land.corners import FIELD
from bank.land.files.reading import Batch
from bank.land.files.systems import CIRCLE
from bank.land.polygons import DM2_PER_M2, GRID_M, Box, Shape
from bank.land.refusals import (
    BadNumber,
    CoordinatesSwapped,
    NotAPolygon,
    OtherCoordinates,
    OutsideCounty,
    ParcelTooSmall,
    TooManyCorners,
)
from database.refusals import Refusal

POLYGONS: Final = (3, 6)
SEGMENT: Final = 0.01
"""How finely the county's box is bent when it is moved into another system, of its width."""
PER_M: Final = round(1 / GRID_M)
NARROW_M: Final = 200.0
"""Up to this width the middle of a shape's box serves for its centroid."""
WIDE_M: Final = 1_000.0
"""From this width on a shape's ellipsoidal area is summed along its sides, not scaled."""


@dataclass(frozen=True)
class County:
    """Where parcels may lie: the outline (None: not known), and its box in the file's system."""

    srid: int
    crs: str
    outline: Shape | None
    box: Box

    @classmethod
    def of(cls, outline: Shape | None, *, srid: int, crs: str) -> "County":
        """The county as a file in the system `crs` sees it."""
        if outline is None:
            west, south, east, north = projection.area_of_use(srid)
            around, system = shapely.box(west, south, east, north), "EPSG:4490"
        else:
            around, system = shapely.box(*outline.bounds), f"EPSG:{srid}"
            shapely.prepare(outline)
        low, high = around.bounds[:2], around.bounds[2:]
        fine = shapely.segmentize(around, max(high[0] - low[0], high[1] - low[1]) * SEGMENT)
        return cls(srid, crs, outline, projection.reproject(fine, system, crs).bounds)


@dataclass
class Shaped:
    """A batch's shapes as the bank keeps them; `refusals` by position for those it does not.

    `repaired` and `flattened` are true where a shape was mended or its third coordinate dropped.
    """

    shapes: NDArray[Any]
    refusals: dict[int, Refusal]
    repaired: NDArray[np.bool_]
    flattened: NDArray[np.bool_]

    def left(self) -> NDArray[np.intp]:
        """The positions that were not refused."""
        good = np.ones(len(self.shapes), dtype=bool)
        good[list(self.refusals)] = False
        return np.flatnonzero(good)

    def refuse(self, position: Any, refusal: Refusal) -> None:
        """Refuse a row, once."""
        self.refusals.setdefault(int(position), refusal)


def shape_batch(batch: Batch, county: County, *, on: date) -> Shaped:
    """The batch's shapes; those it refuses are refused as `polygons.fit` would."""
    shaped = Shaped(
        batch.shapes.copy(),
        dict(batch.refusals),
        np.zeros(len(batch.shapes), dtype=bool),
        shapely.has_z(batch.shapes),
    )
    _refuse_unfit(shaped, on)
    if shaped.flattened.any():
        shaped.shapes[shaped.flattened] = shapely.force_2d(shaped.shapes[shaped.flattened])
    _refuse_far(shaped, county)
    left = shaped.left()
    planar = projection.reproject(shaped.shapes[left], county.crs, f"EPSG:{county.srid}")
    _put_on_grid(shaped, left, planar, county, on)
    _refuse_small(shaped, on)
    _refuse_outside(shaped, county, on)
    return shaped


def areas_dm2(shapes: NDArray[Any]) -> NDArray[np.int64]:
    """The planar areas in whole dm²."""
    return np.rint(shapely.area(shapes) * DM2_PER_M2).astype(np.int64)


def ellipsoidal_dm2(shapes: NDArray[Any], srid: int) -> NDArray[np.int64]:
    """The areas on the ellipsoid in dm², of shapes in the county's system.

    The projection's area scale in a parcel's middle serves for all of it: over a kilometre it
    changes by a few millionths, evenly. The middle is the centroid, or the box's where that cannot
    be far from it. Shapes wider than a kilometre are measured along their sides.
    """
    if not len(shapes):
        return np.empty(0, dtype=np.int64)
    boxes = shapely.bounds(shapes)
    middles, widths = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    broad = np.flatnonzero(widths > NARROW_M)
    middles[broad] = shapely.get_coordinates(shapely.centroid(shapes[broad]))
    scales = area_scales(middles, srid)
    areas = np.rint(shapely.area(shapes) / scales * DM2_PER_M2).astype(np.int64)
    for i in np.flatnonzero(widths > WIDE_M):
        areas[i] = round(projection.ellipsoidal_area_m2(shapes[i], srid) * DM2_PER_M2)
    return areas


def _refuse_unfit(shaped: Shaped, on: date) -> None:
    kinds = shapely.get_type_id(shaped.shapes)
    empty = shapely.is_empty(shaped.shapes)
    for i in np.flatnonzero(~np.isin(kinds, POLYGONS) | empty):
        given = shaped.shapes[i].geom_type if shaped.shapes[i] is not None else "none"
        shaped.refuse(
            i, NotAPolygon("the row has no polygon", field=FIELD, reason="row", given=given)
        )
    most = rules.whole("parcel.vertices.maximum", on)
    corners = shapely.get_num_coordinates(shaped.shapes)
    for i in np.flatnonzero(corners > most):
        shaped.refuse(
            i, TooManyCorners("too many corners", field=FIELD, corners=int(corners[i]), most=most)
        )


def _refuse_far(shaped: Shaped, county: County) -> None:
    """What cannot be in the county at all, with the likeliest reason."""
    left = shaped.left()
    coordinates, owner = shapely.get_coordinates(shaped.shapes[left], return_index=True)
    finite = np.isfinite(coordinates)
    for i in [] if finite.all() else np.unique(owner[~finite.all(axis=1)]):
        shaped.refuse(
            left[i], BadNumber("a coordinate is not a number", field=FIELD, given="inf", line=None)
        )
    left = shaped.left()
    boxes = shapely.bounds(shaped.shapes[left])
    home = county.box
    apart = ~_meets(boxes, home)
    # A box right around the globe is a shape that crosses the antimeridian.
    around = (county.crs in ("EPSG:4490", "EPSG:4326")) & (boxes[:, 2] - boxes[:, 0] > CIRCLE / 2)
    swapped = _meets(boxes[:, [1, 0, 3, 2]], home)
    alien = _alien(boxes, home)
    for i in np.flatnonzero(apart | around):
        shaped.refuse(left[i], _far(bool(swapped[i]), bool(alien[i])))


def _far(swapped: bool, alien: bool) -> Refusal:
    if swapped:
        return CoordinatesSwapped("latitude was given before longitude", field=FIELD)
    if alien:
        return OtherCoordinates("the numbers are of another system", field=FIELD)
    return OutsideCounty("the shape lies outside the county", field=FIELD)


def _meets(boxes: NDArray[np.float64], home: Box) -> NDArray[np.bool_]:
    west, south, east, north = home
    return np.asarray(
        (boxes[:, 0] <= east) & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    )  # fmt: skip


def _alien(boxes: NDArray[np.float64], home: Box) -> NDArray[np.bool_]:
    """Degrees where metres are due, or the other way round."""
    degrees = np.abs(boxes).max(axis=1) <= CIRCLE
    return np.asarray(degrees != (max(map(abs, home)) <= CIRCLE))


def _put_on_grid(
    shaped: Shaped, left: NDArray[np.intp], planar: NDArray[Any], county: County, on: date
) -> None:
    """Whole millimetres. Where rounding leaves a valid shape, that is what fit() gives, too."""
    rounded = _rounded(planar)
    valid = shapely.is_valid(rounded)
    shaped.shapes[left[valid]] = shapely.normalize(rounded[valid])
    for i in np.flatnonzero(~valid):
        try:
            shape, mended = _mended(planar[i], county, on)
        except Refusal as refusal:
            shaped.refuse(left[i], refusal)
            continue
        shaped.shapes[left[i]] = shape
        shaped.repaired[left[i]] = mended


def _rounded(planar: NDArray[Any]) -> NDArray[Any]:
    """The shapes with each corner on the grid, halves upwards, and no corner twice in a row.

    What `set_precision` in its mode "pointwise" gives, and `remove_repeated_points` of it.
    """
    given, owner = shapely.get_coordinates(planar, return_index=True)
    corners = np.floor(given * PER_M + 0.5) / PER_M
    moved = planar.copy()
    if not np.array_equal(given, corners):
        moved = shapely.set_coordinates(moved, corners)
    twice = (corners[1:] == corners[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    if twice.any():
        some = np.unique(owner[1:][twice])
        moved[some] = shapely.remove_repeated_points(moved[some], 0)
    return moved


def _mended(planar: Shape, county: County, on: date) -> tuple[Shape, bool]:
    """A valid shape of the same area, and whether that took a repair.

    Refuses: SelfCrossing, BrokenRings.
    """
    broken = not planar.is_valid
    valid = shapely.make_valid(planar, method="structure", keep_collapsed=False)
    if broken:
        tolerance_m2 = float(rules.ratio("parcel.repair.tolerance_m2", on))
        same = abs(valid.area - planar.area) <= tolerance_m2
        if not same or not isinstance(valid, Polygon | MultiPolygon) or valid.is_empty:
            polygons.refuse_broken(planar, projection.to_lonlat(planar, county.srid))
    shape = polygons.snapped(valid)
    if not isinstance(shape, Polygon | MultiPolygon):
        raise ParcelTooSmall("nothing is left of it on the grid", field=FIELD, area_dm2=0)
    return shape, broken


def _refuse_small(shaped: Shaped, on: date) -> None:
    least_dm2 = round(rules.ratio("parcel.area.minimum_m2", on) * DM2_PER_M2)
    left = shaped.left()
    areas = areas_dm2(shaped.shapes[left])
    for i in np.flatnonzero(areas < least_dm2):
        shaped.refuse(
            left[i],
            ParcelTooSmall(
                "the shape is too small for a parcel",
                field=FIELD, area_dm2=int(areas[i]), least_dm2=least_dm2,
            ),
        )  # fmt: skip


def _refuse_outside(shaped: Shaped, county: County, on: date) -> None:
    if county.outline is None:
        return
    left = shaped.left()
    covered = shapely.contains_properly(county.outline, shaped.shapes[left])
    for i in left[~covered]:
        try:
            polygons.refuse_outside(shaped.shapes[i], county.outline, on=on)
        except Refusal as refusal:
            shaped.refuse(i, refusal)

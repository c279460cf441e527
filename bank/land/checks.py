"""What a parcel's place is checked against: the county, other parcels, the control zones."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bank.land.divisions import find_county_outline
from bank.land.parcels import overlaps
from bank.land.polygons import Shape, area_dm2, sliver_dm2


class Layer(StrEnum):
    """What is laid under a parcel."""

    COUNTY = "county"
    PARCELS = "parcels"
    PERMANENT_BASIC_FARMLAND = "permanent_basic_farmland"
    ECOLOGICAL_RED_LINE = "ecological_red_line"
    URBAN_BOUNDARY = "urban_boundary"


CONTROL_ZONES: Final = (
    Layer.PERMANENT_BASIC_FARMLAND,
    Layer.ECOLOGICAL_RED_LINE,
    Layer.URBAN_BOUNDARY,
)
"""三区三线: the polygons that restrict what land may be used for."""


class Result(StrEnum):
    """A check's answer; what could not be checked never reads as clear."""

    CLEAR = "clear"
    CONFLICT = "conflict"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class LayerResult:
    """One layer's answer.

    On conflict `area_dm2` is the area in conflict (outside the county, or shared) and `other_code`
    the other parcel's; a layer in conflict with several parcels gives one answer for each.
    """

    layer: Layer
    result: Result
    area_dm2: int = 0
    other_code: str | None = None


def check_parcel(
    session: Session, geometry: Shape, *, on: date, among: ColumnElement[bool] | None = None
) -> list[LayerResult]:
    """All layers' answers for a shape in the county's system, in the order of `Layer`.

    `among` is the condition on Parcel that says which others count (and leaves out the shape's
    own). Slivers up to the rulebook's overlap tolerance are clear.
    """
    sliver = sliver_dm2(on)
    return [
        _in_county(session, geometry, sliver),
        *_with_parcels(session, geometry, sliver, among),
        *(LayerResult(zone, Result.NOT_CHECKED) for zone in CONTROL_ZONES),
    ]


def _in_county(session: Session, geometry: Shape, sliver: int) -> LayerResult:
    county = find_county_outline(session)
    if county is None:
        return LayerResult(Layer.COUNTY, Result.NOT_CHECKED)
    outside_dm2 = 0 if county.covers(geometry) else area_dm2(geometry.difference(county))
    if outside_dm2 > sliver:
        return LayerResult(Layer.COUNTY, Result.CONFLICT, outside_dm2)
    return LayerResult(Layer.COUNTY, Result.CLEAR)


def _with_parcels(
    session: Session, geometry: Shape, sliver: int, among: ColumnElement[bool] | None
) -> list[LayerResult]:
    found = overlaps(session, geometry, among=among, tolerance_dm2=sliver)
    if not found:
        return [LayerResult(Layer.PARCELS, Result.CLEAR)]
    return [
        LayerResult(Layer.PARCELS, Result.CONFLICT, overlap.area_dm2, overlap.code)
        for overlap in found
    ]

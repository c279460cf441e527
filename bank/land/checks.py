"""What a parcel's place is checked against: the county, other parcels, the control zones."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bank.land.divisions import find_county_outline
from bank.land.polygons import Shape, area_dm2, sliver_dm2
from bank.land.slivers import encroachments
from bank.zones.conflicts import Effect, Result, ZoneAnswer, conflicts

__all__ = ["CONTROL_ZONES", "Effect", "Layer", "LayerResult", "Result", "check_parcel"]


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


@dataclass(frozen=True)
class LayerResult:
    """One layer's answer; `layer` is a value of `Layer` or the name of a county's own layer.

    On conflict `area_dm2` is the area in conflict (outside the county, or shared) and `other_code`
    the other parcel's; a layer in conflict with several parcels gives one answer for each. Of a
    control layer `share_ppm`, `zone_name`, `layer_id` and `valid_from` say what ZoneAnswer says.
    `effect` is what the rulebook makes of it: only FORBID stops a deposit.
    """

    layer: str
    result: Result
    area_dm2: int = 0
    other_code: str | None = None
    effect: Effect = Effect.NONE
    share_ppm: int = 0
    zone_name: str = ""
    layer_id: UUID | None = None
    valid_from: date | None = None

    @classmethod
    def of_zones(cls, answer: ZoneAnswer) -> "LayerResult":
        """A control layer's answer among the others."""
        return cls(
            answer.layer_kind, answer.result, answer.area_dm2,
            effect=answer.effect, share_ppm=answer.share_ppm, zone_name=answer.zone_name,
            layer_id=answer.layer_id, valid_from=answer.valid_from,
        )  # fmt: skip


def check_parcel(
    session: Session,
    geometry: Shape,
    *,
    on: date,
    among: ColumnElement[bool] | None = None,
    asset_kind: str | None = None,
) -> list[LayerResult]:
    """All layers' answers for a shape in the county's system, in the order of `Layer`.

    `among` is the condition on Parcel that says which others count (and leaves out the shape's
    own). What the rulebook lets pass of an overlap (see `slivers`, `zones`) is clear. What a
    control zone forbids depends on `asset_kind`, a value of AssetKind.
    """
    sliver = sliver_dm2(on)
    return [
        _in_county(session, geometry, sliver),
        *_with_parcels(session, geometry, on, among),
        *map(LayerResult.of_zones, conflicts(session, geometry, on=on, asset_kind=asset_kind)),
    ]


def _in_county(session: Session, geometry: Shape, sliver: int) -> LayerResult:
    county = find_county_outline(session)
    if county is None:
        return LayerResult(Layer.COUNTY, Result.NOT_CHECKED)
    outside_dm2 = 0 if county.covers(geometry) else area_dm2(geometry.difference(county))
    if outside_dm2 > sliver:
        return LayerResult(Layer.COUNTY, Result.CONFLICT, outside_dm2, effect=Effect.FORBID)
    return LayerResult(Layer.COUNTY, Result.CLEAR)


def _with_parcels(
    session: Session, geometry: Shape, on: date, among: ColumnElement[bool] | None
) -> list[LayerResult]:
    found = encroachments(session, geometry, on=on, among=among)
    if not found:
        return [LayerResult(Layer.PARCELS, Result.CLEAR)]
    return [
        LayerResult(Layer.PARCELS, Result.CONFLICT, overlap.area_dm2, overlap.code, Effect.FORBID)
        for overlap in found
    ]

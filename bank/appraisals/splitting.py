"""Splitting an appraisal's value over pieces of the deposit's land, which are looked at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.latest import latest_deposit
from bank.land.parcels import shape_of
from bank.land.polygons import DM2_PER_M2, Shape, area_dm2, sliver_dm2
from bank.split import largest_remainder
from database.actor import Actor
from valuation.appraisals import appraising, splitting
from valuation.appraisals.refusals import PiecesUnsound
from valuation.appraisals.splitting import SplitPiece
from valuation.appraisals.tables import Appraisal


@dataclass(frozen=True)
class Drawn:
    """A piece as the appraiser drew it, in the county's system, and its value in fen."""

    name: str
    shape: Shape
    value_fen: int


def split(
    session: Session, appraisal_id: UUID, pieces: Sequence[Drawn], *, actor: Actor, at: datetime
) -> Appraisal:
    """Keep what each piece of the land is worth: what is cut off later goes at its own value.

    The pieces lie in the parcel, side by side, and cover it but for slivers; their areas are
    scaled to sum to the area that was valued. Refuses: NoSuchAppraisal, PiecesUnsound, and what
    `valuation.appraisals.splitting.split` refuses.
    """
    appraisal = appraising.get_appraisal(session, appraisal_id)
    deposit = latest_deposit(session, appraisal.asset_id, lock=True)
    if pieces:
        refuse_misplaced(shape_of(records.parcel_of(deposit)), pieces, at=at)
    areas = areas_dm2(appraisal, [each.shape for each in pieces])
    return splitting.split(
        session,
        appraisal_id,
        [
            SplitPiece(each.name, shapely.to_wkb(each.shape), area, each.value_fen)
            for each, area in zip(pieces, areas, strict=True)
        ],
        interested=records.concerned(deposit),
        actor=actor,
        today=local_date(at),
    )


def areas_dm2(appraisal: Appraisal, shapes: Sequence[Shape]) -> list[int]:
    """The pieces' areas in dm², scaled to sum to the area that was valued."""
    weights = [round(each.area * DM2_PER_M2) for each in shapes]
    return largest_remainder(appraisal.area_dm2 or 0, weights) if any(weights) else []


def refuse_misplaced(land: Shape, pieces: Sequence[Drawn], *, at: datetime) -> None:
    """The pieces are polygons in the land, side by side, and cover it. Refuses: PiecesUnsound."""
    most_dm2 = sliver_dm2(local_date(at))
    shapes = [each.shape for each in pieces]

    def too_much(shape: BaseGeometry) -> bool:
        return area_dm2(shape) > most_dm2

    for number, shape in enumerate(shapes, start=1):
        if shape.is_empty or not shape.is_valid or too_much(shapely.difference(shape, land)):
            raise PiecesUnsound(
                "it lies outside the land", field="pieces", reason="outside", piece=number
            )
    for (_, one), (number, other) in combinations(enumerate(shapes, start=1), 2):
        if too_much(shapely.intersection(one, other)):
            raise PiecesUnsound(
                "it overlaps another", field="pieces", reason="overlaps", piece=number
            )
    left = shapely.difference(land, shapely.union_all(shapes))
    if too_much(left):
        raise PiecesUnsound(
            "the pieces do not cover the land",
            field="pieces", reason="uncovered", left_dm2=area_dm2(left),
        )  # fmt: skip

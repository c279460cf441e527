"""Which value counts: what a deposit, or a part of it, is worth on a day.

The one place that tells. The appraisal in force is that of the whole land as it was drafted; what
was cut off since has taken its share along: by the appraiser's own split of the value over pieces
of the land, or, where she made none, by area. Parts and rest sum to the whole, to the fen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits.tables import Deposit, DepositCut, PartColumns
from bank.land.polygons import DM2_PER_M2, Shape
from bank.land.tables import Parcel, ParcelShape
from bank.split import largest_remainder
from valuation.appraisals.counting import Counting, counting
from valuation.appraisals.tables import ValueSplit

REGISTERED = 1
"""The number of the shape with which a parcel came into being."""


@dataclass(frozen=True)
class Piece:
    """What is left of one piece of the appraiser's split, and its value."""

    shape: Shape
    value_fen: int


@dataclass(frozen=True)
class Worth:
    """A value in fen, and how it lies in the land; without `pieces` it lies evenly.

    `appraisal` is the number of the appraisal that says so; none is a value that was agreed on
    earlier.
    """

    value_fen: int
    appraisal: str | None = None
    pieces: tuple[Piece, ...] = ()

    def split(self, part: PartColumns | None) -> tuple[int, int]:
        """The value of the part, and of the rest; without a part all of it goes."""
        if part is None:
            return self.value_fen, 0
        inside = cast("Shape", shapely.from_wkb(part.wkb)) if self.pieces else None
        goes, rest = self.without(inside, part.area_dm2, part.rest_dm2)
        return goes, rest.value_fen

    def without(self, inside: Shape | None, area_dm2: int, rest_dm2: int) -> tuple[int, "Worth"]:
        """The value of what lies inside a shape, and what the rest is worth."""
        if not self.pieces or inside is None:
            goes, stays = largest_remainder(self.value_fen, [area_dm2, rest_dm2])
            return goes, replace(self, value_fen=stays)
        cut = [_cut(piece, inside) for piece in self.pieces]
        stays = sum(piece.value_fen for piece in cut)
        return self.value_fen - stays, replace(self, value_fen=stays, pieces=tuple(cut))


def _cut(piece: Piece, inside: Shape) -> Piece:
    """What is left of a piece; its value goes with the area, in whole dm² of at least one side."""
    rest = cast("Shape", shapely.difference(piece.shape, inside))
    whole, left = (round(each.area * DM2_PER_M2) for each in (piece.shape, rest))
    goes_dm2, stays_dm2 = max(0, whole - left), left
    if goes_dm2 + stays_dm2 == 0:
        return Piece(rest, piece.value_fen)
    _, stays = largest_remainder(piece.value_fen, [goes_dm2, stays_dm2])
    return Piece(rest, stays)


def agreed(deposit: Deposit) -> Worth:
    """The value at which a deposit stands in the bank, for when none is in force."""
    return Worth(deposit.value_fen or 0)


def find_worth(session: Session, deposit: Deposit, *, at: datetime) -> Worth | None:
    """What one deposit is worth; see `worths`."""
    return worths(session, [deposit], at=at).get(deposit.id)


def worths(session: Session, deposits: Iterable[Deposit], *, at: datetime) -> dict[UUID, Worth]:
    """What each deposit is worth at a moment, by deposit; one without an appraisal is left out."""
    found = list(deposits)
    counted = counting(session, {each.asset_id for each in found}, at=at, today=local_date(at))
    asked = [each for each in found if each.asset_id in counted]
    cuts = _cuts(session, [each.id for each in asked])
    splits = _splits(session, [each.appraisal_id for each in counted.values()])
    shapes = _shapes(
        session, cuts, {each.id for each in asked if counted[each.asset_id].appraisal_id in splits}
    )
    return {
        each.id: _left(counted[each.asset_id], cuts.get(each.id, ()), splits, shapes)
        for each in asked
    }


def _left(
    said: Counting,
    cuts: Sequence[DepositCut],
    splits: Mapping[UUID, tuple[Piece, ...]],
    shapes: Mapping[UUID, Shape],
) -> Worth:
    """The appraisal's value less what went with the parts that were cut off since, cut by cut."""
    worth = Worth(said.value_fen, said.number, splits.get(said.appraisal_id, ()))
    for each in cuts:
        if each.cut_at > said.drafted_at:
            _, worth = worth.without(shapes.get(each.child_id), each.area_dm2, each.rest_dm2)
    return worth


def _cuts(session: Session, deposit_ids: Collection[UUID]) -> dict[UUID, list[DepositCut]]:
    """What was cut off these deposits so far, the first cut first."""
    found: dict[UUID, list[DepositCut]] = {}
    rows = session.scalars(
        select(DepositCut)
        .where(DepositCut.deposit_id.in_(deposit_ids))
        .order_by(DepositCut.cut_at, DepositCut.child_id)
    )
    for row in rows:
        found.setdefault(row.deposit_id, []).append(row)
    return found


def _splits(session: Session, appraisals: Collection[UUID]) -> dict[UUID, tuple[Piece, ...]]:
    """The pieces of those appraisals that have any."""
    found: dict[UUID, tuple[Piece, ...]] = {}
    rows = session.scalars(
        select(ValueSplit)
        .where(ValueSplit.appraisal_id.in_(appraisals))
        .order_by(ValueSplit.appraisal_id, ValueSplit.number)
    )
    for row in rows:
        piece = Piece(cast("Shape", shapely.from_wkb(row.wkb)), row.value_fen)
        found[row.appraisal_id] = (*found.get(row.appraisal_id, ()), piece)
    return found


def _shapes(
    session: Session, cuts: Mapping[UUID, Sequence[DepositCut]], split: Collection[UUID]
) -> dict[UUID, Shape]:
    """The shapes that were cut off deposits whose value was split, by the part's deposit."""
    children = [each.child_id for parent in split for each in cuts.get(parent, ())]
    if not children:
        return {}
    rows = session.execute(
        select(Deposit.id, ParcelShape.wkb)
        .join(Parcel, Parcel.asset_id == Deposit.asset_id)
        .join(ParcelShape, ParcelShape.parcel_id == Parcel.id)
        .where(Deposit.id.in_(children), ParcelShape.number == REGISTERED)
    )
    return {row[0]: cast("Shape", shapely.from_wkb(row[1])) for row in rows}

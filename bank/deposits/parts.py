"""A part of a deposit: which land it is, and what of the deposit's money goes with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.deposits.records import parcel_of
from bank.deposits.refusals import PartOutdated
from bank.deposits.tables import Deposit, DepositCut, PartColumns
from bank.land.cutting import cut
from bank.land.parcels import shape_of
from bank.land.polygons import Shape, digest
from bank.split import largest_remainder


def part_inside(deposit: Deposit, line: Shape, *, on: date) -> dict[str, Any] | None:
    """The columns of the part inside the line, as `PartColumns` keeps them.

    None: all of it goes along, for no more than a sliver would be left. Refuses: PartTooSmall,
    TooManyCorners, AreaDisagrees.
    """
    parcel = parcel_of(deposit)
    found = cut(shape_of(parcel), line, whole_dm2=deposit.area_dm2, on=on)
    if found is None:
        return None
    wkb = shapely.to_wkb(found.inside)
    return {
        "wkb": wkb,
        "rest_wkb": shapely.to_wkb(found.rest),
        "shape_digest": digest(wkb),
        "whole_digest": parcel.shape_digest,
        "area_dm2": found.inside_dm2,
        "rest_dm2": found.rest_dm2,
    }


def columns_of(part: PartColumns) -> dict[str, Any]:
    """The same land for another record."""
    return {name: getattr(part, name) for name in PartColumns.__annotations__}


def shape_of_part(part: PartColumns) -> Shape:
    """The polygon of the part, in the county's system."""
    return cast("Shape", shapely.from_wkb(part.wkb))


def refuse_outdated(deposit: Deposit, part: PartColumns) -> None:
    """The part was cut from the shape that the deposit has still. Refuses: PartOutdated."""
    whole_dm2 = part.area_dm2 + part.rest_dm2
    if parcel_of(deposit).shape_digest != part.whole_digest or deposit.area_dm2 != whole_dm2:
        raise PartOutdated("the land has changed since it was cut", deposit=deposit.number)


def by_area(total: int, part: PartColumns | DepositCut | None) -> tuple[int, int]:
    """A quantity of the whole as what goes with the part and what stays with the rest.

    By area, to the last unit; without a part all of it goes.
    """
    if part is None:
        return total, 0
    goes, stays = largest_remainder(total, [part.area_dm2, part.rest_dm2])
    return goes, stays


def cuts_of(session: Session, deposit_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[DepositCut]]:
    """What was cut off these deposits so far, the first cut first."""
    found: dict[UUID, list[DepositCut]] = {}
    rows = session.scalars(
        select(DepositCut)
        .where(DepositCut.deposit_id.in_(list(deposit_ids)))
        .order_by(DepositCut.cut_at, DepositCut.child_id)
    )
    for row in rows:
        found.setdefault(row.deposit_id, []).append(row)
    return found


def cut_from(session: Session, deposit_id: UUID) -> DepositCut | None:
    """The cut by which this deposit came into being; None for one that was handed in."""
    return session.get(DepositCut, deposit_id)

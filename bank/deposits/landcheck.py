"""The land check of a deposit: every layer's answer, kept with its time, and refused if it must."""

from datetime import datetime

from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.refusals import LandConflict, OverlapsDeposit
from bank.deposits.tables import Deposit, LandCheck
from bank.land.checks import Layer, Result, check_parcel
from bank.land.parcels import shape_of


def check_land(session: Session, deposit: Deposit, *, at: datetime) -> None:
    """Ask every layer anew and keep the answers; a layer that was not checked says so.

    Refuses: OverlapsDeposit, LandConflict.
    """
    answers = check_parcel(
        session,
        shape_of(records.parcel_of(deposit)),
        on=local_date(at),
        among=records.taken_by_others(deposit),
    )
    deposit.land_checks.clear()
    session.flush()
    seen: set[str] = set()
    for answer in answers:
        if answer.result is Result.CONFLICT and answer.layer is Layer.PARCELS:
            raise OverlapsDeposit(
                "the land overlaps a deposit",
                field="shape",
                code=answer.other_code,
                overlap_dm2=answer.area_dm2,
            )
        if answer.result is Result.CONFLICT:
            raise LandConflict("the land check found a conflict", layer=answer.layer.value)
        if answer.layer.value not in seen:
            seen.add(answer.layer.value)
            deposit.land_checks.append(
                LandCheck(layer=answer.layer.value, result=answer.result.value, checked_at=at)
            )
    session.flush()

"""The land check of a deposit: every layer's answer, kept with its time, and refused if it must."""

from datetime import datetime

from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.refusals import LandConflict, OverlapsDeposit
from bank.deposits.tables import Deposit, LandCheck
from bank.land.checks import Effect, Layer, LayerResult, Result, check_parcel
from bank.land.parcels import shape_of


def check_land(session: Session, deposit: Deposit, *, at: datetime) -> None:
    """Ask every layer anew and keep the answers; a layer that was not checked says so.

    What it answered before stays, with its time and the versions of the layers.
    A conflict that the rulebook only warns of is kept as a warning. Refuses: OverlapsDeposit,
    LandConflict.
    """
    answers = ask_land(session, deposit, at=at)
    for answer in answers:
        _refuse_forbidden(answer)
    _forget(session, deposit, at)
    # The parcels' layer answers once: where several are in the way, it was refused above.
    deposit.every_land_check.extend(
        LandCheck(
            layer=str(answer.layer),
            result=answer.result.value,
            area_dm2=answer.area_dm2,
            share_ppm=answer.share_ppm,
            zone_name=answer.zone_name,
            effect=answer.effect.value,
            layer_id=answer.layer_id,
            checked_at=at,
        )
        for answer in answers
    )
    session.flush()


def _forget(session: Session, deposit: Deposit, at: datetime) -> None:
    """What was answered at this very moment gives way."""
    kept = [answer for answer in deposit.every_land_check if answer.checked_at != at]
    if len(kept) < len(deposit.every_land_check):
        deposit.every_land_check = kept
        session.flush()


def ask_land(session: Session, deposit: Deposit, *, at: datetime) -> list[LayerResult]:
    """What each layer says of the deposit's land now; nothing is kept. Refuses: AnswersMissing."""
    return check_parcel(
        session,
        shape_of(records.parcel_of(deposit)),
        on=local_date(at),
        among=records.taken_by_others(deposit),
        asset_kind=deposit.asset.kind.value,
    )


def _refuse_forbidden(answer: LayerResult) -> None:
    if answer.result is not Result.CONFLICT or answer.effect is not Effect.FORBID:
        return
    if answer.layer == Layer.PARCELS:
        raise OverlapsDeposit(
            "the land overlaps a deposit",
            field="shape",
            code=answer.other_code,
            overlap_dm2=answer.area_dm2,
        )
    raise LandConflict(
        "the land check found a conflict",
        layer=str(answer.layer),
        conflict_dm2=answer.area_dm2,
        zone=answer.zone_name,
    )

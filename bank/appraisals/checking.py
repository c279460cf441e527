"""Checking a report that one holds in hand: where it stands today, and what of it is public."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bank.appraisals.reporting import find_record
from bank.calendar import local_date
from bank.deposits.latest import latest_deposits
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import Deposit
from ledger.journal import TransferView
from valuation.appraisals import counting
from valuation.appraisals.appraising import get_numbered
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.recomputing import Recomputed, recompute
from valuation.appraisals.refusals import NoSuchAppraisal
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.tables import Commission


class Standing(StrEnum):
    """Whether a report may be relied on today, and why not."""

    IN_FORCE = "in_force"
    ON_NOTICE = "on_notice"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    SET_ASIDE = "set_aside"
    DISPUTED = "disputed"
    UNDER_REVIEW = "under_review"


@dataclass(frozen=True)
class Checked:
    """What anyone may know of an issued report.

    `later` is the number of the report that took its place, if one did. `value_fen` is there only
    while the land is in the public catalogue at just this value. `record` is the ledger's entry;
    one issued before reports were recorded has none.
    """

    appraisal: Appraisal
    standing: Standing
    later: str | None
    value_fen: int | None
    deposit: Deposit | None
    record: TransferView | None
    recomputed: Recomputed


def check(session: Session, number: str, *, at: datetime) -> Checked:
    """What is public of the report of this number. Refuses: NoSuchAppraisal, also before issue."""
    appraisal = get_numbered(session, number)
    if appraisal.issued_at is None:
        raise NoSuchAppraisal("it is not issued", number=number)
    standing = standing_of(session, appraisal, at=at)
    deposit = _in_catalogue(session, appraisal) if standing is Standing.IN_FORCE else None
    return Checked(
        appraisal=appraisal,
        standing=standing,
        later=_later(session, appraisal) if standing is Standing.SUPERSEDED else None,
        value_fen=appraisal.value_fen if deposit else None,
        deposit=deposit,
        record=find_record(session, appraisal),
        recomputed=recompute(appraisal),
    )


def is_public(session: Session, number: str) -> bool:
    """Whether a report of this number was issued, so that anyone may check it."""
    issued = Appraisal.issued_at.is_not(None)
    return (
        session.scalar(select(Appraisal.id).where(Appraisal.number == number, issued)) is not None
    )


def standing_of(session: Session, appraisal: Appraisal, *, at: datetime) -> Standing:
    """Where an issued appraisal stands at that moment; its last day of validity is a day in force.

    In force is only what `valuation.appraisals.counting` counts.
    """
    if appraisal.stage is Stage.SUPERSEDED:
        return Standing.SUPERSEDED
    if appraisal.stage is Stage.SET_ASIDE:
        return Standing.SET_ASIDE
    if appraisal.commission.stage is CommissionStage.DISPUTED:
        return Standing.DISPUTED
    if appraisal.commission.stage is CommissionStage.OVERTURNED:
        return Standing.SET_ASIDE
    today = local_date(at)
    if appraisal.valid_until < today:
        return Standing.EXPIRED
    if appraisal.in_force_from is None or appraisal.in_force_from > at:
        return Standing.ON_NOTICE
    if _differs(session, appraisal):
        return Standing.UNDER_REVIEW
    counts = select(Appraisal.id).where(
        Appraisal.id == appraisal.id, *counting.in_force(at=at, today=today)
    )
    return Standing.IN_FORCE if session.scalar(counts) else Standing.SET_ASIDE


def _differs(session: Session, appraisal: Appraisal) -> bool:
    """Whether a review is open because another appraisal in force differs too much from it."""
    either = or_(Divergence.lower_id == appraisal.id, Divergence.higher_id == appraisal.id)
    found = select(Divergence.id).where(either, Divergence.stage == DivergenceStage.OPEN)
    return session.scalar(found.limit(1)) is not None


def _in_catalogue(session: Session, appraisal: Appraisal) -> Deposit | None:
    """The deposit, if the catalogue offers it to everyone at just this value."""
    deposit = latest_deposits(session, {appraisal.asset_id}).get(appraisal.asset_id)
    if deposit is None or deposit.stage is not DepositStage.STORED:
        return None
    return deposit if deposit.value_fen == appraisal.value_fen else None


def _later(session: Session, appraisal: Appraisal) -> str | None:
    """The number of the same agency's next report on the same asset."""
    return session.scalar(
        select(Appraisal.number)
        .join(Commission)
        .where(
            Appraisal.asset_id == appraisal.asset_id,
            Appraisal.id != appraisal.id,
            Appraisal.issued_at >= appraisal.issued_at,
            Commission.agency_id == appraisal.commission.agency_id,
        )
        .order_by(Appraisal.issued_at, Appraisal.id)
        .limit(1)
    )

"""Appraising anew what is in the bank: commissioning it in time, and the value that follows."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move
from bank.appraisals.diverging import compare
from bank.appraisals.worth import find_worth
from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.checking import require_deciding_officer
from bank.deposits.lifecycle import LIFECYCLE, Act, Stage
from bank.deposits.refusals import AppraisalLasts, AppraisalUnderWay
from bank.deposits.tables import Deposit
from bank.numbers import next_number
from bank.refusals import IllegalMove
from bank.rules import whole
from database.actor import Actor
from valuation.appraisals import appraising, counting
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions import commissioning
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.tables import Commission

REAPPRAISED: Final = frozenset({Stage.STORED, Stage.RESERVED})
"""Stages in which a deposit's appraisal may run out before the deposit leaves the bank."""


def recommission(
    session: Session,
    deposit_id: UUID,
    *,
    agency_id: UUID,
    officer: Actor,
    at: datetime,
    key: str,
) -> Commission:
    """Commission the appraisal of what is in the bank anew, when the last has expired or soon will.

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, IllegalMove, AppraisalUnderWay, AppraisalLasts,
    AgencyNotAdmitted.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_deciding_officer(deposit, officer)
    body = {"deposit": deposit_id, "agency": agency_id}
    if first := keys.earlier(session, key, "deposits.recommission", **body):
        return commissioning.get_commission(session, first)
    if deposit.stage not in REAPPRAISED:
        raise IllegalMove("it is not in the bank, or for good", stage=deposit.stage.value)
    if running := under_way(session, deposit):
        raise AppraisalUnderWay("it is being appraised", commission=running.number)
    until = valid_until(session, deposit)
    if until is not None and until >= renewed_before(local_date(at)):
        raise AppraisalLasts("the appraisal holds still", until=until.isoformat())
    commission = commissioning.engage(
        session,
        number=next_number(session, "C", at),
        assets=[deposit.asset_id],
        agency_id=agency_id,
        today=local_date(at),
        actor=officer,
        at=at,
    )
    keys.settle(session, key, commission.id)
    return commission


def renewed_before(today: date) -> date:
    """What ends before this day is commissioned anew (rule `appraisal.renewal.days`)."""
    return today + timedelta(days=whole("appraisal.renewal.days", today))


def under_way(session: Session, deposit: Deposit) -> Commission | None:
    """The commission at which an agency is working for this deposit."""
    return session.scalar(
        select(Commission)
        .where(Commission.of(deposit.asset_id), Commission.stage == CommissionStage.ENGAGED)
        .limit(1)
    )


def valid_until(session: Session, deposit: Deposit) -> date | None:
    """To which day the deposit has an issued appraisal, its result still on display or not."""
    return session.scalar(
        select(Appraisal.valid_until)
        .where(Appraisal.asset_id == deposit.asset_id, Appraisal.stage == AppraisalStage.ISSUED)
        .order_by(Appraisal.valid_until.desc())
        .limit(1)
    )


def runs_out(at: datetime) -> ColumnElement[bool]:
    """The condition on Deposit: its appraisal runs out, and nobody works at another."""
    lasting = select(Appraisal.id).where(
        Appraisal.asset_id == Deposit.asset_id,
        Appraisal.stage == AppraisalStage.ISSUED,
        Appraisal.valid_until >= renewed_before(local_date(at)),
    )
    running = select(Commission.id).where(
        Commission.of(Deposit.asset_id), Commission.stage == CommissionStage.ENGAGED
    )
    return Deposit.stage.in_(REAPPRAISED) & ~lasting.exists() & ~running.exists()


# -- the value that follows ---------------------------------------------------------------------


def revalue(session: Session, deposit: Deposit, *, at: datetime) -> bool:
    """Give a stored deposit, its row locked, the value in force now; say whether that is another.

    One that is reserved keeps the value at which it was ordered until it is free again.
    """
    appraisal = counting.find_in_force(session, deposit.asset_id, at=at, today=local_date(at))
    if appraisal is None:
        return False
    appraising.supersede_earlier(session, appraisal)
    compare(session, deposit.asset_id, at=at)
    worth = find_worth(session, deposit, at=at)
    if worth is None or deposit.stage is not Stage.STORED or deposit.value_fen == worth.value_fen:
        return False
    deposit.value_fen = worth.value_fen
    move(session, deposit, LIFECYCLE, Act.REVALUE, actor=None, at=at, reason=appraisal.number)
    return True


def due(session: Session, *, at: datetime) -> list[UUID]:
    """Stored deposits whose value is not that of the appraisal in force, as when it came into it.

    Only those with an appraisal that came into force since they were stored are looked at.
    """
    today = local_date(at)
    counted = (
        select(Appraisal.value_fen)
        .where(Appraisal.asset_id == Deposit.asset_id, *counting.in_force(at=at, today=today))
        .order_by(*counting.LATEST_FIRST)
        .limit(1)
        .scalar_subquery()
    )
    since = select(Appraisal.asset_id).where(
        Appraisal.asset_id == Deposit.asset_id,
        Appraisal.stage == AppraisalStage.ISSUED,
        Appraisal.in_force_from > Deposit.stored_at,
    )
    return list(
        session.scalars(
            select(Deposit.id)
            .where(Deposit.stage == Stage.STORED, since.exists(), Deposit.value_fen != counted)
            .order_by(Deposit.id)
        )
    )


def revalue_due(session: Session, *, at: datetime) -> list[UUID]:
    """Renew the value of every stored deposit whose newer appraisal has come into force."""
    return [
        deposit_id
        for deposit_id in due(session, at=at)
        if revalue(session, records.get_deposit(session, deposit_id, lock=True), at=at)
    ]

"""The township's check of a deposit: sending it back, refusing it, or passing it to notice."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move
from bank.authority import require_disinterested, require_officer_of
from bank.calendar import grace_ends, local_date, notice_ends
from bank.commissions.calling_off import take_out
from bank.deposits import records
from bank.deposits.landcheck import check_land
from bank.deposits.lifecycle import LIFECYCLE, Act
from bank.deposits.refusals import GroundsMissing
from bank.deposits.tables import Deposit
from bank.lifecycle import after
from bank.numbers import next_number
from bank.refusals import GraceRunning
from bank.rules import whole
from database.actor import Actor
from valuation.appraisals.lifecycle import (
    LIFECYCLE as APPRAISALS,
    UNFINISHED,
    Act as AppraisalAct,
    Stage as AppraisalStage,
)
from valuation.appraisals.tables import Appraisal
from valuation.commissions import commissioning

CALLED_OFF_BY: Final = {
    **dict.fromkeys(UNFINISHED, AppraisalAct.WITHDRAW),
    AppraisalStage.ISSUED: AppraisalAct.SUPERSEDE,
}
"""What becomes of an appraisal, by its stage, when the land that it values may change."""


def require_deciding_officer(deposit: Deposit, officer: Actor) -> None:
    """An officer of the deposit's town without a stake. Refuses: NotAnOfficer, OwnBusiness."""
    require_officer_of(officer, deposit.asset.division_code)
    require_disinterested(
        officer, filed_by=deposit.submitted_by, parties=records.concerned(deposit)
    )


def send_back(
    session: Session, deposit_id: UUID, *, reason: str, officer: Actor, at: datetime
) -> Deposit:
    """Give the application back to its owner to mend, with the reason in plain words.

    Refuses: NotAnOfficer, OwnBusiness, GraceRunning, GroundsMissing, IllegalMove.
    """
    deposit = lock_to_decide(session, deposit_id, officer, at)
    if not reason.strip():
        raise GroundsMissing("say what is to be mended", field="reason")
    move(session, deposit, LIFECYCLE, Act.SEND_BACK, actor=officer, at=at, reason=reason.strip())
    deposit.submitted_at = deposit.submitted_by = deposit.checked_by = None
    deposit.notice_from = deposit.notice_until = None
    _call_off(session, deposit, officer=officer, at=at)
    return deposit


def refuse(
    session: Session, deposit_id: UUID, *, reason: str, officer: Actor, at: datetime
) -> Deposit:
    """Refuse the deposit for good, with the reason.

    Refuses: NotAnOfficer, OwnBusiness, GraceRunning, GroundsMissing, IllegalMove.
    """
    deposit = lock_to_decide(session, deposit_id, officer, at)
    if not reason.strip():
        raise GroundsMissing("say why it is refused", field="reason")
    move(session, deposit, LIFECYCLE, Act.REFUSE, actor=officer, at=at, reason=reason.strip())
    _call_off(session, deposit, officer=officer, at=at)
    return deposit


def _call_off(session: Session, deposit: Deposit, *, officer: Actor, at: datetime) -> None:
    """End what was commissioned, and every value with it: the land may be drawn anew now.

    The deposit is locked, so that nobody signs meanwhile; what was read before is read anew.
    """
    session.flush()
    take_out(session, deposit.asset_id, actor=officer, at=at)
    values = select(Appraisal).where(
        Appraisal.asset_id == deposit.asset_id, Appraisal.stage.in_(CALLED_OFF_BY)
    )
    anew = {"populate_existing": True}
    for appraisal in session.scalars(values.with_for_update(of=Appraisal), execution_options=anew):
        called_off = CALLED_OFF_BY[appraisal.stage]
        move(session, appraisal, APPRAISALS, called_off, actor=officer, at=at)


def pass_to_notice(
    session: Session,
    deposit_id: UUID,
    *,
    agency_id: UUID,
    officer: Actor,
    at: datetime,
    key: str,
) -> Deposit:
    """Evidence and consent are sound: post the public notice and commission the appraisal.

    Refuses: NotAnOfficer, OwnBusiness, GraceRunning, KeyReused, IllegalMove, OverlapsDeposit,
    LandConflict, AgencyNotAdmitted.
    """
    deposit = lock_to_decide(session, deposit_id, officer, at)
    if keys.earlier(session, key, "deposits.pass", deposit=deposit_id, agency=agency_id):
        return deposit
    after(LIFECYCLE, deposit.stage, Act.CHECK)
    check_land(session, deposit, at=at)
    commissioning.engage(
        session,
        number=next_number(session, "C", at),
        assets=[deposit.asset_id],
        agency_id=agency_id,
        today=local_date(at),
        actor=officer,
        at=at,
    )

    for act in (Act.CHECK, Act.CONSENT, Act.POST):
        move(session, deposit, LIFECYCLE, act, actor=officer, at=at)
    deposit.checked_by = officer.id
    deposit.notice_from = at
    deposit.notice_until = notice_ends(at, whole("notice.deposit.days", local_date(at)))
    keys.settle(session, key, deposit.id)
    return deposit


def lock_to_decide(session: Session, deposit_id: UUID, officer: Actor, at: datetime) -> Deposit:
    """The deposit, locked, that this officer may decide on, its owner's second thoughts over.

    Refuses: NoSuchRecord, NotAnOfficer, OwnBusiness, GraceRunning.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_deciding_officer(deposit, officer)
    if deposit.submitted_at and at < grace_ends(deposit.submitted_at):
        raise GraceRunning(
            "the owner may still take it back", until=grace_ends(deposit.submitted_at).isoformat()
        )
    return deposit

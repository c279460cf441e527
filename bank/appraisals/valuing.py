"""Valuing what is deposited: from an empty draft to the second signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move, note
from bank.appraisals.reporting import put_on_record
from bank.calendar import local_date, notice_ends
from bank.deposits import records
from bank.deposits.latest import latest_deposit
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.reappraising import revalue
from bank.deposits.storing import appraisal_in_force_from
from bank.deposits.tables import Deposit
from bank.files.tables import Document
from bank.numbers import next_number
from bank.rules import flag, whole
from database.actor import Actor
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import LIFECYCLE, Act, Stage
from valuation.appraisals.tables import Appraisal, MethodResult, Reconciliation, SoleGround
from valuation.commissions import commissioning
from valuation.commissions.refusals import CommissionEnded

WORTH_APPRAISING: Final = frozenset(
    {
        DepositStage.ON_NOTICE,
        DepositStage.CLEARED,
        DepositStage.STORED,
        DepositStage.RESERVED,
        DepositStage.PLEDGED,
    }
)
"""While an application is being mended its land may still change: nothing is valued then."""


def begin(
    session: Session,
    commission_id: UUID,
    *,
    asset_id: UUID,
    valuation_date: date,
    actor: Actor,
    at: datetime,
    key: str,
) -> Appraisal:
    """Begin to value one asset of a commission.

    Refuses: KeyReused, NoSuchRecord, and what `valuation.appraisals.appraising.begin` refuses.
    """
    body = {"commission": commission_id, "asset": asset_id, "day": valuation_date, "by": actor.id}
    if first := keys.earlier(session, key, "appraisals.begin", **body):
        return appraising.get_appraisal(session, first)
    deposit = _locked_deposit(session, asset_id)
    today = local_date(at)
    appraisal = appraising.begin(
        session,
        commission_id,
        asset_id=asset_id,
        number=next_number(session, "V", at),
        area_dm2=_area_of(deposit),
        valuation_date=valuation_date,
        today=today,
        validity_days=whole("appraisal.validity.days", today),
        visit_needed=flag("appraisal.site_visit", today),
        interested=records.concerned(deposit),
        actor=actor,
        at=at,
    )
    _refuse_unsettled(deposit)
    note(session, appraisal, Act.DRAFT, actor=actor, at=at)
    keys.settle(session, key, appraisal.id)
    return appraisal


def add_method(
    session: Session,
    appraisal_id: UUID,
    *,
    method: str,
    inputs: Mapping[str, Any],
    parameters: Sequence[Mapping[str, Any]] = (),
    actor: Actor,
    at: datetime,
) -> MethodResult:
    """Value it by one more method. Refuses: what `appraising.add_method` refuses."""
    work = _at(session, appraisal_id, at)
    return appraising.add_method(
        session,
        appraisal_id,
        method=method,
        inputs=inputs,
        parameters=parameters,
        today=work.today,
        interested=work.interested,
        actor=actor,
    )


def drop_method(
    session: Session, appraisal_id: UUID, number: int, *, actor: Actor, at: datetime
) -> Appraisal:
    """Take one method's result out of the draft. Refuses: what `appraising.drop_method` does."""
    work = _at(session, appraisal_id, at)
    return appraising.drop_method(
        session,
        appraisal_id,
        number,
        today=work.today,
        interested=work.interested,
        actor=actor,
    )


def conclude(
    session: Session,
    appraisal_id: UUID,
    *,
    reconciliation: Reconciliation,
    reason: str,
    weights_ppm: Sequence[int] | None = None,
    sole_ground: SoleGround | None = None,
    report: Document | None = None,
    actor: Actor,
    at: datetime,
) -> Appraisal:
    """Make one value of the methods' values. Refuses: what `appraising.conclude` refuses."""
    work = _at(session, appraisal_id, at)
    appraisal = appraising.conclude(
        session,
        appraisal_id,
        reconciliation=reconciliation,
        reason=reason,
        weights_ppm=weights_ppm,
        sole_ground=sole_ground,
        report_id=report.id if report else None,
        fewest_methods=whole("appraisal.methods.minimum", work.today),
        excused=excused(work.today),
        today=work.today,
        interested=work.interested,
        actor=actor,
    )
    note(session, appraisal, Act.CONCLUDE, actor=actor, at=at)
    return appraisal


def excused(on: date) -> frozenset[SoleGround]:
    """On which grounds one method suffices (rules `appraisal.one_method.*`)."""
    return frozenset(each for each in SoleGround if flag(f"appraisal.one_method.{each.value}", on))


def review(session: Session, appraisal_id: UUID, *, actor: Actor, at: datetime) -> Appraisal:
    """A colleague of the drafter finds it sound. Refuses: what `appraising.review` refuses."""
    work = _at(session, appraisal_id, at)
    appraisal = appraising.review(
        session, appraisal_id, today=work.today, interested=work.interested, actor=actor, at=at
    )
    note(session, appraisal, Act.REVIEW, actor=actor, at=at)
    return appraisal


def send_back(
    session: Session, appraisal_id: UUID, *, reason: str, actor: Actor, at: datetime
) -> Appraisal:
    """The reviewer wants something mended, and says what.

    Refuses: ReasonMissing, and what `appraising.send_back` refuses.
    """
    work = _at(session, appraisal_id, at)
    appraisal = appraising.send_back(
        session,
        appraisal_id,
        reason=reason,
        today=work.today,
        interested=work.interested,
        actor=actor,
    )
    note(session, appraisal, Act.SEND_BACK, actor=actor, at=at, reason=reason.strip())
    return appraisal


def sign(
    session: Session, appraisal_id: UUID, *, site: str = "", actor: Actor, at: datetime, key: str
) -> Appraisal:
    """Sign; the second of two appraisers issues it, and its report goes on record.

    `site` is where the public reaches the bank, for the square code of a report drawn up here.
    Refuses: KeyReused, and what `appraising.sign` refuses.
    """
    appraisal = appraising.get_appraisal(session, appraisal_id)
    deposit = _locked_deposit(session, appraisal.asset_id)
    if keys.earlier(session, key, "appraisals.sign", appraisal=appraisal_id, by=actor.id):
        return appraisal
    today = local_date(at)
    signed = appraising.sign(
        session,
        appraisal_id,
        today=today,
        in_force_from=appraisal_in_force_from(deposit, at=at),
        answer_by=notice_ends(at, whole("commission.answer.days", today)),
        interested=records.concerned(deposit),
        actor=actor,
        at=at,
    )
    _refuse_unsettled(deposit)
    act = Act.ISSUE if signed.stage is Stage.ISSUED else Act.SIGN
    note(session, signed, act, actor=actor, at=at)
    if signed.stage is Stage.ISSUED:
        put_on_record(session, signed, deposit, site=site, actor=actor, at=at)
        revalue(session, deposit, at=at)
    keys.settle(session, key, signed.id)
    return signed


def withdraw(session: Session, appraisal_id: UUID, *, actor: Actor, at: datetime) -> Appraisal:
    """Put aside an appraisal that is not issued, so that it can be drafted anew.

    Refuses: NoSuchAppraisal, NotTheAgency, NotQualified, IllegalMove.
    """
    _locked_deposit(session, appraising.get_appraisal(session, appraisal_id).asset_id)
    appraisal = appraising.get_appraisal(session, appraisal_id, lock=True)
    commission = commissioning.get_commission(session, appraisal.commission_id)
    appraising.require_appraiser(session, actor, commission.agency_id, local_date(at))
    move(session, appraisal, LIFECYCLE, Act.WITHDRAW, actor=actor, at=at)
    return appraisal


@dataclass(frozen=True)
class _Work:
    """What each step of an appraisal asks of the deposit, whose row is locked."""

    today: date
    interested: set[UUID]


def _at(session: Session, appraisal_id: UUID, at: datetime) -> _Work:
    deposit = _locked_deposit(session, appraising.get_appraisal(session, appraisal_id).asset_id)
    _refuse_unsettled(deposit)
    return _Work(local_date(at), records.concerned(deposit))


def _locked_deposit(session: Session, asset_id: UUID) -> Deposit:
    """The deposit, its row locked before anything of its appraisal is.

    Whoever sends it back, stores or orders it, and whoever values it, take turns at this row.
    """
    return latest_deposit(session, asset_id, lock=True)


def _area_of(deposit: Deposit) -> int | None:
    if deposit.area_dm2:
        return deposit.area_dm2
    return deposit.asset.parcel.area_dm2 if deposit.asset.parcel else None


def _refuse_unsettled(deposit: Deposit) -> None:
    """What is valued does not change meanwhile. Refuses: CommissionEnded."""
    if deposit.stage not in WORTH_APPRAISING:
        raise CommissionEnded("the deposit is not to be appraised", stage=deposit.stage.value)

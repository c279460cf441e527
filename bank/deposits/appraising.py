"""Appraising what is deposited: the bank's side of a commission, from the first look to issue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, selectinload

from bank import keys
from bank.acts import move, note
from bank.assets.tables import Asset
from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.queues import PAGE_SIZE, pages_of
from bank.deposits.reappraising import revalue
from bank.deposits.storing import appraisal_in_force_from
from bank.deposits.tables import Deposit
from bank.files.tables import Document
from bank.numbers import next_number
from bank.refusals import NoSuchRecord
from bank.rules import whole
from database.actor import Actor
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import LIFECYCLE, Act, CommissionStage, Stage
from valuation.appraisals.refusals import CommissionEnded, NotTheAgency
from valuation.appraisals.tables import Appraisal, Commission

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
UNFINISHED: Final = (Stage.DRAFT, Stage.SIGNED)


class Work(StrEnum):
    """What a commission waits for at its agency."""

    VALUE = "value"
    SIGN = "sign"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


ENDED: Final = frozenset({Work.DELIVERED, Work.WITHDRAWN})


@dataclass(frozen=True)
class Item:
    """One commission in an agency's list, with the deposit it is about."""

    commission: Commission
    deposit: Deposit
    unfinished: Appraisal | None


@dataclass(frozen=True)
class Page:
    """One page of commissions, and how many there are in all."""

    items: Sequence[Item]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return pages_of(self.total)


def _waiting() -> dict[Work, ColumnElement[bool]]:
    begun = (
        select(Appraisal.id)
        .where(Appraisal.commission_id == Commission.id, Appraisal.stage.in_(UNFINISHED))
        .exists()
    )
    engaged = Commission.stage == CommissionStage.ENGAGED
    return {
        Work.VALUE: and_(engaged, ~begun),
        Work.SIGN: and_(engaged, begun),
        Work.DELIVERED: Commission.stage == CommissionStage.DELIVERED,
        Work.WITHDRAWN: Commission.stage == CommissionStage.WITHDRAWN,
    }


def counts(session: Session, agency_id: UUID) -> dict[Work, int]:
    """How many of the agency's commissions wait for what."""
    waiting = _waiting()
    row = session.execute(
        select(*(func.count().filter(condition) for condition in waiting.values()))
        .select_from(Commission)
        .where(Commission.agency_id == agency_id)
    ).one()
    return dict(zip(waiting, row, strict=True))


def commissions(session: Session, agency_id: UUID, work: Work, *, page: int = 1) -> Page:
    """The agency's commissions that wait for this: oldest first, ended ones newest first."""
    conditions = (Commission.agency_id == agency_id, _waiting()[work])
    total = session.scalar(select(func.count()).select_from(Commission).where(*conditions)) or 0
    number = min(max(1, page), pages_of(total))
    by_age = Commission.engaged_at
    found = session.scalars(
        select(Commission)
        .where(*conditions)
        .options(selectinload(Commission.appraisals))
        .order_by(by_age.desc() if work in ENDED else by_age.asc(), Commission.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    deposits = _deposits_of(session, {commission.asset_id for commission in found})
    items = [Item(each, deposits[each.asset_id], _unfinished(each)) for each in found]
    return Page(items, number, total)


def _unfinished(commission: Commission) -> Appraisal | None:
    if commission.stage is not CommissionStage.ENGAGED:
        return None
    drafts = [each for each in commission.appraisals if each.stage in UNFINISHED]
    return drafts[-1] if drafts else None


def _deposits_of(session: Session, assets: set[UUID]) -> dict[UUID, Deposit]:
    """The latest deposit of each asset, with what a card shows."""
    deposits = session.scalars(
        select(Deposit)
        .where(Deposit.asset_id.in_(assets))
        .options(
            selectinload(Deposit.asset).selectinload(Asset.division),
            selectinload(Deposit.asset).selectinload(Asset.parcel),
        )
        .order_by(Deposit.created_at, Deposit.id)
    )
    return {deposit.asset_id: deposit for deposit in deposits}


def deposit_of(session: Session, asset_id: UUID) -> Deposit:
    """The deposit for which an asset is appraised: its latest. Refuses: NoSuchRecord."""
    deposit = _deposits_of(session, {asset_id}).get(asset_id)
    if deposit is None:
        raise NoSuchRecord("the asset was never deposited")
    return deposit


def draft(
    session: Session,
    commission_id: UUID,
    *,
    method: str,
    inputs: Mapping[str, Any],
    valuation_date: date,
    report: Document,
    actor: Actor,
    at: datetime,
    key: str,
) -> Appraisal:
    """Value what was commissioned, and keep value, inputs and report as a draft to be signed.

    Refuses: NoSuchAppraisal, KeyReused, CommissionEnded, NotTheAgency, NotQualified, OwnAppraisal,
    ValuationDateAhead, NoValue, and what the method refuses.
    """
    body = {
        "commission": commission_id,
        "method": method,
        "inputs": inputs,
        "day": valuation_date,
        "report": report.sha256,
        "by": actor.id,
    }
    if first := keys.earlier(session, key, "appraisals.draft", **body):
        return appraising.get_appraisal(session, first)
    deposit = _locked_deposit(session, appraising.get_commission(session, commission_id))
    commission = _open_commission(session, commission_id, deposit)
    today = local_date(at)
    appraisal = appraising.draft(
        session,
        commission_id,
        number=next_number(session, "V", at),
        method=method,
        inputs=inputs,
        valuation_date=valuation_date,
        today=today,
        validity_days=whole("appraisal.validity.days", today),
        report_id=report.id,
        interested=records.concerned(deposit),
        actor=actor,
        at=at,
    )
    session.expire(commission, ["appraisals"])
    note(session, appraisal, Act.DRAFT, actor=actor, at=at)
    keys.settle(session, key, appraisal.id)
    return appraisal


def sign(
    session: Session, appraisal_id: UUID, *, actor: Actor, at: datetime, key: str
) -> Appraisal:
    """Sign a draft; the second of two appraisers issues it.

    Refuses: NoSuchAppraisal, KeyReused, CommissionEnded, NotTheAgency, NotQualified, OwnAppraisal,
    SignedAlready.
    """
    appraisal = appraising.get_appraisal(session, appraisal_id)
    deposit = _locked_deposit(session, appraisal.commission)
    if keys.earlier(session, key, "appraisals.sign", appraisal=appraisal_id, by=actor.id):
        return appraisal
    _open_commission(session, appraisal.commission_id, deposit)
    signed = appraising.sign(
        session,
        appraisal_id,
        today=local_date(at),
        in_force_from=appraisal_in_force_from(deposit, at=at),
        interested=records.concerned(deposit),
        actor=actor,
        at=at,
    )
    act = Act.ISSUE if signed.stage is Stage.ISSUED else Act.SIGN
    note(session, signed, act, actor=actor, at=at)
    if signed.stage is Stage.ISSUED:
        revalue(session, deposit, at=at)
    keys.settle(session, key, signed.id)
    return signed


def withdraw(session: Session, appraisal_id: UUID, *, actor: Actor, at: datetime) -> Appraisal:
    """Put aside an appraisal that is not issued, so that it can be drafted anew.

    Refuses: NoSuchAppraisal, NotTheAgency, NotQualified, IllegalMove.
    """
    commission = appraising.get_appraisal(session, appraisal_id).commission
    _locked_deposit(session, commission)
    appraisal = appraising.get_appraisal(session, appraisal_id, lock=True)
    agency = commission.agency_id
    appraising.require_appraiser(session, actor, agency, local_date(at))
    move(session, appraisal, LIFECYCLE, Act.WITHDRAW, actor=actor, at=at)
    return appraisal


def _locked_deposit(session: Session, commission: Commission) -> Deposit:
    """The deposit, its row locked before anything of its appraisal is.

    Whoever sends it back, stores or orders it, and whoever values it, take turns at this row.
    """
    deposit_id = deposit_of(session, commission.asset_id).id
    return records.get_deposit(session, deposit_id, lock=True)


def _open_commission(session: Session, commission_id: UUID, deposit: Deposit) -> Commission:
    """The commission as it is now, if it is open and its land settled. Refuses: CommissionEnded."""
    commission = appraising.get_commission(session, commission_id, lock=True)
    if commission.stage is not CommissionStage.ENGAGED:
        raise CommissionEnded("the commission is closed", stage=commission.stage.value)
    if deposit.stage not in WORTH_APPRAISING:
        raise CommissionEnded("the deposit is not to be appraised", stage=deposit.stage.value)
    return commission


def get_commission(session: Session, commission_id: UUID, actor: Actor) -> Commission:
    """The commission, for an appraiser of its agency. Refuses: NoSuchAppraisal, NotTheAgency."""
    commission = appraising.get_commission(session, commission_id)
    if commission.agency_id != actor.agency:
        raise NotTheAgency("the commission is another agency's")
    return commission


def get_appraisal(session: Session, appraisal_id: UUID, actor: Actor) -> Appraisal:
    """The appraisal, for an appraiser of its agency. Refuses: NoSuchAppraisal, NotTheAgency."""
    appraisal = appraising.get_appraisal(session, appraisal_id)
    get_commission(session, appraisal.commission_id, actor)
    return appraisal

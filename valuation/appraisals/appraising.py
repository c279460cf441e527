"""Commissioning, drafting, signing and issuing an appraisal, and which one is in force."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from database.actor import Actor
from database.rows import find_row
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import Agency, AgencyKind, Appraiser
from valuation.appraisals.lifecycle import (
    COMMISSION_LIFECYCLE,
    LIFECYCLE,
    Act,
    CommissionAct,
    CommissionStage,
    Stage,
)
from valuation.appraisals.refusals import (
    AgencyNotAdmitted,
    CommissionEnded,
    NoSuchAppraisal,
    NotQualified,
    NotTheAgency,
    NoValue,
    OwnAppraisal,
    SignedAlready,
    ValuationDateAhead,
)
from valuation.appraisals.tables import Appraisal, Commission, Signature
from valuation.methods import compute, get_method

SIGNATURES = 2
"""A draft's first signature makes it signed, the second issues it: the life cycle has two steps
because the Asset Appraisal Law asks for two appraisers (AAL 23-29; rule
`appraisal.appraisers.minimum`, which the tests hold against this)."""

LATEST_FIRST = (Appraisal.valuation_date.desc(), Appraisal.issued_at.desc())
"""Of several appraisals in force, the first in this order is the one that counts."""


def engage(
    session: Session,
    *,
    number: str,
    asset_id: UUID,
    agency_id: UUID,
    today: date,
    actor: Actor,
    at: datetime,
) -> Commission:
    """Commission an agency to appraise an asset.

    Refuses: AgencyNotAdmitted, also for one whose qualification has expired.
    """
    agency = session.get(Agency, agency_id)
    if (
        agency is None
        or agency.stage is not AgencyStage.ADMITTED
        or AgencyKind.APPRAISAL not in agency.kinds(today)
    ):
        raise AgencyNotAdmitted("choose an agency that is admitted to appraise", field="agency_id")
    commission = Commission(
        number=number,
        asset_id=asset_id,
        agency=agency,
        stage=CommissionStage.ENGAGED,
        engaged_by=actor.id,
        engaged_at=at,
    )
    session.add(commission)
    session.flush()
    return commission


def draft(
    session: Session,
    commission_id: UUID,
    *,
    number: str,
    method: str,
    inputs: Mapping[str, Any],
    valuation_date: date,
    today: date,
    validity_days: int,
    report_id: UUID,
    interested: set[UUID],
    actor: Actor,
    at: datetime,
) -> Appraisal:
    """Compute the value by a method from its inputs and keep both with the report.

    `interested` are the parties to the asset. Refuses: NotTheAgency, NotQualified, OwnAppraisal,
    CommissionEnded, ValuationDateAhead, and what the method refuses.
    """
    commission = get_commission(session, commission_id, lock=True)
    require_appraiser(session, actor, commission.agency_id, today)
    if not actor.interests.isdisjoint(interested):
        raise OwnAppraisal("an appraiser may not appraise for her own party")
    if commission.stage is not CommissionStage.ENGAGED:
        raise CommissionEnded("the commission is closed", stage=commission.stage.value)
    valid_until = valuation_date + timedelta(days=validity_days)
    if valuation_date > today or valid_until < today:
        raise ValuationDateAhead(
            "the valuation date is ahead, or its validity is over", field="valuation_date"
        )
    if get_method(method).purpose != "value":
        raise NoValue("this method gives no value", field="method", method=method)
    valuation = compute(method, inputs)

    appraisal = Appraisal(
        number=number,
        commission_id=commission.id,
        asset_id=commission.asset_id,
        stage=Stage.DRAFT,
        method=method,
        inputs=dict(valuation.inputs),
        working=[step.model_dump(mode="json") for step in valuation.working],
        value_fen=valuation.value_fen,
        valuation_date=valuation_date,
        valid_until=valid_until,
        report_id=report_id,
        drafted_by=actor.id,
        drafted_at=at,
    )
    session.add(appraisal)
    session.flush()
    return appraisal


def sign(
    session: Session,
    appraisal_id: UUID,
    *,
    today: date,
    in_force_from: datetime,
    interested: set[UUID],
    actor: Actor,
    at: datetime,
) -> Appraisal:
    """Sign; the second of two different appraisers issues it and ends the commission.

    `in_force_from` is when an appraisal issued now comes into force: at once, or when the notice
    of its result is over. Refuses: NotTheAgency, NotQualified, OwnAppraisal, SignedAlready,
    CommissionEnded.
    """
    appraisal = get_appraisal(session, appraisal_id, lock=True)
    commission = get_commission(session, appraisal.commission_id, lock=True)
    appraiser = require_appraiser(session, actor, commission.agency_id, today)
    if not actor.interests.isdisjoint(interested):
        raise OwnAppraisal("an appraiser may not appraise for her own party")
    if any(signature.user_id == actor.id for signature in appraisal.signatures):
        raise SignedAlready("two different appraisers must sign", appraisal=appraisal.number)
    if commission.stage is not CommissionStage.ENGAGED:
        raise CommissionEnded("the commission is closed", stage=commission.stage.value)
    act = Act.SIGN if appraisal.stage is Stage.DRAFT else Act.ISSUE
    stage = LIFECYCLE.get((appraisal.stage, act))
    if stage is None:
        raise CommissionEnded("the appraisal is issued", stage=appraisal.stage.value)

    appraisal.signatures.append(
        Signature(
            user_id=actor.id,
            name=appraiser.name,
            qualification_number=appraiser.qualification_number,
            signed_at=at,
        )
    )
    appraisal.stage = stage
    if stage is Stage.ISSUED:
        appraisal.issued_at, appraisal.in_force_from = at, in_force_from
        if in_force_from <= at:
            supersede_earlier(session, appraisal)
        commission.stage = COMMISSION_LIFECYCLE[commission.stage, CommissionAct.DELIVER]
    session.flush()
    return appraisal


def supersede_earlier(session: Session, newer: Appraisal) -> None:
    """What the agency issued for the asset before gives way; other agencies' results stand.

    Done when the newer one comes into force: while its result is on display, the earlier counts.
    """
    earlier = session.scalars(
        select(Appraisal)
        .join(Commission, Commission.id == Appraisal.commission_id)
        .where(
            Appraisal.asset_id == newer.asset_id,
            Appraisal.id != newer.id,
            Appraisal.issued_at <= newer.issued_at,
            Appraisal.stage == Stage.ISSUED,
            Commission.agency_id == newer.commission.agency_id,
        )
        .with_for_update(of=Appraisal)
    )
    for appraisal in earlier:
        appraisal.stage = LIFECYCLE[appraisal.stage, Act.SUPERSEDE]


def require_appraiser(session: Session, actor: Actor, agency_id: UUID, today: date) -> Appraiser:
    """The actor as a qualified appraiser of this agency. Refuses: NotTheAgency, NotQualified."""
    if actor.agency != agency_id:
        raise NotTheAgency("the commission is another agency's")
    appraiser = session.get(Appraiser, actor.id)
    if appraiser is None or not appraiser.holds(today):
        raise NotQualified("the qualification is missing, unchecked or has expired")
    return appraiser


def get_commission(session: Session, commission_id: UUID, *, lock: bool = False) -> Commission:
    """The commission of this id, its row locked if asked. Refuses: NoSuchAppraisal."""
    commission = find_row(session, Commission, commission_id, lock=lock)
    if commission is None:
        raise NoSuchAppraisal("no such commission")
    return commission


def get_appraisal(session: Session, appraisal_id: UUID, *, lock: bool = False) -> Appraisal:
    """The appraisal of this id, its row locked if asked. Refuses: NoSuchAppraisal."""
    appraisal = find_row(session, Appraisal, appraisal_id, lock=lock)
    if appraisal is None:
        raise NoSuchAppraisal("no such appraisal")
    return appraisal


def find_in_force(
    session: Session, asset_id: UUID, *, at: datetime, today: date
) -> Appraisal | None:
    """The appraisal of the asset that counts: issued, its notice over, not expired, the latest."""
    return session.scalar(
        select(Appraisal)
        .where(Appraisal.asset_id == asset_id, *in_force(at=at, today=today))
        .order_by(*LATEST_FIRST)
        .limit(1)
    )


def in_force(*, at: datetime, today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Appraisal: issued, its notice over, not expired."""
    return (
        Appraisal.stage == Stage.ISSUED,
        Appraisal.in_force_from <= at,
        Appraisal.valid_until >= today,
    )

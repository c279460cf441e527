"""Drafting an appraisal method by method, concluding, reviewing, signing and issuing it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.actor import Actor
from database.rows import find_row
from valuation.agencies.tables import AgencyKind, Appraiser
from valuation.appraisals.lifecycle import LIFECYCLE, UNFINISHED, Act, Stage
from valuation.appraisals.reconciling import reconcile, refuse_other_sum
from valuation.appraisals.refusals import (
    DraftOpen,
    GroundNotWanted,
    MethodMissing,
    MethodTwice,
    NoSuchAppraisal,
    NotCommissioned,
    NotQualified,
    NoValue,
    OwnAppraisal,
    ReasonMissing,
    Recused,
    ReviewerDrafted,
    SignedAlready,
    SiteUnvisited,
    StageForbids,
    TooFewMethods,
    ValuationDateAhead,
)
from valuation.appraisals.tables import (
    Appraisal,
    MethodResult,
    Reconciliation,
    Signature,
    SoleGround,
)
from valuation.commissions.commissioning import deliver, get_commission
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.refusals import CommissionEnded, NotTheAgency
from valuation.commissions.tables import Commission
from valuation.methods import compute, get_method

SIGNATURES: Final = 2
"""A reviewed draft's first signature makes it signed, the second issues it: the life cycle has two
steps because the Asset Appraisal Law asks for two appraisers (AAL 23-29; rule
`appraisal.appraisers.minimum`, which the tests hold against this)."""


def begin(
    session: Session,
    commission_id: UUID,
    *,
    asset_id: UUID,
    number: str,
    area_dm2: int | None,
    valuation_date: date,
    today: date,
    validity_days: int,
    visit_needed: bool,
    interested: Collection[UUID],
    actor: Actor,
    at: datetime,
) -> Appraisal:
    """Begin the appraisal of one of the commission's assets; methods are added next.

    `interested` are the parties to the asset, `area_dm2` the land that is valued. Refuses:
    NoSuchCommission, NotTheAgency, NotQualified, OwnAppraisal, Recused, CommissionEnded,
    NotCommissioned, SiteUnvisited, ValuationDateAhead, DraftOpen.
    """
    commission = get_commission(session, commission_id, lock=True)
    require_fit(session, commission, actor, interested=interested, today=today)
    assets = {each.asset_id for each in commission.assets}
    if commission.kind is not AgencyKind.APPRAISAL or asset_id not in assets:
        raise NotCommissioned("the commission is not for an appraisal of this", field="asset_id")
    if visit_needed and not any(each.asset_id == asset_id for each in commission.visits):
        raise SiteUnvisited("record the visit to the place first")
    valid_until = valuation_date + timedelta(days=validity_days)
    if valuation_date > today or valid_until < today:
        raise ValuationDateAhead(
            "the valuation date is ahead, or its validity is over", field="valuation_date"
        )
    if unfinished := find_unfinished(session, commission_id, asset_id):
        raise DraftOpen("an appraisal of it is at work", appraisal=unfinished.number)

    appraisal = Appraisal(
        number=number,
        commission=commission,
        asset_id=asset_id,
        stage=Stage.DRAFT,
        area_dm2=area_dm2,
        valuation_date=valuation_date,
        valid_until=valid_until,
        drafted_by=actor.id,
        drafted_at=at,
    )
    session.add(appraisal)
    session.flush()
    return appraisal


def add_method(
    session: Session,
    appraisal_id: UUID,
    *,
    method: str,
    inputs: Mapping[str, Any],
    parameters: Sequence[Mapping[str, Any]] = (),
    today: date,
    interested: Collection[UUID],
    actor: Actor,
) -> MethodResult:
    """Value by one method and keep inputs, working and value with the draft.

    `parameters` tells which table's version an input was taken from; see `MethodResult`.
    Refuses: as `begin` does; StageForbids, NoValue, MethodTwice, and what the method refuses.
    """
    appraisal = _at_work(session, appraisal_id, actor, interested=interested, today=today)
    _require_stage(appraisal, Act.CONCLUDE)
    if get_method(method).purpose != "value":
        raise NoValue("this method gives no value", field="method", method=method)
    if any(each.method == method for each in appraisal.results):
        raise MethodTwice("the draft has this method", field="method", method=method)
    valuation = compute(method, inputs)

    result = MethodResult(
        number=max((each.number for each in appraisal.results), default=0) + 1,
        method=method,
        inputs=dict(valuation.inputs),
        working=[step.model_dump(mode="json") for step in valuation.working],
        parameters=[dict(each) for each in parameters],
        value_fen=valuation.value_fen,
    )
    appraisal.results.append(result)
    session.flush()
    return result


def drop_method(
    session: Session,
    appraisal_id: UUID,
    number: int,
    *,
    today: date,
    interested: Collection[UUID],
    actor: Actor,
) -> Appraisal:
    """Take one method's result out of the draft. Refuses: as `add_method`; MethodMissing."""
    appraisal = _at_work(session, appraisal_id, actor, interested=interested, today=today)
    _require_stage(appraisal, Act.CONCLUDE)
    found = [each for each in appraisal.results if each.number == number]
    if not found:
        raise MethodMissing("the draft has no such result", field="method")
    appraisal.results.remove(found[0])
    session.flush()
    return appraisal


def conclude(
    session: Session,
    appraisal_id: UUID,
    *,
    reconciliation: Reconciliation,
    reason: str,
    weights_ppm: Sequence[int] | None = None,
    sole_ground: SoleGround | None = None,
    report_id: UUID | None = None,
    fewest_methods: int,
    excused: Collection[SoleGround],
    today: date,
    interested: Collection[UUID],
    actor: Actor,
) -> Appraisal:
    """Reconcile the values into one, with the reason; a colleague reviews it next.

    `fewest_methods` and `excused` are the rulebook's. `report_id` is the agency's own report;
    without one the bank draws it up when the appraisal is issued. Refuses: as `begin` does;
    StageForbids, MethodMissing, TooFewMethods, GroundNotWanted, ReasonMissing,
    ReconciliationUnfit, WeightsUnsound, NoMode, SplitUnequal.
    """
    appraisal = _at_work(session, appraisal_id, actor, interested=interested, today=today)
    stage = _require_stage(appraisal, Act.CONCLUDE)
    found = len(appraisal.results)
    if not found:
        raise MethodMissing("value it by a method first", field="reconciliation")
    if found < fewest_methods and sole_ground not in excused:
        raise TooFewMethods(
            "the rule asks for more methods",
            field="sole_ground",
            needed=fewest_methods,
            found=found,
        )
    if found >= fewest_methods and sole_ground is not None:
        raise GroundNotWanted("there are methods enough", field="sole_ground")
    if not reason.strip():
        raise ReasonMissing("say why", field="reason")
    values = [each.value_fen for each in appraisal.results]
    value_fen = reconcile(values, reconciliation, weights_ppm)
    if appraisal.splits:
        refuse_other_sum(sum(each.value_fen for each in appraisal.splits), value_fen)

    for place, each in enumerate(appraisal.results):
        each.weight_ppm = weights_ppm[place] if weights_ppm else None
    appraisal.value_fen, appraisal.reconciliation = value_fen, reconciliation
    appraisal.reason, appraisal.sole_ground = reason.strip(), sole_ground
    appraisal.report_id, appraisal.concluded_by = report_id, actor.id
    appraisal.stage = stage
    session.flush()
    return appraisal


def review(
    session: Session,
    appraisal_id: UUID,
    *,
    today: date,
    interested: Collection[UUID],
    actor: Actor,
    at: datetime,
) -> Appraisal:
    """A colleague of the drafter has reviewed it. Refuses: as `begin`; ReviewerDrafted."""
    appraisal = _to_review(session, appraisal_id, actor, interested=interested, today=today)
    stage = _require_stage(appraisal, Act.REVIEW)

    appraisal.stage, appraisal.reviewed_by, appraisal.reviewed_at = stage, actor.id, at
    session.flush()
    return appraisal


def send_back(
    session: Session,
    appraisal_id: UUID,
    *,
    reason: str,
    today: date,
    interested: Collection[UUID],
    actor: Actor,
) -> Appraisal:
    """The reviewer wants something mended: it is a draft again.

    Refuses: as `review` does; ReasonMissing.
    """
    appraisal = _to_review(session, appraisal_id, actor, interested=interested, today=today)
    stage = _require_stage(appraisal, Act.SEND_BACK)
    if not reason.strip():
        raise ReasonMissing("say what is to be mended", field="reason")

    appraisal.stage, appraisal.reviewed_by, appraisal.reviewed_at = stage, None, None
    session.flush()
    return appraisal


def sign(
    session: Session,
    appraisal_id: UUID,
    *,
    today: date,
    in_force_from: datetime,
    answer_by: datetime,
    interested: Collection[UUID],
    actor: Actor,
    at: datetime,
) -> Appraisal:
    """Sign; the second of two different appraisers issues it.

    When all of the commission's assets have their appraisal, it is delivered. `in_force_from` is
    when an appraisal issued now comes into force: at once, or when the notice of its result is
    over. Refuses: as `begin` does; SignedAlready, StageForbids.
    """
    appraisal = get_appraisal(session, appraisal_id, lock=True)
    commission = get_commission(session, appraisal.commission_id, lock=True)
    appraiser = require_colleague(session, actor, commission, interested=interested, today=today)
    if any(signature.user_id == actor.id for signature in appraisal.signatures):
        raise SignedAlready("two different appraisers must sign", appraisal=appraisal.number)
    _require_engaged(commission)
    stage = _require_stage(appraisal, Act.ISSUE if appraisal.signatures else Act.SIGN)

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
        session.flush()
        if in_force_from <= at:
            supersede_earlier(session, appraisal)
        if all_issued(session, commission, besides=appraisal.asset_id):
            deliver(commission, at=at, answer_by=answer_by)
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


# -- who may --------------------------------------------------------------------------------------


def require_fit(
    session: Session,
    commission: Commission,
    actor: Actor,
    *,
    interested: Collection[UUID],
    today: date,
) -> None:
    """The actor may work at this commission, which is engaged.

    Refuses: NotTheAgency, NotQualified, OwnAppraisal, Recused, CommissionEnded.
    """
    require_colleague(session, actor, commission, interested=interested, today=today)
    _require_engaged(commission)


def require_colleague(
    session: Session,
    actor: Actor,
    commission: Commission,
    *,
    interested: Collection[UUID],
    today: date,
) -> Appraiser:
    """A qualified appraiser of the agency, who has no part in it and was not asked to keep out.

    Refuses: NotTheAgency, NotQualified, OwnAppraisal, Recused.
    """
    appraiser = require_appraiser(session, actor, commission.agency_id, today)
    if not actor.interests.isdisjoint(interested):
        raise OwnAppraisal("an appraiser may not appraise for her own party")
    if any(each.user_id == actor.id for each in commission.recusals):
        raise Recused("the appraiser keeps out of this commission")
    return appraiser


def require_appraiser(
    session: Session, actor: Actor, agency_id: UUID | None, today: date
) -> Appraiser:
    """The actor as a qualified appraiser of this agency. Refuses: NotTheAgency, NotQualified."""
    if agency_id is None or actor.agency != agency_id:
        raise NotTheAgency("the commission is another agency's")
    appraiser = session.get(Appraiser, actor.id)
    if appraiser is None or not appraiser.holds(today):
        raise NotQualified("the qualification is missing, unchecked or has expired")
    return appraiser


def _at_work(
    session: Session,
    appraisal_id: UUID,
    actor: Actor,
    *,
    interested: Collection[UUID],
    today: date,
) -> Appraisal:
    appraisal = get_appraisal(session, appraisal_id, lock=True)
    commission = get_commission(session, appraisal.commission_id, lock=True)
    require_fit(session, commission, actor, interested=interested, today=today)
    return appraisal


def _to_review(
    session: Session,
    appraisal_id: UUID,
    actor: Actor,
    *,
    interested: Collection[UUID],
    today: date,
) -> Appraisal:
    appraisal = _at_work(session, appraisal_id, actor, interested=interested, today=today)
    if actor.id in (appraisal.drafted_by, appraisal.concluded_by):
        raise ReviewerDrafted("a colleague reviews it", appraisal=appraisal.number)
    return appraisal


def _require_engaged(commission: Commission) -> None:
    if commission.stage is not CommissionStage.ENGAGED:
        raise CommissionEnded("the commission is not at work", stage=commission.stage.value)


def _require_stage(appraisal: Appraisal, act: Act) -> Stage:
    stage = LIFECYCLE.get((appraisal.stage, act))
    if stage is None:
        raise StageForbids("not at this stage", stage=appraisal.stage.value, act=act.value)
    return stage


def all_issued(session: Session, commission: Commission, *, besides: UUID | None = None) -> bool:
    """Whether each of the commission's assets, `besides` one, has its issued appraisal."""
    others = {each.asset_id for each in commission.assets} - {besides}
    if not others:
        return True
    issued = session.scalars(
        select(Appraisal.asset_id).where(
            Appraisal.commission_id == commission.id, Appraisal.stage == Stage.ISSUED
        )
    )
    return others <= set(issued)


# -- finding --------------------------------------------------------------------------------------


def get_appraisal(session: Session, appraisal_id: UUID, *, lock: bool = False) -> Appraisal:
    """The appraisal of this id, its row locked if asked. Refuses: NoSuchAppraisal."""
    appraisal = find_row(session, Appraisal, appraisal_id, lock=lock)
    if appraisal is None:
        raise NoSuchAppraisal("no such appraisal")
    return appraisal


def get_numbered(session: Session, number: str) -> Appraisal:
    """The appraisal of this number. Refuses: NoSuchAppraisal."""
    appraisal = session.scalar(select(Appraisal).where(Appraisal.number == number))
    if appraisal is None:
        raise NoSuchAppraisal("no such appraisal", number=number)
    return appraisal


def find_unfinished(session: Session, commission_id: UUID, asset_id: UUID) -> Appraisal | None:
    """The appraisal of the asset at which the agency is at work under this commission."""
    return session.scalar(
        select(Appraisal).where(
            Appraisal.commission_id == commission_id,
            Appraisal.asset_id == asset_id,
            Appraisal.stage.in_(UNFINISHED),
        )
    )


def of_commission(session: Session, commission_id: UUID) -> Sequence[Appraisal]:
    """The appraisals made under a commission, the first one first."""
    return session.scalars(
        select(Appraisal)
        .where(Appraisal.commission_id == commission_id)
        .order_by(Appraisal.drafted_at, Appraisal.id)
    ).all()

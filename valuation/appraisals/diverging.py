"""Appraisals in force that differ too much: a review is open until somebody settles it."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session, joinedload

from database.actor import Actor
from database.rows import find_row
from valuation.appraisals.counting import LATEST_FIRST, in_force
from valuation.appraisals.lifecycle import LIFECYCLE, Act
from valuation.appraisals.refusals import (
    DivergenceSettled,
    NoSuchDivergence,
    NotOneOfTheTwo,
    ReasonMissing,
)
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage
from valuation.commissions.tables import Commission

PPM = 1_000_000
ENDED = "其中一份评估已不再有效。"
"""The reason of a review that ends by itself: one of the two is not in force any more."""


def compare(
    session: Session, asset_id: UUID, *, most: Decimal, at: datetime, today: date
) -> list[Divergence]:
    """Open a review for each two appraisals in force, of different agencies, that differ by more.

    `most` is the share of the lower value by which the higher may exceed it. Each pair is reviewed
    once. A review of two of which one is not in force any more ends by itself, and goes on if it
    comes back into force: a disputed result that is upheld. Gives what is open.
    """
    counted = session.scalars(
        select(Appraisal)
        .where(Appraisal.asset_id == asset_id, *in_force(at=at, today=today))
        .options(joinedload(Appraisal.commission))
        .order_by(*LATEST_FIRST)
    ).all()
    known = session.scalars(select(Divergence).where(Divergence.asset_id == asset_id)).all()
    pairs = {(each.lower_id, each.higher_id): each for each in known}
    for one, other in combinations(counted, 2):
        lower, higher = sorted((one, other), key=lambda each: (each.worth_fen, each.id))
        difference = higher.worth_fen - lower.worth_fen
        if one.commission.agency_id == other.commission.agency_id:
            continue
        if difference <= most * lower.worth_fen:
            continue
        first = pairs.get((lower.id, higher.id))
        if first is None:
            opened = Divergence(
                asset_id=asset_id,
                lower=lower,
                higher=higher,
                stage=DivergenceStage.OPEN,
                difference_ppm=difference * PPM // max(1, lower.worth_fen),
                opened_at=at,
            )
            session.add(opened)
            pairs[lower.id, higher.id] = opened
        elif first.stage is DivergenceStage.SETTLED and first.kept_id is None:
            first.stage, first.reason, first.settled_at = DivergenceStage.OPEN, "", None
    ids = {each.id for each in counted}
    for each in pairs.values():
        if each.stage is DivergenceStage.OPEN and not {each.lower.id, each.higher.id} <= ids:
            each.stage, each.reason, each.settled_at = DivergenceStage.SETTLED, ENDED, at
    session.flush()
    return [each for each in pairs.values() if each.stage is DivergenceStage.OPEN]


def settle(
    session: Session,
    divergence_id: UUID,
    *,
    kept_id: UUID,
    reason: str,
    actor: Actor,
    at: datetime,
) -> tuple[Divergence, Appraisal]:
    """One of the two goes on counting; the other, which is returned too, is set aside.

    Refuses: NoSuchDivergence, DivergenceSettled, NotOneOfTheTwo, ReasonMissing.
    """
    divergence = get_divergence(session, divergence_id, lock=True)
    if divergence.stage is not DivergenceStage.OPEN:
        raise DivergenceSettled("it is settled")
    if kept_id not in (divergence.lower_id, divergence.higher_id):
        raise NotOneOfTheTwo("choose one of the two", field="kept")
    if not reason.strip():
        raise ReasonMissing("say why", field="reason")

    other = divergence.higher if kept_id == divergence.lower_id else divergence.lower
    other.stage = LIFECYCLE[other.stage, Act.SET_ASIDE]
    divergence.stage, divergence.kept_id = DivergenceStage.SETTLED, kept_id
    divergence.reason, divergence.settled_by = reason.strip(), actor.id
    divergence.settled_at = at
    session.flush()
    return divergence, other


def get_divergence(session: Session, divergence_id: UUID, *, lock: bool = False) -> Divergence:
    """The review of this id, its row locked if asked. Refuses: NoSuchDivergence."""
    divergence = find_row(session, Divergence, divergence_id, lock=lock)
    if divergence is None:
        raise NoSuchDivergence("no such review")
    return divergence


def to_compare(
    session: Session, assets: Collection[UUID] | None, *, at: datetime, today: date
) -> set[UUID]:
    """Which of these assets (of all, if None) several agencies' appraisals are in force for.

    With those that have a review open, which may end.
    """
    several = (
        select(Appraisal.asset_id)
        .join(Commission, Commission.id == Appraisal.commission_id)
        .where(*in_force(at=at, today=today))
        .group_by(Appraisal.asset_id)
        .having(func.count(Commission.agency_id.distinct()) > 1)
    )
    reviewed = select(Divergence.asset_id).where(Divergence.stage == DivergenceStage.OPEN)
    if assets is not None:
        several = several.where(Appraisal.asset_id.in_(list(assets)))
        reviewed = reviewed.where(Divergence.asset_id.in_(list(assets)))
    return set(session.scalars(union(several, reviewed)))

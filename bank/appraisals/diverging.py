"""Differing appraisals of what is deposited: while a review is open, nothing is done with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from bank.calendar import local_date
from bank.deposits.tables import Deposit
from bank.rules import ratio
from valuation.appraisals import diverging
from valuation.appraisals.refusals import DivergenceOpen
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage


def compare(session: Session, asset_id: UUID, *, at: datetime) -> list[Divergence]:
    """Open or end the reviews of an asset by what is in force now; what is open is returned.

    The rule is `appraisal.divergence`. Doing it twice changes nothing.
    """
    today = local_date(at)
    most = ratio("appraisal.divergence", today)
    return diverging.compare(session, asset_id, most=most, at=at, today=today)


def refuse_divergent(session: Session, deposits: Iterable[Deposit], *, at: datetime) -> None:
    """No two appraisals that count for any of these deposits differ too much.

    What has come into force since the bank's clock last looked is compared now.
    Refuses: DivergenceOpen.
    """
    found = {each.asset_id: each for each in deposits}
    for asset_id in diverging.to_compare(session, found, at=at, today=local_date(at)):
        if compare(session, asset_id, at=at):
            raise DivergenceOpen("two appraisals differ", deposit=found[asset_id].number)


def compare_due(session: Session, *, at: datetime) -> int:
    """Open and end reviews by what is in force now; how many are open then."""
    assets = diverging.to_compare(session, None, at=at, today=local_date(at))
    return sum(len(compare(session, asset_id, at=at)) for asset_id in sorted(assets))


def is_divergent(session: Session, deposit: Deposit) -> bool:
    """Whether a review of the deposit's appraisals is open, as the bank's clock last saw it."""
    asked = select(Divergence.id).where(
        Divergence.asset_id == deposit.asset_id, Divergence.stage == DivergenceStage.OPEN
    )
    return session.scalar(asked.limit(1)) is not None


def is_under_review(session: Session, appraisal: Appraisal) -> bool:
    """Whether the appraisal is one of two whose review is open, as the clock last saw it."""
    asked = select(Divergence.id).where(
        or_(Divergence.lower_id == appraisal.id, Divergence.higher_id == appraisal.id),
        Divergence.stage == DivergenceStage.OPEN,
    )
    return session.scalar(asked.limit(1)) is not None


def listed(session: Session, stage: DivergenceStage, *, limit: int = 200) -> Sequence[Divergence]:
    """The reviews at this stage, the first opened first."""
    return session.scalars(
        select(Divergence)
        .where(Divergence.stage == stage)
        .options(joinedload(Divergence.lower), joinedload(Divergence.higher))
        .order_by(Divergence.opened_at, Divergence.id)
        .limit(limit)
    ).all()


def count_open(session: Session) -> int:
    """How many reviews wait for the county."""
    asked = select(func.count()).where(Divergence.stage == DivergenceStage.OPEN)
    return session.scalar(asked) or 0

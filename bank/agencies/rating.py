"""Rating an agency: by whose asset it appraised, once for each finished commission."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.agencies.refusals import BadStars, NotFinished, RatedAlready
from bank.deposits.latest import latest_deposits
from bank.refusals import NotYours
from database.actor import Actor
from valuation.agencies.tables import Rating
from valuation.commissions.commissioning import get_commission
from valuation.commissions.lifecycle import FINISHED
from valuation.commissions.tables import Commission

MOST_STARS: Final = 5


def rate(
    session: Session, commission_id: UUID, *, stars: int, words: str, actor: Actor, at: datetime
) -> Rating:
    """Give 1 to 5 stars, and words if there are any, for a finished commission.

    Refuses: NoSuchCommission, NoSuchRecord, NotYours, NotFinished, RatedAlready, BadStars.
    """
    commission = get_commission(session, commission_id, lock=True)
    _require_concerned(session, commission, actor)
    if commission.stage not in FINISHED:
        raise NotFinished("nothing was delivered yet", stage=commission.stage.value)
    if session.get(Rating, commission.id):
        raise RatedAlready("you have rated this already")
    if not 1 <= stars <= MOST_STARS:
        raise BadStars("choose 1 to 5 stars", field="stars", most=MOST_STARS)
    rating = Rating(
        commission_id=commission.id,
        agency_id=commission.agency_id,
        stars=stars,
        words=words.strip(),
        rated_by=actor.id,
        rated_at=at,
    )
    session.add(rating)
    session.flush()
    return rating


def _require_concerned(session: Session, commission: Commission, actor: Actor) -> None:
    """The actor acts for the client, or for the owner of what was appraised. Refuses: NotYours."""
    owners = [
        deposit.party_id
        for deposit in latest_deposits(
            session, {each.asset_id for each in commission.assets}
        ).values()
    ]
    if commission.client_id is not None:
        owners.append(commission.client_id)
    if actor.parties.isdisjoint(owners):
        raise NotYours("only who asked for it, or owns it, rates it")


def to_rate(session: Session, asset_id: UUID) -> Commission | None:
    """The asset's last finished commission that nobody has rated yet."""
    return session.scalar(
        select(Commission)
        .outerjoin(Rating, Rating.commission_id == Commission.id)
        .where(
            Commission.of(asset_id),
            Commission.stage.in_(FINISHED),
            Rating.commission_id.is_(None),
        )
        .order_by(Commission.engaged_at.desc())
        .limit(1)
    )

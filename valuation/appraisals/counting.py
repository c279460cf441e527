"""Which appraisal counts for an asset on a day."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.tables import Appraisal
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.tables import Commission

LATEST_FIRST = (Appraisal.valuation_date.desc(), Appraisal.issued_at.desc(), Appraisal.id.desc())
"""Of several appraisals in force, the first in this order is the one that counts."""


class Counting(NamedTuple):
    """The appraisal that counts for an asset: what it says, and when its land was as it says."""

    asset_id: UUID
    appraisal_id: UUID
    number: str
    value_fen: int
    drafted_at: datetime


def find_in_force(
    session: Session, asset_id: UUID, *, at: datetime, today: date
) -> Appraisal | None:
    """The appraisal of the asset that counts: of those in force the latest."""
    return session.scalar(
        select(Appraisal)
        .where(Appraisal.asset_id == asset_id, *in_force(at=at, today=today))
        .order_by(*LATEST_FIRST)
        .limit(1)
    )


def counting(
    session: Session, assets: Collection[UUID], *, at: datetime, today: date
) -> dict[UUID, Counting]:
    """The appraisal that counts of each of these assets that has one, by asset."""
    rows = session.execute(
        select(
            Appraisal.asset_id,
            Appraisal.id,
            Appraisal.number,
            Appraisal.value_fen,
            Appraisal.drafted_at,
        )
        .where(Appraisal.asset_id.in_(list(assets)), *in_force(at=at, today=today))
        .order_by(*LATEST_FIRST)
    )
    found: dict[UUID, Counting] = {}
    for row in rows:
        found.setdefault(row.asset_id, Counting(*row))  # type: ignore[arg-type]  # issued: it has a value
    return found


def in_force(*, at: datetime, today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Appraisal: issued, its notice over, not expired, and not disputed.

    Its last day still counts.
    """
    of = aliased(Commission)
    disputed = select(of.id).where(
        of.id == Appraisal.commission_id, of.stage == CommissionStage.DISPUTED
    )
    return (
        Appraisal.stage == Stage.ISSUED,
        Appraisal.in_force_from <= at,
        Appraisal.valid_until >= today,
        ~disputed.exists(),
    )

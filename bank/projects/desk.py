"""What waits on the county's desk: one query per kind of work, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bank.contracts.rents import contracts_in_arrears
from bank.contracts.tables import Contract, Instalment
from bank.income.lifecycle import RevenueStage, RoundStage
from bank.income.tables import Revenue, Round
from bank.orders.lifecycle import Stage as OrderStage
from bank.orders.tables import Order
from bank.parties.tables import Party, PartyKind
from bank.projects.lifecycle import Stage as ProjectStage
from bank.projects.tables import Project
from bank.withdrawals.lifecycle import UNDER_WAY
from bank.withdrawals.tables import Withdrawal

MOST = 100
"""How many of a kind the desk shows; the count says how many there are."""


@dataclass(frozen=True)
class Desk:
    """All that waits for a county officer."""

    companies: Sequence[Party]
    to_review: Sequence[Project]
    awaiting_money: Sequence[Order]
    to_collect: Sequence[Order]
    withdrawals: int
    reported: Sequence[Revenue]
    open_rounds: Sequence[Round]
    in_arrears: Sequence[tuple[Contract, Instalment]]


def desk(session: Session, *, today: date) -> Desk:
    """Everything that waits, for the county's first page."""
    return Desk(
        companies=session.scalars(
            select(Party)
            .where(Party.kind == PartyKind.COMPANY, Party.confirmed_at.is_(None))
            .order_by(Party.created_at)
            .limit(MOST)
        ).all(),
        to_review=session.scalars(
            select(Project)
            .where(Project.stage.in_((ProjectStage.SUBMITTED, ProjectStage.IN_REVIEW)))
            .order_by(Project.submitted_at)
            .limit(MOST)
        ).all(),
        awaiting_money=_orders(session, OrderStage.RESERVED, ProjectStage.APPROVED),
        to_collect=_orders(session, OrderStage.ESCROWED, ProjectStage.APPROVED),
        withdrawals=session.scalar(
            select(func.count()).select_from(Withdrawal).where(Withdrawal.stage.in_(UNDER_WAY))
        )
        or 0,
        reported=session.scalars(
            select(Revenue)
            .options(joinedload(Revenue.project))
            .where(Revenue.stage == RevenueStage.REPORTED)
            .order_by(Revenue.reported_at)
            .limit(MOST)
        ).all(),
        open_rounds=session.scalars(
            select(Round)
            .options(joinedload(Round.project))
            .where(Round.stage == RoundStage.NOTICED)
            .order_by(Round.notice_until)
            .limit(MOST)
        ).all(),
        in_arrears=contracts_in_arrears(session, today=today, limit=MOST),
    )


def _orders(session: Session, order: OrderStage, project: ProjectStage) -> Sequence[Order]:
    return session.scalars(
        select(Order)
        .join(Project, Project.id == Order.project_id)
        .where(Order.stage == order, Project.stage == project)
        .order_by(Order.placed_at)
        .limit(MOST)
    ).all()

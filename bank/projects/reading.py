"""Reading projects: an investor's list, and the money, contracts and income of one project."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bank.contracts.tables import Contract
from bank.deposits.tables import Deposit
from bank.income.tables import Revenue, Round
from bank.orders.tables import Order, Receipt, ReceiptPurpose
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord

PAID = (
    select(func.coalesce(func.sum(Receipt.amount_fen), 0))
    .where(Receipt.project_id == Project.id, Receipt.purpose == ReceiptPurpose.ESCROW)
    .correlate(Project)
    .scalar_subquery()
)
"""What has come in for a project's order, whether it lies in escrow still or was paid on."""


def projects_of(session: Session, party_ids: frozenset[UUID]) -> Sequence[Row[Any]]:
    """The projects of these parties, the newest first, with their orders' stage and money."""
    return session.execute(
        select(
            Project.id,
            Project.number,
            Project.name,
            Project.stage,
            Project.submitted_at,
            Order.number.label("order_number"),
            Order.stage.label("order_stage"),
            Order.amount_fen,
            Order.reserved_until,
            PAID.label("paid_fen"),
        )
        .join(Order, Order.project_id == Project.id)
        .where(Project.party_id.in_(party_ids))
        .order_by(Project.submitted_at.desc(), Project.id)
    ).all()


def order_of(session: Session, project_id: UUID) -> Order:
    """The order that the project was submitted with. Refuses: NoSuchRecord."""
    order = session.scalar(
        select(Order)
        .where(Order.project_id == project_id)
        .options(
            joinedload(Order.project).selectinload(Project.reviews),
            selectinload(Order.lines),
        )
    )
    if order is None:
        raise NoSuchRecord("no such project")
    return order


def paid_fen(session: Session, project_id: UUID) -> int:
    """What has come in for the project's order, in fen."""
    return int(session.scalar(select(PAID).where(Project.id == project_id)) or 0)


def escrow_receipts(session: Session, order: Order) -> Sequence[Receipt]:
    """The receipts under which the order's money came in, the first one first."""
    return session.scalars(
        select(Receipt)
        .where(Receipt.project_id == order.project_id, Receipt.purpose == ReceiptPurpose.ESCROW)
        .order_by(Receipt.received_at, Receipt.bank_receipt_number)
    ).all()


def contracts_in(session: Session, project_id: UUID) -> Sequence[Contract]:
    """The project's contracts with their rents, by number."""
    return session.scalars(
        select(Contract)
        .where(Contract.project_id == project_id)
        .options(
            joinedload(Contract.deposit).joinedload(Deposit.asset),
            selectinload(Contract.instalments),
        )
        .order_by(Contract.number)
    ).all()


def revenues_of(session: Session, project_id: UUID) -> Sequence[Revenue]:
    """The project's revenue reports, the latest first."""
    return session.scalars(
        select(Revenue)
        .where(Revenue.project_id == project_id)
        .options(joinedload(Revenue.document), joinedload(Revenue.receipt))
        .order_by(Revenue.reported_at.desc())
    ).all()


def rounds_of(session: Session, project_id: UUID) -> Sequence[Round]:
    """The project's rounds with their lines, the latest first."""
    return session.scalars(
        select(Round)
        .where(Round.project_id == project_id)
        .options(selectinload(Round.lines))
        .order_by(Round.record_at.desc())
    ).all()

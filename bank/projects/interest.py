"""Whose business a project is: no officer who is among them decides on it."""

from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from bank import accounts
from bank.assets.tables import Holder
from bank.deposits.tables import Deposit
from bank.orders.tables import Order, OrderLine
from bank.parties.tables import Party
from bank.projects.tables import Project
from ledger import journal


def interested(session: Session, project: Project) -> set[UUID]:
    """The investor, all whom the ordered deposits concern, and whoever holds shares now."""
    ordered = (
        select(OrderLine.deposit_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.project_id == project.id)
    )
    depositors = select(Deposit.party_id).where(Deposit.id.in_(ordered))
    holders = (
        select(Holder.party_id)
        .join(Deposit, Deposit.asset_id == Holder.asset_id)
        .where(Deposit.id.in_(ordered))
    )
    held = journal.holders(session, accounts.share(project.number), account_prefix=accounts.PARTIES)
    numbers = [balance.account.split(":")[1] for balance in held]
    shareholders = select(Party.id).where(Party.number.in_(numbers))
    found = session.scalars(union(depositors, holders, shareholders))
    return {project.party_id, *found}

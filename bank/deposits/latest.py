"""An asset's latest deposit: the one for which it is appraised, and whose owner is asked."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from bank.deposits.records import get_deposit
from bank.deposits.tables import Deposit
from bank.refusals import NoSuchRecord


def latest_deposits(
    session: Session, assets: Collection[UUID], *options: ORMOption
) -> dict[UUID, Deposit]:
    """The latest deposit of each of these assets; one that was never deposited has none.

    `options` say what is loaded along with them.
    """
    deposits = session.scalars(
        select(Deposit)
        .where(Deposit.asset_id.in_(assets))
        .options(*options)
        .order_by(Deposit.created_at, Deposit.id)
    )
    return {deposit.asset_id: deposit for deposit in deposits}


def latest_deposit(session: Session, asset_id: UUID, *, lock: bool = False) -> Deposit:
    """The latest deposit of an asset, its row locked if asked. Refuses: NoSuchRecord."""
    deposit = latest_deposits(session, {asset_id}).get(asset_id)
    if deposit is None:
        raise NoSuchRecord("the asset was never deposited")
    return get_deposit(session, deposit.id, lock=True) if lock else deposit
